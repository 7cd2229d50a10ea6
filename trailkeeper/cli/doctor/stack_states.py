"""What has become of a stack, by the status that CloudFormation shows, and whom it needs.

Source: CloudFormation user guide, "Stack status codes".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum, auto
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.cli.doctor.deployment import UNDER_REVIEW, Deployment
from trailkeeper.cli.doctor.finding import Case

NEEDS = ("cloudformation:DescribeStacks", "cloudformation:ListStackResources")


class State(Enum):
    """Each but the first two keeps a stack from being deployed until somebody does something."""

    WHOLE = auto()
    AT_WORK = auto()
    NEVER_MADE = auto()
    HALF_UPDATED = auto()
    HALF_ROLLED_BACK = auto()
    HALF_DELETED = auto()
    UNDER_REVIEW = auto()
    OTHERWISE_FAILED = auto()


# What is taken back whole is as it was before.
_STATES: Mapping[str, State] = {
    "CREATE_COMPLETE": State.WHOLE,
    "UPDATE_COMPLETE": State.WHOLE,
    "UPDATE_ROLLBACK_COMPLETE": State.WHOLE,
    "IMPORT_COMPLETE": State.WHOLE,
    "IMPORT_ROLLBACK_COMPLETE": State.WHOLE,
    "CREATE_FAILED": State.NEVER_MADE,
    "ROLLBACK_COMPLETE": State.NEVER_MADE,
    "ROLLBACK_FAILED": State.NEVER_MADE,
    "UPDATE_FAILED": State.HALF_UPDATED,
    "UPDATE_ROLLBACK_FAILED": State.HALF_ROLLED_BACK,
    "DELETE_FAILED": State.HALF_DELETED,
    "IMPORT_ROLLBACK_FAILED": State.OTHERWISE_FAILED,
    UNDER_REVIEW: State.UNDER_REVIEW,
}


def state(status: str) -> State:
    """What a status means; of one that AWS adds later, what its ending says."""
    if status in _STATES:
        return _STATES[status]
    if status.endswith("_IN_PROGRESS"):
        return State.AT_WORK
    return State.OTHERWISE_FAILED if status.endswith("_FAILED") else State.WHOLE


def cases(deployment: Deployment, wanted: State) -> Iterator[Case]:
    """A case for each stack in a state: `stack`, `region`, and `status` with AWS's reason."""
    for region, stack in deployment.known_stacks():
        if state(stack["StackStatus"]) is wanted:
            yield {
                "stack": stack["StackName"],
                "region": region,
                "status": f"{stack['StackStatus']}{_why(stack)}",
            }


def cases_with_failed(deployment: Deployment, wanted: State) -> Iterator[Case]:
    """The same with `failed`, what the operation failed at; that AWS does not say comes last."""
    unread: Exception | None = None
    for case in cases(deployment, wanted):
        failed = "its events say what"
        try:
            ids = deployment.failed_resources(case["region"], case["stack"])
            failed = ", ".join(ids) or failed
        except (ClientError, BotoCoreError) as error:
            unread = unread or error
        yield {**case, "failed": failed}
    if unread is not None:
        raise unread


def began(stack: Mapping[str, Any]) -> datetime:
    """When the last operation on a stack began."""
    deleted: datetime | None = stack.get("DeletionTime")
    if deleted is not None:
        return deleted
    since: datetime = stack.get("LastUpdatedTime") or stack["CreationTime"]
    return since


def _why(stack: Mapping[str, Any]) -> str:
    reason = str(stack.get("StackStatusReason") or "").strip()
    return f": {reason.rstrip('.')}" if reason else ""
