"""Asks event history for each call that people were told of, and tells when nobody made it.

The function cannot tell a made-up event from a real one, so the first alert names whom the event
names. The history is asked at each look for half an hour; if it then has no such call, a second
alert says so.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from lambdas.heal import history
from lambdas.heal.invocation import Invocation
from trailkeeper.alerts import forged_alerts
from trailkeeper.events.event import ApiCall
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.state.heal_items import Unconfirmed

WAITS = timedelta(minutes=30)
# LookupEvents is limited to two calls a second for the whole account, and a look is short.
_MOST_ASKED = 10
# Enough to see that somebody sends events; a flood of them must not fill the table or the looks.
_MOST_WAITING = 50
_FORGOTTEN = timedelta(days=1)
_LONGEST_ID = 100


def expect(invocation: Invocation, call: ApiCall) -> None:
    """Note a call that people were told of, to ask the history for it."""
    now = invocation.now()
    waiting = Unconfirmed(
        now,
        call.event_id[:_LONGEST_ID],
        call.name,
        call.actor.display,
        call.actor.principal_arn,
        history.region_of(call, invocation.baseline.region),
    )
    try:
        known = invocation.state.unconfirmed(now - WAITS, now, _MOST_WAITING)
        # An event comes more than once: Lambda tries again, and EventBridge promises no less.
        if len(known) < _MOST_WAITING and waiting.event_id not in {each.event_id for each in known}:
            invocation.state.expect(waiting)
    except AWS_ERRORS as error:
        invocation.log.error("a call will not be looked up", reason=str(error))


def check(invocation: Invocation) -> None:
    """Ask the history for the calls that people were told of, the oldest first."""
    now = invocation.now()
    forged: list[forged_alerts.Forged] = []
    try:
        waiting = invocation.state.unconfirmed(now - _FORGOTTEN, now, _MOST_ASKED)
        for each in waiting:
            found = _judge(invocation, each, now)
            if found is not None:
                forged.append(found)
    except AWS_ERRORS as error:
        invocation.log.error("no word of the event history", reason=str(error))
    if forged:
        # Before they are forgotten: a crash must not lose what is to be told.
        invocation.alert(forged_alerts.forged(forged, invocation.baseline, now))
        for told in forged:
            invocation.remember(lambda each=told: _forget(invocation, each))  # type: ignore[misc]


def _forget(invocation: Invocation, forged: forged_alerts.Forged) -> None:
    invocation.state.confirmed(forged.at, forged.event_id)


def _judge(
    invocation: Invocation, waiting: Unconfirmed, now: datetime
) -> forged_alerts.Forged | None:
    """What is to be told of a call, if anything is yet."""
    region = waiting.region or invocation.baseline.region
    real = history.call_of(invocation, waiting.event_id, region) if waiting.event_id else None
    if real is not None and (real.name, real.actor.principal_arn) == (
        waiting.call,
        waiting.principal,
    ):
        invocation.state.confirmed(waiting.at, waiting.event_id)
        return None
    if real is None and now - waiting.at < WAITS:
        return None
    made_by = f"{real.actor.display} ({real.name})" if real else ""
    return forged_alerts.Forged(waiting.at, waiting.event_id, waiting.call, waiting.author, made_by)
