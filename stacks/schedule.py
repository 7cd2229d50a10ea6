"""Calls a function again and again: the guarantee when an event is lost."""

from __future__ import annotations

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.roles import own_role
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.functions import FunctionRecord
from trailkeeper.evidence.roles import RoleRecord
from trailkeeper.guards.sides import ScheduleRecord
from trailkeeper.rights.roles import schedule_rights


class Schedule(Construct):
    """Of EventBridge Scheduler, which goes on when somebody meddles with the rules of the bus."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        baseline: Baseline,
        role: RoleRecord,
        record: FunctionRecord,
        function: lambda_.IFunction,
        dead_letters: sqs.IQueue,
    ) -> None:
        super().__init__(scope, id_)
        self._baseline = baseline
        self._function = function
        self._dead_letters = dead_letters
        self._role = own_role(
            self,
            "Role",
            record=role,
            description=f"Trailkeeper: the schedule calls {record.name}",
            rights=schedule_rights(record),
            baseline=baseline,
        )

    def every(self, id_: str, description: str, *, record: ScheduleRecord) -> scheduler.CfnSchedule:
        """One schedule, as its guard wants it."""
        wanted = record.document(self._baseline.names, self._role.role_arn)
        target, retries = wanted["Target"], wanted["Target"]["RetryPolicy"]
        return scheduler.CfnSchedule(
            self,
            id_,
            name=record.name,
            description=description,
            state=wanted["State"],
            schedule_expression=wanted["ScheduleExpression"],
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(
                mode=wanted["FlexibleTimeWindow"]["Mode"]
            ),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=self._function.function_arn,
                role_arn=target["RoleArn"],
                input=target["Input"],
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_retry_attempts=retries["MaximumRetryAttempts"],
                    maximum_event_age_in_seconds=retries["MaximumEventAgeInSeconds"],
                ),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                    arn=self._dead_letters.queue_arn
                ),
            ),
        )
