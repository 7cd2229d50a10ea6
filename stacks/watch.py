"""Alarms about Trailkeeper itself: a watcher that fails in silence is worse than none."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_scheduler import CfnSchedule
from constructs import Construct

from stacks.alarm_words import description
from trailkeeper.evidence.defaults import Language
from trailkeeper.evidence.metrics import (
    LOOK_SUCCEEDED,
    NAMESPACE,
    RECORDS_DELIVERED,
    RENDER_FAILED,
    STATE_UNREACHABLE,
    SWEEP_SUCCEEDED,
    Metric,
)
from trailkeeper.evidence.names import (
    ALERTS_QUEUE,
    DELIVERIES_SILENT,
    LOOKS_SILENT,
    PREFIX,
    SWEEPS_SILENT,
)

# What the alert function counts when it goes on all the same, as people must still hear of it.
_ALERT_TROUBLES = ((RENDER_FAILED, "wordless"), (STATE_UNREACHABLE, "forgetful"))
_ANY = 0
_WINDOW = Duration.minutes(5)
# The longest that the settings let alerts wait for company is 15 minutes.
_WAITING_TOO_LONG = Duration.minutes(30)
_NO_DELIVERY = Duration.minutes(45)


class Watch(Construct):
    """Alarms on errors, dead letters, alerts that wait, and silence.

    No more than the ten that CloudWatch does not charge for. What else can go wrong ends in one of
    them: a rule that cannot deliver and a throttled call in the dead letters, a throttled alert
    function in alerts that wait, and a heal function that cannot run in silence.

    They go to `readable`, a topic that the alert function puts in words. Those that say that the
    alert function itself is in trouble go to `raw`, straight to people.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        readable: sns.ITopic,
        raw: sns.ITopic,
        language: Language,
    ) -> None:
        super().__init__(scope, id_)
        self._language = language
        self._readable = actions.SnsAction(readable)
        self._raw = actions.SnsAction(raw)

    def heal_function(self, function: lambda_.IFunction, dead_letters: sqs.IQueue) -> None:
        """Watch the heal function and its dead letters."""
        self._function("heal", function, self._readable)
        self._dead_letters("heal", dead_letters, self._readable)

    def alert_function(
        self, function: lambda_.IFunction, queue: sqs.IQueue, dead_letters: sqs.IQueue
    ) -> None:
        """Watch the alert function, its queue and its dead letters."""
        self._function("alert", function, self._raw)
        self._dead_letters("alert", dead_letters, self._raw)
        self._alarm(
            f"{ALERTS_QUEUE}-waiting",
            queue.metric_approximate_age_of_oldest_message(period=_WINDOW, statistic="Maximum"),
            threshold=_WAITING_TOO_LONG.to_seconds(),
            action=self._raw,
            minutes=_WAITING_TOO_LONG.to_minutes(),
        )
        for metric, name in _ALERT_TROUBLES:
            self._alarm(
                f"trailkeeper-alert-{name}",
                _own(metric, _WINDOW),
                threshold=_ANY,
                action=self._raw,
            )

    def looks(self, schedule: CfnSchedule, minutes: int) -> None:
        """Watch that somebody looks whether the trail logs; silence is an alarm."""
        self._silence(
            LOOKS_SILENT,
            LOOK_SUCCEEDED,
            schedule,
            minutes,
            periods=3,
        )

    def sweeps(self, schedule: CfnSchedule, minutes: int) -> None:
        """Watch that everything is compared now and then; silence is an alarm."""
        self._silence(
            SWEEPS_SILENT,
            SWEEP_SUCCEEDED,
            schedule,
            minutes,
            periods=2,
        )

    def deliveries(self, function: lambda_.IFunction, dead_letters: sqs.IQueue) -> None:
        """Watch that log files come and are counted; a trail that logs always has some.

        CloudTrail delivers about every five minutes (CloudTrail user guide, "Getting and viewing
        your CloudTrail log files"), and our own looks are events of the trail.
        """
        self._function("deliveries", function, self._readable)
        self._dead_letters("deliveries", dead_letters, self._readable)
        alarm = self._alarm(
            DELIVERIES_SILENT,
            _own(RECORDS_DELIVERED, _NO_DELIVERY),
            threshold=1,
            comparison=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            missing=cloudwatch.TreatMissingData.BREACHING,
            action=self._readable,
            minutes=_NO_DELIVERY.to_minutes(),
        )
        alarm.add_ok_action(self._readable)

    def _silence(
        self,
        name: str,
        metric: Metric,
        schedule: CfnSchedule,
        minutes: int,
        *,
        periods: int,
    ) -> None:
        alarm = self._alarm(
            name,
            _own(metric, Duration.minutes(minutes)),
            threshold=1,
            comparison=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            periods=periods,
            missing=cloudwatch.TreatMissingData.BREACHING,
            action=self._readable,
            minutes=minutes,
        )
        # A new schedule runs at once; an alarm that is there before it would go off for nothing.
        alarm.node.add_dependency(schedule)
        alarm.add_ok_action(self._readable)

    def _function(
        self, short: str, function: lambda_.IFunction, action: cloudwatch.IAlarmAction
    ) -> None:
        self._alarm(
            f"trailkeeper-{short}-errors",
            function.metric_errors(period=_WINDOW, statistic="Sum"),
            threshold=_ANY,
            action=action,
        )

    def _dead_letters(self, short: str, queue: sqs.IQueue, action: cloudwatch.IAlarmAction) -> None:
        self._alarm(
            f"trailkeeper-{short}-dead-letters",
            queue.metric_approximate_number_of_messages_visible(
                period=_WINDOW, statistic="Maximum"
            ),
            threshold=_ANY,
            action=action,
        )

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float,
        action: cloudwatch.IAlarmAction,
        comparison: cloudwatch.ComparisonOperator = (
            cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
        ),
        periods: int = 1,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
        minutes: float = 0,
    ) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=name,
            alarm_description=description(
                name.removeprefix(PREFIX), self._language, minutes=minutes
            ),
            metric=metric,
            threshold=threshold,
            comparison_operator=comparison,
            evaluation_periods=periods,
            treat_missing_data=missing,
            # Said, although it is the default: CloudFormation compares what the template says, so
            # `cdk deploy --revert-drift` sees an alarm that was muted (CloudFormation API
            # reference, "StackResourceDrift").
            actions_enabled=True,
        )
        alarm.add_alarm_action(action)
        return alarm


def _own(metric: Metric, period: Duration) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=metric.name,
        dimensions_map={metric.dimension: metric.value},
        statistic="Sum",
        period=period,
    )
