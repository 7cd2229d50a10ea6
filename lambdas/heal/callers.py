"""Who stopped the trail, as event history says, where events named somebody else for it.

A run that starts the trail again names whom its event names, and whoever may invoke the function
can have made that up. The trail's status says when it was stopped, and the history who called then.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from lambdas.heal import confirming, fight
from lambdas.heal.invocation import Invocation
from trailkeeper.alerts import caller_alerts
from trailkeeper.alerts.caller_alerts import StopCaller
from trailkeeper.detections.hints import names_our_trail
from trailkeeper.events.event import ApiCall
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.guards.logging import Status
from trailkeeper.reconcile.decide import DELETES
from trailkeeper.state.heal_items import StopAttributed

# Events have whole seconds, and a stop takes a moment.
_MARGIN = timedelta(seconds=5)
# A trail that is gone has no status: its stop has the minute in which it was missed.
_MISSED = timedelta(minutes=2)
# LookupEvents is limited to two calls a second for the whole account, and a look is short.
_MOST_ASKED = 10


def check(invocation: Invocation, found: Status | None) -> None:
    """Tell people who stopped the trail in the last hour, if events named somebody else.

    `found` is the status of the trail: nothing is asked unless it says that there was a stop. What
    the history does not have yet is asked for again at the next look, within the hour.
    """
    now = invocation.now()
    last = found.stopped or found.started if found else None
    if last is None or now - last > fight.MEMORY:
        return
    attributed: list[datetime] = []
    wrong: list[StopCaller] = []
    try:
        for stopped, named in list(_named(invocation, now).items())[:_MOST_ASKED]:
            calls = _calls(invocation, stopped)
            if not calls:
                continue
            attributed.append(stopped)
            others = named - {fight.author_of(each) for each in calls}
            if others:
                wrong.append(StopCaller(stopped, calls, tuple(sorted(others))))
    except AWS_ERRORS as error:
        invocation.log.error("cannot see who stopped the trail", reason=str(error))
    if wrong:
        invocation.alert(caller_alerts.of_stops(wrong, invocation.baseline, now))
    for stopped in attributed:
        note = StopAttributed(stopped)
        invocation.remember(partial(invocation.state.remember_attributed, note))


def _named(invocation: Invocation, now: datetime) -> dict[datetime, set[str]]:
    """Whom events named for each stop that nobody asked the history about yet, oldest first."""
    since = now - fight.MEMORY
    known = {each.at for each in invocation.state.attributed(since, now)}
    named: dict[datetime, set[str]] = {}
    for each in invocation.state.heals_between(since, now):
        if each.author and each.at not in known:
            named.setdefault(each.at, set()).add(each.author)
    return named


def _calls(invocation: Invocation, stopped: datetime) -> tuple[ApiCall, ...]:
    """The calls that the history has of a stop, one of each caller."""
    home, history = invocation.baseline.region, confirming.history(invocation)
    for name, before, after in (
        ("StopLogging", _MARGIN, _MARGIN),
        (DELETES, _MISSED, timedelta(minutes=1)),
    ):
        found = {
            fight.author_of(call): call
            for call in history.calls_named((name,), home, stopped - before, stopped + after)
            if call.succeeded and names_our_trail(call, invocation.baseline)
        }
        if found:
            return tuple(found.values())
    return ()
