"""What people are told of what is done to our stacks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.alerts.told.evidence import BASELINE, NOW, call
from trailkeeper.alerts import stack_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.state.operation_items import StackOperation

RESPONSE, EVIDENCE = "TrailkeeperResponse", "TrailkeeperEvidence"


def operation(
    status: str,
    name: str = "",
    stack: str = RESPONSE,
    *,
    again: bool = False,
    **detail: Any,
) -> tuple[Alert]:
    """An operation that the call of this name began, or that nobody is known to have begun."""
    shown = StackOperation(
        at=NOW - timedelta(minutes=15),
        stack=stack,
        number="" if status == "DELETE_COMPLETE" else "466df9e0",
        stack_id="",
        status=status,
        seen=NOW,
        told="arn:aws:iam::111122223333:user/deploy-bot" if name else StackOperation.NOBODY,
    )
    made = call(
        "trail-stopped",
        "StopLogging",
        eventSource="cloudformation.amazonaws.com",
        eventName=name,
        requestParameters={"stackName": stack},
        **detail,
    )
    return (stack_alerts.operation(shown, made if name else None, BASELINE, NOW, again=again),)


STACKS: dict[str, Callable[[], tuple[Alert, ...]]] = {
    "updated": lambda: operation("UPDATE_IN_PROGRESS", "UpdateStack"),
    "updated-without-an-author": lambda: operation("UPDATE_COMPLETE"),
    "its-author-later": lambda: operation("UPDATE_COMPLETE", "UpdateStack", again=True),
    "at-no-time": lambda: operation("UPDATE_IN_PROGRESS", "UpdateStack", eventTime=""),
    "evidence-updated": lambda: operation("UPDATE_IN_PROGRESS", "ExecuteChangeSet", EVIDENCE),
    "created": lambda: operation("CREATE_IN_PROGRESS"),
    "rolled-back": lambda: operation("UPDATE_ROLLBACK_IN_PROGRESS"),
    "imported": lambda: operation("IMPORT_IN_PROGRESS"),
    "waiting": lambda: operation("REVIEW_IN_PROGRESS"),
    "being-deleted": lambda: operation("DELETE_IN_PROGRESS", "DeleteStack"),
    "deleted-without-an-author": lambda: operation("DELETE_COMPLETE"),
}
