"""What belongs to the account, not to the evidence; it keeps nothing that cannot be made again."""

from __future__ import annotations

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from stacks.deployment import baseline_of, leave_empty, tag
from stacks.groups import Groups
from stacks.settings import Settings


class AccountStack(Stack):
    """The groups of people, each part with a switch."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, **stack_options: Any
    ) -> None:
        super().__init__(
            scope,
            id_,
            description="Trailkeeper: who may do what to the CloudTrail evidence",
            **stack_options,
        )
        baseline = baseline_of(self, settings, evidence_key_arn=None)
        if settings.groups:
            Groups(self, "Groups", settings=settings, baseline=baseline)
        else:
            leave_empty(self, "groups is")
        tag(self, settings)
