"""The heal function's half of the guard over the guard: it watches over the watcher."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambdas.heal import checks, confirming
from lambdas.heal.invocation import Invocation
from trailkeeper.detections import stack_events
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards.sides import FOLLOWED_BY_HEAL
from trailkeeper.reconcile.answer import Answer, Did, Trigger
from trailkeeper.reconcile.expected_deploys import ExpectedDeploys
from trailkeeper.reconcile.other_half import OtherHalf
from trailkeeper.reconcile.stack_operations import StackOperations


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
    """Compare the watcher with what is deployed, put it right, and tell what was not.

    What sweeps then leave out is looked at as well.
    """
    watcher = _watcher(invocation)
    if watcher is None:
        return Answer(Did.IGNORED, Trigger.OTHER, "there is no watcher")
    try:
        report = watcher.sweep(invocation.environ.watch_minutes)
    finally:
        checks.run_seldom(invocation)
    return Answer(Did.RECONCILED, Trigger.OTHER, report=report.cut())


def look(invocation: Invocation) -> Report | None:
    """What of the watcher is not as deployed, and left as it is; None if there is no watcher."""
    watcher = _watcher(invocation)
    return watcher.look().cut() if watcher else None


def hear(invocation: Invocation, event: Mapping[str, Any]) -> Answer:
    """Follow what CloudFormation tells of a stack."""
    operations = _operations(invocation)
    stack = stack_events.stack_of(event, FOLLOWED_BY_HEAL, invocation.baseline.names)
    if operations is None or not stack:
        return Answer(Did.IGNORED, Trigger.EVENT, "no stack that the heal function follows")
    operation = operations.hear(stack)
    if operation is None:
        return Answer(Did.IGNORED, Trigger.EVENT, f"nothing new is done to the stack {stack}")
    return Answer(Did.LOOKED, Trigger.EVENT, f"the stack {stack} is in {operation.status}")


def settle(invocation: Invocation) -> None:
    """Ask again who began what is done to the stacks, and compare what it left behind."""
    operations = _operations(invocation)
    if operations is not None and operations.check():
        sweep(invocation)


def _operations(invocation: Invocation) -> StackOperations | None:
    if invocation.watched is None:
        return None
    environ = invocation.environ
    deploys = ExpectedDeploys(
        environ.expected_actors,
        invocation.baseline,
        lambda: invocation.clients.iam,
        invocation.now,
        invocation.failed,
    )
    return StackOperations(
        stacks=FOLLOWED_BY_HEAL,
        deleted_only=(),
        clients=invocation.clients,
        baseline=invocation.baseline,
        history=confirming.history(invocation),
        store=invocation.state,
        patience=invocation.patience,
        now=invocation.now,
        planned=deploys.has,
        tell=invocation.alert,
        failed=invocation.failed,
    )


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
        _operations(invocation),
    )
