"""The heal function's half of the guard over the guard: it watches over the watcher."""

from __future__ import annotations

from lambdas.heal import confirming
from lambdas.heal.invocation import Invocation
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.outcome import Report
from trailkeeper.reconcile.answer import Answer, Did, Trigger
from trailkeeper.reconcile.other_half import OtherHalf


def follow(invocation: Invocation, call: ApiCall) -> Answer | None:
    """Put the watcher right after a call about it; None if the call may be about the evidence."""
    watcher = _watcher(invocation)
    followed = watcher.follow(call, lambda alert, _: invocation.alert(alert)) if watcher else None
    if followed is None:
        return None
    if followed.why:
        return Answer(Did.IGNORED, Trigger.EVENT, followed.why)
    confirming.expect(invocation, call)
    return Answer(Did.RECONCILED, Trigger.EVENT, report=followed.report.cut())


def sweep(invocation: Invocation) -> Answer:
    """Compare the watcher with what is deployed, put it right, and tell what was not."""
    watcher = _watcher(invocation)
    if watcher is None:
        return Answer(Did.IGNORED, Trigger.OTHER, "there is no watcher")
    report = watcher.sweep(invocation.environ.watch_minutes)
    return Answer(Did.RECONCILED, Trigger.OTHER, report=report.cut())


def look(invocation: Invocation) -> Report | None:
    """What of the watcher is not as deployed, and left as it is; None if there is no watcher."""
    watcher = _watcher(invocation)
    return watcher.look().cut() if watcher else None


def _watcher(invocation: Invocation) -> OtherHalf | None:
    if invocation.watched is None:
        return None
    return OtherHalf(
        invocation.clients,
        invocation.baseline,
        invocation.watched,
        invocation.patience,
        invocation.now,
        invocation.alert,
        invocation.state,
        invocation.table_failed,
    )
