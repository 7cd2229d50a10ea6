"""What CloudFormation itself tells of our stacks: durable events, which need no trail.

Source: CloudFormation user guide, "Stack Status Change event detail".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from trailkeeper.detections import guard_calls
from trailkeeper.detections.catalogue import Rule
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.names import Names

STATUS_CHANGE = "CloudFormation Stack Status Change"
DELETES = "DeleteStack"
# Makes no more than a change set; a stack that has nothing else waits for its execution.
PREPARES = "CreateChangeSet"
EXECUTES = "ExecuteChangeSet"
# Whoever has one of these as planned may deploy our stacks; nobody can plan to delete them.
DEPLOYS = (
    *("CancelUpdateStack", "ContinueUpdateRollback", PREPARES, "CreateStack"),
    *(EXECUTES, "RollbackStack", "UpdateStack"),
)


def rule(name: str, stacks: Iterable[str], names: Names) -> Rule:
    """The rule for all that becomes of these stacks."""
    return Rule(
        name=name,
        description="What CloudFormation itself tells of Trailkeeper's stacks",
        pattern={
            "source": ["aws.cloudformation"],
            "detail-type": [STATUS_CHANGE],
            "detail": {"stack-id": [{"prefix": _prefix(each, names)} for each in stacks]},
        },
        target="heal",
    )


def stack_of(event: Mapping[str, Any], stacks: Iterable[str], names: Names) -> str:
    """Which of these stacks an event is about, "" if about none of them.

    No more of it is believed: anybody may have made the event up.
    """
    detail = event.get("detail")
    stack_id = str(detail.get("stack-id", "")) if isinstance(detail, Mapping) else ""
    return next((each for each in stacks if stack_id.startswith(_prefix(each, names))), "")


def operates(call: ApiCall, stack: str, names: Names, change_set: str = "") -> bool:
    """Whether the call begins something with a stack, which it may name by name or by id.

    Whoever executes a change set may name it by its ARN alone, which does not say of which stack it
    is (CloudFormation API reference, "ExecuteChangeSet"); `change_set` is the ARN of the one that
    CloudFormation shows with the stack. A body that CloudTrail left out may be about any.
    """
    if call.source != "cloudformation.amazonaws.com" or not call.succeeded:
        return False
    if call.parameters_omitted:
        return call.name in (DELETES, *DEPLOYS)
    named = str(call.parameters.get("stackName") or "")
    if not named:
        executed = call.name == EXECUTES and call.parameters.get("changeSetName")
        return bool(change_set) and executed == change_set
    ours = named == stack or named.startswith(_prefix(stack, names))
    return ours and call.name in (DELETES, *DEPLOYS)


def beginning(*, deletes: bool, waits: bool) -> tuple[str, ...]:
    """The calls that can begin a deletion, a stack that waits for a change set, or another."""
    if deletes:
        return (DELETES,)
    return (PREPARES,) if waits else tuple(each for each in DEPLOYS if each != PREPARES)


def is_ordinary(call: ApiCall, account: str) -> bool:
    """Whether the role deploys that CDK's bootstrap makes for it, as it does every time."""
    return call.name != DELETES and guard_calls.is_ordinary_deploy(call, account)


def _prefix(stack: str, names: Names) -> str:
    """What the ids of all stacks of that name begin with."""
    return names.arn("cloudformation", f"stack/{stack}/")
