"""What is done to Trailkeeper's own stacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tools.alert_examples.sample import BASELINE, NOW, call_of
from trailkeeper.alerts import stack_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections import trail_stopped
from trailkeeper.state.operation_items import StackOperation


def examples() -> Iterator[tuple[str, Alert]]:
    """An update by somebody else, one whose author is not known, and a deletion."""
    stack = "TrailkeeperResponse"
    called = call_of(
        trail_stopped.DETECTION,
        source="cloudformation.amazonaws.com",
        name="UpdateStack",
        parameters={"stackName": stack},
    )
    began = NOW - timedelta(minutes=15)
    updated = StackOperation(
        began, stack, "466df9e0", "", "UPDATE_IN_PROGRESS", NOW, told=called.actor.principal_arn
    )
    unknown = StackOperation(
        began, stack, "466df9e0", "", "UPDATE_COMPLETE", NOW, told=StackOperation.NOBODY
    )
    deleted = StackOperation(NOW, stack, "", "", "DELETE_COMPLETE", NOW, told=StackOperation.NOBODY)
    yield (
        "A stack that somebody else updates",
        stack_alerts.operation(updated, called, BASELINE, NOW),
    )
    yield (
        "A stack of which nobody knows who updated it",
        stack_alerts.operation(unknown, None, BASELINE, NOW),
    )
    yield "A stack that is gone", stack_alerts.operation(deleted, None, BASELINE, NOW)
