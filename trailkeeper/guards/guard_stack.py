"""Guards the stacks of the other side: that they are there, and that no one call deletes them.

Beside its own stack these are the ones beyond home, each of which is read alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.names import SATELLITE_STACK
from trailkeeper.evidence.outcome import placed
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
    """The guard of one side's stacks."""

    def stacks(baseline: Baseline) -> tuple[str, ...]:
        own = baseline.names.arn("cloudformation", f"stack/{side.stack}/*")
        anywhere = baseline.names.in_region("*")
        beyond = anywhere.arn("cloudformation", f"stack/{SATELLITE_STACK}*")
        return (own, *([beyond] if side.beyond else []))

    return Guard(
        name=NAME,
        documents=(
            _document("protection", side.stack, lambda clients: clients.cloudformation),
            *(_beyond(each) for each in side.beyond),
        ),
        resource=stacks,
        why="See that the stacks of the other side are there, and protect them from deletion",
    )


def _beyond(region: str) -> Document:
    return _document(
        placed("protection", region),
        f"{SATELLITE_STACK}{region}",
        lambda clients: clients.cloudformation_in(region),
    )


def _document(name: str, stack: str, cloudformation_of: Callable[[Clients], Any]) -> Document:
    """The protection of one stack."""

    def read(clients: Clients, _: Baseline) -> Any:
        try:
            (found,) = cloudformation_of(clients).describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            if error_code(error) == _NO_STACK:
                return {"Stack": "gone"}
            raise
        status = found["StackStatus"]
        return {
            "Stack": status if status.startswith(_NONE) else _THERE,
            "EnableTerminationProtection": found.get("EnableTerminationProtection", False),
        }

    def write(clients: Clients, _: Baseline, drift: Drift) -> None:
        if drift.touches("EnableTerminationProtection"):
            cloudformation_of(clients).update_termination_protection(
                StackName=stack, EnableTerminationProtection=True
            )

    return Document(
        name,
        read,
        lambda _: {"Stack": _THERE, "EnableTerminationProtection": True},
        ("cloudformation:DescribeStacks",),
        write,
        ("cloudformation:UpdateTerminationProtection",),
        heals=frozenset({"EnableTerminationProtection"}),
        decided_by={"EnableTerminationProtection": "Stack"},
    )
