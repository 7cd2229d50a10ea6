"""The heal function's half of the guard over the guard: it watches over the watcher."""

from __future__ import annotations

from lambdas.heal import confirming
from lambdas.heal.invocation import Invocation
from trailkeeper.alerts import guard_alerts
from trailkeeper.detections import guard_calls
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards.watched import Watched
from trailkeeper.reconcile import deploys
from trailkeeper.reconcile.answer import Answer, Did, Trigger
from trailkeeper.reconcile.engine import Reconcile


def follow(invocation: Invocation, call: ApiCall) -> Answer | None:
    """Put the watcher right after a call about it; None if the call may be about the evidence."""
    if invocation.watched is None or not guard_calls.is_one(call):
        return None
    ours = invocation.watched.side.names(invocation.baseline.names)
    unnamed = invocation.watched.side.unnamed
    if not call.succeeded or not guard_calls.may_concern(call, ours, unnamed):
        return None
    names = invocation.baseline.names
    if guard_calls.is_ours(call, names.role_arns):
        return Answer(Did.IGNORED, Trigger.EVENT, "a repair of our own")
    deploying = _is_deploying(invocation)
    ordinary = guard_calls.is_ordinary_deploy(call, invocation.baseline.account)
    if ordinary or (guard_calls.is_by_deploy(call) and deploying):
        return Answer(Did.IGNORED, Trigger.EVENT, "a deploy of our own stacks")
    found = Report() if deploying else _restore(invocation, invocation.watched)
    report = guard_alerts.after_call(found, call)
    unimportant = guard_calls.protects(call) or not guard_calls.concerns(call, ours)
    if report.found_nothing and unimportant:
        return None
    invocation.alert(
        guard_alerts.of_call(
            report, call, invocation.baseline, invocation.now(), deploying=deploying
        )
    )
    confirming.expect(invocation, call)
    return Answer(Did.RECONCILED, Trigger.EVENT, report=report.cut())


def sweep(invocation: Invocation) -> Answer:
    """Compare the watcher with what is deployed, put it right, and tell what was not."""
    if invocation.watched is None:
        return Answer(Did.IGNORED, Trigger.OTHER, "there is no watcher")
    if _is_deploying(invocation):
        return Answer(Did.IGNORED, Trigger.OTHER, "a deploy of our own stacks")
    restored = _restore(invocation, invocation.watched)
    now, every = invocation.now(), invocation.environ.watch_minutes
    report = guard_alerts.worth_telling(restored, now, every)
    alert = guard_alerts.found(report, invocation.baseline, now)
    if alert:
        invocation.alert(alert)
    return Answer(Did.RECONCILED, Trigger.OTHER, report=restored.cut())


def look(invocation: Invocation) -> Report | None:
    """What of the watcher is not as deployed, and left as it is; None if there is no watcher."""
    if invocation.watched is None:
        return None
    guards = invocation.watched.guards
    patience = invocation.patience
    run = Reconcile(invocation.clients, invocation.baseline, patience, guards, dry_run=True)
    return Report(run.run(), dry_run=True).cut()


def _restore(invocation: Invocation, watched: Watched) -> Report:
    run = Reconcile(invocation.clients, invocation.baseline, invocation.patience, watched.guards)
    return Report(run.run())


def _is_deploying(invocation: Invocation) -> bool:
    return bool(deploys.of_the_guard(invocation.clients.cloudformation, invocation.now()))
