"""The alarms about Trailkeeper itself: a guard that fails in silence is worse than none.

Each takes what CloudWatch charges for, so there are no more than ten. What else can go wrong ends
in one of them: a rule that cannot deliver and a throttled call in the dead letters, a throttled
alert function in alerts that wait, and a heal function that cannot run in silence.
"""

from __future__ import annotations

from math import gcd

from trailkeeper.alerts.alarm_words import description
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.alarms import AlarmRecord
from trailkeeper.evidence.controls import CONTROLS, Control
from trailkeeper.evidence.defaults import Language
from trailkeeper.evidence.functions import ALERT, DELIVERIES, HEAL, FunctionRecord
from trailkeeper.evidence.metrics import (
    ALERT_TROUBLED,
    LOOK_SUCCEEDED,
    NAMESPACE,
    RECORDS_DELIVERED,
    SWEEP_SUCCEEDED,
    Metric,
)
from trailkeeper.evidence.names import (
    ALARMS_TOPIC,
    ALERTS_QUEUE,
    ALERTS_TOPIC,
    DELIVERIES_SILENT,
    HEAL_UNCALLED,
    LAST_RESORT_TOPIC,
    LOOKS_SILENT,
    PREFIX,
    SCHEDULE,
    SWEEP_SCHEDULE,
    SWEEPS_SILENT,
)

# The longest that the settings let alerts wait for company is 15 minutes.
_WAITING_MINUTES = 30
_NO_DELIVERY_MINUTES = 45
# Where data is missing CloudWatch looks back for some periods more than those that it judges, and
# of long ones it would find old data (CloudWatch user guide, "Configuring how CloudWatch alarms
# treat missing data"). So silence is judged in periods of no more than these.
_SHORT_MINUTES = 5
_LEAST_UNCALLED_MINUTES = 15


def of_response(heal: HealEnviron, alert: AlertEnviron) -> tuple[AlarmRecord, ...]:
    """The alarms of the response stack about Trailkeeper itself.

    The alert function puts in words what comes by the topic of alarms. What says that the alert
    function itself is in trouble goes straight to people, by the way that does not need it.
    """
    language = alert.language
    raw = LAST_RESORT_TOPIC if heal.watcher and heal.last_resort_emails else ALERTS_TOPIC
    return (
        _errors("heal", HEAL, ALARMS_TOPIC, language),
        _dead_letters("heal", HEAL, ALARMS_TOPIC, language),
        _errors("alert", ALERT, raw, language),
        _dead_letters("alert", ALERT, raw, language),
        AlarmRecord(
            f"{ALERTS_QUEUE}-waiting",
            _words(f"{ALERTS_QUEUE}-waiting", language, _WAITING_MINUTES),
            "AWS/SQS",
            "ApproximateAgeOfOldestMessage",
            {"QueueName": ALERTS_QUEUE},
            raw,
            statistic="Maximum",
            threshold=_WAITING_MINUTES * 60.0,
        ),
        _own(f"{PREFIX}alert-troubled", ALERT_TROUBLED, raw, language),
        *(_of_deliveries(language) if heal.count_deliveries else ()),
        _silence(LOOKS_SILENT, LOOK_SUCCEEDED, SCHEDULE, (3, heal.reconcile_minutes), language),
        _silence(SWEEPS_SILENT, SWEEP_SUCCEEDED, SWEEP_SCHEDULE, (2, heal.sweep_minutes), language),
    )


def _of_deliveries(language: Language) -> tuple[AlarmRecord, ...]:
    """That log files come and are counted; a trail that logs always has some.

    CloudTrail delivers about every five minutes (CloudTrail user guide, "Getting and viewing your
    CloudTrail log files"), and our own looks are events of the trail.
    """
    silence = (1, _NO_DELIVERY_MINUTES)
    return (
        _errors("deliveries", DELIVERIES, ALARMS_TOPIC, language),
        _dead_letters("deliveries", DELIVERIES, ALARMS_TOPIC, language),
        _silence(DELIVERIES_SILENT, RECORDS_DELIVERED, "", silence, language),
    )


