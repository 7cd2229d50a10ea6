"""Calls the heal function again and again: the guarantee when an event is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.rights import schedule_rights
from stacks.roles import service_role
from trailkeeper.environments.schedule import LOOK, SWEEP
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import SCHEDULE, SWEEP_SCHEDULE


class Schedule(Construct):
    """Of EventBridge Scheduler, which goes on when somebody meddles with the rules of the bus."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        baseline: Baseline,
        look_minutes: int,
        sweep_minutes: int,
        function: lambda_.IFunction,
        dead_letters: sqs.IQueue,
    ) -> None:
        super().__init__(scope, id_)
        group = baseline.names.arn("scheduler", "schedule-group/default")
        role = service_role(
            self,
            "Role",
            description="Trailkeeper: the schedule calls the heal function",
            principal=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={
                    "StringEquals": {
                        "aws:SourceAccount": baseline.account,
                        "aws:SourceArn": group,
                    }
                },
            ),
            rights=schedule_rights(),
            baseline=baseline,
        )
        self._role = role
        self._function = function
        self._dead_letters = dead_letters
        self.look = self._every(
            look_minutes, "Schedule", SCHEDULE, "Looks whether the trail logs, event or not", LOOK
        )
        self.sweep = self._every(
            sweep_minutes,
            "Sweep",
            SWEEP_SCHEDULE,
            "Compares the evidence with the baseline, event or not",
            SWEEP,
        )

    def _every(
        self, minutes: int, id_: str, name: str, description: str, event: Mapping[str, Any]
    ) -> scheduler.CfnSchedule:
        return scheduler.CfnSchedule(
            self,
            id_,
            name=name,
            description=description,
            schedule_expression=f"rate({minutes} minute{'' if minutes == 1 else 's'})",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=self._function.function_arn,
                role_arn=self._role.role_arn,
                input=json.dumps(event),
                # The next run is near, so a late one is worth little.
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_retry_attempts=5,
                    maximum_event_age_in_seconds=max(60, minutes * 60),
                ),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                    arn=self._dead_letters.queue_arn
                ),
            ),
        )
