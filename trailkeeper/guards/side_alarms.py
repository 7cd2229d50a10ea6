"""The alarms about Trailkeeper itself: a guard that fails in silence is worse than none.

Each takes what CloudWatch charges for, so there are no more than ten. What else can go wrong ends
in one of them: a rule that cannot deliver and a throttled call in the dead letters, a throttled
alert function in alerts that wait, and a heal function that cannot run in silence.
"""

from __future__ import annotations

from dataclasses import replace

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
# Short periods: where data is missing CloudWatch looks back for some periods more than those that
# it judges, and of long ones it would find old data (CloudWatch user guide, "Configuring how
# CloudWatch alarms treat missing data").
_WITHOUT_DELIVERY = (9, 5)
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
    periods, minutes = _WITHOUT_DELIVERY
    words = _words(DELIVERIES_SILENT, language, periods * minutes)
    silent = _silence(DELIVERIES_SILENT, RECORDS_DELIVERED, "", _WITHOUT_DELIVERY, language)
    return (
        _errors("deliveries", DELIVERIES, ALARMS_TOPIC, language),
        _dead_letters("deliveries", DELIVERIES, ALARMS_TOPIC, language),
        replace(silent, description=words),
    )


def of_controls(heal: HealEnviron) -> tuple[AlarmRecord, ...]:
    """The alarms on the CIS controls that the settings ask for."""
    return tuple(_control(CONTROLS[each]) for each in heal.baseline.controls)


def of_watcher(heal: HealEnviron, language: Language) -> tuple[AlarmRecord, ...]:
    """The alarm of the watcher's stack: nothing calls the heal function.

    Lambda counts that, which nobody else can do, and no function has to run for people to hear.
    """
    minutes = max(_LEAST_UNCALLED_MINUTES, 3 * heal.reconcile_minutes)
    return (
        AlarmRecord(
            HEAL_UNCALLED,
            _words(HEAL_UNCALLED, language, minutes),
            "AWS/Lambda",
            "Invocations",
            {"FunctionName": HEAL.name},
            LAST_RESORT_TOPIC,
            period_seconds=minutes * 60,
            threshold=1.0,
            comparison="LessThanThreshold",
            missing="breaching",
        ),
    )


def _words(name: str, language: Language, minutes: float = 0) -> str:
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
    """When a schedule's run has not ended in order in so many periods of so many minutes."""
    periods, minutes = silence
    return AlarmRecord(
        name,
        _words(name, language, minutes),
        NAMESPACE,
        metric.name,
        {metric.dimension: metric.value},
        ALARMS_TOPIC,
        period_seconds=minutes * 60,
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