def of_controls(heal: HealEnviron) -> tuple[AlarmRecord, ...]:
    """The alarms on the CIS controls that the settings ask for."""
    return tuple(_control(CONTROLS[each]) for each in heal.baseline.controls)


def of_watcher(heal: HealEnviron, language: Language) -> tuple[AlarmRecord, ...]:
    """The alarms of the watcher's stack: nothing calls the heal function, a mail did not arrive.

    Lambda and SNS count that, which nobody else can do. Each way to people tells that the other
    does not arrive.
    """
    minutes = max(_LEAST_UNCALLED_MINUTES, 3 * heal.reconcile_minutes)
    period_seconds, periods = _in_short(minutes)
    return (
        AlarmRecord(
            HEAL_UNCALLED,
            _words(HEAL_UNCALLED, language, minutes),
            "AWS/Lambda",
            "Invocations",
            {"FunctionName": HEAL.name},
            LAST_RESORT_TOPIC,
            period_seconds=period_seconds,
            periods=periods,
            threshold=1.0,
            comparison="LessThanThreshold",
            missing="breaching",
        ),
        _undelivered(ALERTS_TOPIC, LAST_RESORT_TOPIC, language),
        _undelivered(LAST_RESORT_TOPIC, ALARMS_TOPIC, language),
    )


def _undelivered(topic: str, told: str, language: Language) -> AlarmRecord:
    """That SNS gave up what it should have brought to a subscriber of a topic.

    Source: SNS developer guide, "Monitoring Amazon SNS topics using CloudWatch".
    """
    name = f"{topic}-undelivered"
    return AlarmRecord(
        name,
        _words(name, language),
        "AWS/SNS",
        "NumberOfNotificationsFailed",
        {"TopicName": topic},
        told,
    )


def _in_short(minutes: int) -> tuple[int, int]:
    """Seconds of a short period, and how many of them make the time."""
    short = gcd(minutes, _SHORT_MINUTES)
    return short * 60, minutes // short


def _words(name: str, language: Language, minutes: float | None = None) -> str:
    return description(name.removeprefix(PREFIX), language, minutes=minutes)


def _errors(short: str, function: FunctionRecord, topic: str, language: Language) -> AlarmRecord:
    name = f"{PREFIX}{short}-errors"
    dimensions = {"FunctionName": function.name}
    return AlarmRecord(name, _words(name, language), "AWS/Lambda", "Errors", dimensions, topic)


def _dead_letters(
    short: str, function: FunctionRecord, topic: str, language: Language
) -> AlarmRecord:
    name = f"{PREFIX}{short}-dead-letters"
    return AlarmRecord(
        name,
        _words(name, language),
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        {"QueueName": function.dead_letters},
        topic,
        statistic="Maximum",
    )


def _own(name: str, metric: Metric, topic: str, language: Language) -> AlarmRecord:
    dimensions = {metric.dimension: metric.value}
    return AlarmRecord(name, _words(name, language), NAMESPACE, metric.name, dimensions, topic)


def _silence(
    name: str, metric: Metric, schedule: str, silence: tuple[int, int], language: Language
) -> AlarmRecord:
    """When nothing has come in so many times so many minutes, such as a schedule's run."""
    times, minutes = silence
    period_seconds, periods = _in_short(times * minutes)
    return AlarmRecord(
        name,
        _words(name, language, minutes),
        NAMESPACE,
        metric.name,
        {metric.dimension: metric.value},
        ALARMS_TOPIC,
        period_seconds=period_seconds,
        periods=periods,
        threshold=1.0,
        comparison="LessThanThreshold",
        missing="breaching",
        ends_too=True,
        schedule=schedule,
    )


def _control(control: Control) -> AlarmRecord:
    """One alarm a control, which goes off at one call.

    No data is no breach: the metrics have no default value, as a zero in every minute would be paid
    for and say nothing. Nobody is told that an alarm is over: it ends when nothing more happens.
    """
    return AlarmRecord(
        control.alarm,
        f"CIS AWS Foundations, monitoring {control.number}: {control.id}",
        NAMESPACE,
        control.metric,
        {},
        ALARMS_TOPIC,
    )
