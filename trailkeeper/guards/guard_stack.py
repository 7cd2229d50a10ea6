"""Guards the stack of the other side: that it is there, and that nobody deletes it by one call."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.guards.guard import Clients, Document, Guard, error_code
from trailkeeper.guards.sides import Side

NAME = "guard-stack"
# What CloudFormation answers for a stack that is not there.
_NO_STACK = "ValidationError"
_THERE = "there"
# Of a stack that is going, or of which there is no more than a change set that makes it
# (CloudFormation user guide, "Stack status codes").
_NONE = ("DELETE", "REVIEW_IN_PROGRESS")


def guard(side: Side) -> Guard:
    """The guard of one side's stack."""

    def read(clients: Clients, _: Baseline) -> Any:
        try:
            (stack,) = clients.cloudformation.describe_stacks(StackName=side.stack)["Stacks"]
        except ClientError as error:
            if error_code(error) == _NO_STACK:
                return {"Stack": "gone"}
            raise
        status = stack["StackStatus"]
        return {
            "Stack": status if status.startswith(_NONE) else _THERE,
            "EnableTerminationProtection": stack.get("EnableTerminationProtection", False),
        }

    def write(clients: Clients, _: Baseline, drift: Drift) -> None:
        if drift.touches("EnableTerminationProtection"):
            clients.cloudformation.update_termination_protection(
                StackName=side.stack, EnableTerminationProtection=True
            )

    return Guard(
        name=NAME,
        documents=(
            Document(
                "protection",
                read,
                lambda _: {"Stack": _THERE, "EnableTerminationProtection": True},
                ("cloudformation:DescribeStacks",),
                write,
                ("cloudformation:UpdateTerminationProtection",),
                heals=frozenset({"EnableTerminationProtection"}),
                decided_by={"EnableTerminationProtection": "Stack"},
            ),
        ),
        resource=lambda baseline: baseline.names.arn("cloudformation", f"stack/{side.stack}/*"),
        why="See that the other function's stack is there, and protect it from deletion",
    )
