"""Drills: a stop of the trail on purpose, announced beforehand, told as one and counted by nobody.

Whether a stop is the drill is seen from three things together: it carries the mark that only the
announcer has, its author is whom the announcement named, and it is the only one, within minutes.
Nothing is left out for a drill: it is healed and told like any other stop, with its author's name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lambdas.heal.invocation import Invocation
from trailkeeper.alerts import drill_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards import logging
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.reconcile.answer import Answer, Did, DrillSeen, Trigger
from trailkeeper.reconcile.decide import Decision
from trailkeeper.state.heal_items import Drill

_MARK = re.compile(r"[0-9a-f]{32}")
_CARRIED = re.compile(r"trailkeeper-drill/([0-9a-f]{32})")
_STOP = "StopLogging"
_LONGEST_AUTHOR = 200


class DrillRefusedError(ValueError):
    """When there can be no drill now; one sentence for the caller."""


def announce(invocation: Invocation, command: Mapping[str, Any]) -> Answer:
    """Tell everybody that a drill comes, then remember it: one that nobody hears of is none.

    Raises:
        DrillRefusedError: the settings allow none, one was just announced, or it cannot be noted.
    """
    if not invocation.environ.drills:
        raise DrillRefusedError('the settings allow no drills: "drills" is false')
    author, now = _author(command), invocation.now()
    drill = Drill(now, _id_of(command), author)
    try:
        last = invocation.state.drill()
        if last is not None and last.announced <= now < last.next:
            minutes = -(-(last.next - now).total_seconds() // 60)
            raise DrillRefusedError(
                f"{last.author or 'somebody'} announced a drill a short time ago; "
                f"the next can be in {minutes:.0f} min"
            )
        invocation.alert(
            drill_alerts.announced(drill.id, author, drill.end, invocation.baseline, now)
        )
        invocation.state.remember_drill(drill)
    except AWS_ERRORS as error:
        raise DrillRefusedError(f"the drill could not be announced: {error}") from error
    return Answer(Did.ANNOUNCED_DRILL, Trigger.COMMAND, drill=DrillSeen(drill.id, None, ()))


def test(invocation: Invocation, command: Mapping[str, Any]) -> Answer:
    """Send an alert that says it is a test.

    Raises:
        DrillRefusedError: it could not be handed over.
    """
    drill = _id_of(command)
    alert = drill_alerts.test(drill, _author(command), invocation.baseline, invocation.now())
    try:
        invocation.alert(alert)
    except AWS_ERRORS as error:
        raise DrillRefusedError(f"the alert could not be sent: {error}") from error
    return Answer(Did.TESTED_ALERTS, Trigger.COMMAND, drill=DrillSeen(drill, None, ()))


def seen(invocation: Invocation, command: Mapping[str, Any]) -> Answer:
    """What is known of a drill, or of a test.

    Raises:
        DrillRefusedError: the state table cannot be reached.
    """
    id_ = _id_of(command)
    try:
        drill, told = invocation.state.drill(), invocation.state.drill_told(id_)
    except AWS_ERRORS as error:
        raise DrillRefusedError(f"nothing is known of the drill: {error}") from error
    at = drill.seen if drill is not None and drill.id == id_ else None
    return Answer(Did.SHOWED_DRILL, Trigger.COMMAND, drill=DrillSeen(id_, at, told))


def of_stop(invocation: Invocation, call: ApiCall, decision: Decision) -> Drill | None:
    """The drill that a stop of the trail is, None if it is somebody's stop."""
    carried = _CARRIED.search(call.user_agent)
    if not decision.stops_trail or call.name != _STOP or carried is None:
        return None
    drill = _announced(invocation)
    if drill is None or drill.event_id not in ("", call.event_id):
        return None
    if drill.id != _digest(carried[1]) or drill.author != call.actor.arn:
        return None
    known = replace(drill, seen=drill.seen or invocation.began, event_id=call.event_id[:100])
    invocation.remember(lambda: invocation.state.remember_drill(known))
    return known


def of_find(invocation: Invocation, report: Report) -> Drill | None:
    """The drill that may be why the trail was found stopped, None if none is expected."""
    if not any(each.document == "status" for each in report.of(logging.NAME)):
        return None
    drill = _announced(invocation)
    if drill is None or drill.event_id:
        return None
    if drill.seen is None:
        drill = replace(drill, seen=invocation.began)
        known = drill
        invocation.remember(lambda: invocation.state.remember_drill(known))
    return drill


def told_of_stop(drill: Drill, alerts: tuple[Alert, ...]) -> tuple[Alert, ...]:
    """The alerts of a drill's stop; what was found beside it is told as always."""
    first, *others = alerts
    marked = drill_alerts.stopped(first, drill.id, drill.author, drill.announced)
    return (marked, *others)


def told_of_find(drill: Drill, alert: Alert) -> Alert:
    """The alert of a trail that was found stopped, with the drill that it may be."""
    return drill_alerts.found(alert, drill.id, drill.author, drill.announced)


def _announced(invocation: Invocation) -> Drill | None:
    """The drill that was announced and is not over."""
    try:
        drill = invocation.state.drill()
    except AWS_ERRORS as error:
        invocation.log.error("no word of a drill, so none is taken for one", reason=str(error))
        return None
    if drill is None or not drill.announced <= invocation.now() <= drill.end:
        return None
    return drill


def _id_of(command: Mapping[str, Any]) -> str:
    mark = command.get("mark")
    if not isinstance(mark, str) or not _MARK.fullmatch(mark):
        raise DrillRefusedError("a drill needs a mark of 32 hexadecimal digits")
    return _digest(mark)


def _digest(mark: str) -> str:
    return hashlib.sha256(mark.encode()).hexdigest()[:32]


def _author(command: Mapping[str, Any]) -> str:
    return str(command.get("author", ""))[:_LONGEST_AUTHOR]
