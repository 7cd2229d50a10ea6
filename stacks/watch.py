"""Alarms, as their records say."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk.aws_scheduler import CfnSchedule
from constructs import Construct

from trailkeeper.evidence.alarms import AlarmRecord

_COMPARISONS = {
    "GreaterThanThreshold": cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    "LessThanThreshold": cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
}
_MISSING = {
    "breaching": cloudwatch.TreatMissingData.BREACHING,
    "notBreaching": cloudwatch.TreatMissingData.NOT_BREACHING,
}


class Watch(Construct):
    """Alarms by their ids; those about a schedule's silence come after the schedule.

    A new schedule runs at once; an alarm that is there before it would go off for nothing.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        records: Mapping[str, AlarmRecord],
        schedules: Mapping[str, CfnSchedule] = MappingProxyType({}),
    ) -> None:
        super().__init__(scope, id_)
        tells = {
            topic: actions.SnsAction(_topic(self, topic))
            for topic in sorted({each.topic for each in records.values()})
        }
        for own_id, record in records.items():
            alarm = _made(self, own_id, record)
            alarm.add_alarm_action(tells[record.topic])
            if record.ends_too:
                alarm.add_ok_action(tells[record.topic])
            if record.schedule:
                alarm.node.add_dependency(schedules[record.schedule])


def _topic(scope: Construct, name: str) -> sns.ITopic:
    """A topic by its name, in whichever stack it stands."""
    return sns.Topic.from_topic_arn(
        scope, name, Stack.of(scope).format_arn(service="sns", resource=name)
    )


def _made(scope: Construct, id_: str, record: AlarmRecord) -> cloudwatch.Alarm:
    return cloudwatch.Alarm(
        scope,
        id_,
        alarm_name=record.name,
        alarm_description=record.description,
        metric=cloudwatch.Metric(
            namespace=record.namespace,
            metric_name=record.metric,
            dimensions_map=dict(record.dimensions) or None,
            statistic=record.statistic,
            period=Duration.seconds(record.period_seconds),
        ),
        threshold=record.threshold,
        comparison_operator=_COMPARISONS[record.comparison],
        evaluation_periods=record.periods,
        treat_missing_data=_MISSING[record.missing],
        # Said, although it is the default: CloudFormation compares what the template says, so
        # `cdk deploy --revert-drift` sees an alarm that was muted (CloudFormation API reference,
        # "StackResourceDrift").
        actions_enabled=True,
    )
