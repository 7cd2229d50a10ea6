"""Follows an API call: carries out what was decided about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from lambdas.heal import confirming, drills, fight, other_trails, plans, reconciling
from lambdas.heal.invocation import HealFailedError, Invocation
from trailkeeper.alerts import call_alerts, call_facts
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections import hints
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards import logging
from trailkeeper.reconcile import deploys
from trailkeeper.reconcile.answer import Answer, Did, Trigger
from trailkeeper.reconcile.decide import (
    CREATES,
    Action,
    Decision,
    Facts,
    alerts_of,
    decide,
)
from trailkeeper.reconcile.start_logging import Started
from trailkeeper.words.text import LONGEST_FIELD


def follow(invocation: Invocation, call: ApiCall, first: Started | None = None) -> Answer:
    """Do what a call calls for; `first` is what was already done about the logging.

    Raises:
        HealFailedError: something is still not in order.
    """
    environ = invocation.environ
    decision = decide(call, Facts(environ.baseline, environ.other_trails))
    why = decision.why[:LONGEST_FIELD]
    if decision.action is Action.IGNORE or decision.detection is None:
        return Answer(Did.IGNORED, Trigger.EVENT, why)
    if decision.action is Action.ALERT_ATTEMPT:
        planned = plans.entry(invocation, call, decision.detection)
        invocation.alert(
            call_alerts.attempted(
                call, decision.detection, environ.baseline, invocation.now(), planned
            )
        )
        confirming.expect(invocation, call)
        return Answer(Did.ALERTED_ATTEMPT, Trigger.EVENT, why)
    noted = reconciling.notes(invocation)
    report = reconciling.run(invocation, noted, stopped_at=decision.stopped_at, first=first)
    _alert(invocation, call, decision, report)
    still_stopped: tuple[str, ...] = ()
    if decision.other_trail is not None:
        still_stopped = other_trails.follow(
            invocation, call, decision.detection, decision.other_trail
        )
    elif call.name == CREATES:
        other_trails.note(invocation, hints.resource(call))
    named = decision.names_author
    if named or decision.other_trail is not None:
        confirming.expect(invocation, call)
    reconciling.finish(
        invocation,
        report,
        noted,
        retry=decision.retry,
        author=call.actor.display if named else "",
        call=call.name if named else "",
        stopped_at=decision.stopped_at,
    )
    if still_stopped:
        raise HealFailedError(f"could not be started: {', '.join(still_stopped)}")
    return Answer(Did.RECONCILED, Trigger.EVENT, why, report.cut())


def _alert(invocation: Invocation, call: ApiCall, decision: Decision, whole: Report) -> None:
    now = invocation.now()
    detection = decision.detection if decision.names_author else None
    report = reconciling.fresh(
        invocation, whole, keep=lambda name: detection is not None and detection.can_touch(name)
    )
    # CloudFormation is asked only where its answer matters, and about the time of the call: events
    # come seconds to minutes late.
    deploying = (
        decision.by_deploy
        and report.unplanned.found_nothing
        and deploys.under_way(invocation.clients.cloudformation, decision.called_at or now)
    )
    alerts = alerts_of(
        decision,
        call,
        report,
        invocation.baseline,
        now,
        deploying=deploying,
        last_good=reconciling.last_good(invocation, report),
        still_open=reconciling.still_open(invocation, whole, report),
        planned=plans.entry(invocation, call, detection) if detection else None,
    )
    if not alerts:
        return
    drill = drills.of_stop(invocation, call, decision)
    if drill is not None:
        for alert in drills.told_of_stop(drill, alerts):
            invocation.alert(alert)
        return
    rounds = fight.remember_round(invocation, call, decision, report)
    fought = () if report.failed else fight.going_on(rounds, fight.author_of(call), now)
    is_told = False
    if decision.stops_trail and fought:
        fight.answer(invocation, call, fought, rounds)
        is_told = True
    elif not decision.stops_trail and not report.failed:
        is_told = fight.anybody(rounds, now)
    # Whatever else was changed under the cover of a fight is worth an alert all the same.
    if not is_told or any(each.guard != "logging" for each in report.outcomes):
        stop = fight.stop_of(call, rounds)
        for alert in alerts:
            invocation.alert(_of_a_stop(alert, call, stop, report) if stop else alert)


def _of_a_stop(alert: Alert, call: ApiCall, stop: datetime, report: Report) -> Alert:
    """The alert of a stop that the trail's status shows, counted by that stop and not as noise.

    Runs at the same time may each see the trail stopped and started again: one of them tells of it,
    maybe by the name of a made-up event, and the others tell whom else events name. Event history
    says who it was.
    """
    if alert.group is not None:
        kind = "stops"
    elif report.in_order and all(each.guard == logging.NAME for each in report.outcomes):
        kind = "heals"
    else:
        return alert
    return replace(
        alert, group=call_facts.folded_under(kind, call, stop.isoformat(), planned=False)
    )
