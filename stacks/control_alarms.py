"""The alarms on the CIS controls that the settings ask for."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from trailkeeper.evidence.controls import CONTROLS
from trailkeeper.evidence.metrics import NAMESPACE

_PERIOD = Duration.minutes(5)


class ControlAlarms(Construct):
    """One alarm a control, which goes off at one call.

    No data is no breach: the metrics have no default value, as a zero in every minute would be paid
    for and say nothing. Nobody is told that an alarm is over: it ends when nothing more happens.
    """

    def __init__(
        self, scope: Construct, id_: str, *, controls: Iterable[str], topic: sns.ITopic
    ) -> None:
        super().__init__(scope, id_)
        for control in (CONTROLS[each] for each in controls):
            alarm = cloudwatch.Alarm(
                self,
                control.id,
                alarm_name=control.alarm,
                alarm_description=f"CIS AWS Foundations, monitoring {control.number}: {control.id}",
                metric=cloudwatch.Metric(
                    namespace=NAMESPACE,
                    metric_name=control.metric,
                    statistic="Sum",
                    period=_PERIOD,
                ),
                threshold=0,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
                evaluation_periods=1,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
                actions_enabled=True,
            )
            alarm.add_alarm_action(actions.SnsAction(topic))
