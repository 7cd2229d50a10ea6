"""Which stop of the trail people know of, and how: this guard saw it, or a call said so.

A call is a hint until event history has it. One that somebody made up must not pass for word of a
stop that really was, by whoever it was: what was only said is known once history has the call.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from lambdas.heal.invocation import Invocation
from trailkeeper.events.event import ApiCall
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.reconcile.stop import stop_by
from trailkeeper.state.heal_items import KnownStop, SaidStop

# Between the event of a stop, in whole seconds, and the stop as the trail's status has it: stops
# that follow each other faster than their events arrive are proven by a later one.
ABOUT = timedelta(minutes=1)


def remember(invocation: Invocation, stopped: datetime | None) -> None:
    """Note a stop that people know of."""
    if stopped is not None:
        stop = KnownStop(stopped)
        invocation.remember(lambda: invocation.state.remember_stop(stop))


def remember_said(invocation: Invocation, stopped: datetime) -> None:
    """Note a stop that people know of by a call alone; whoever says it again defers nothing."""
    before = said(invocation)
    if before is None or before.stopped != stopped:
        stop = SaidStop(invocation.now(), stopped)
        invocation.remember(lambda: invocation.state.remember_said_stop(stop))


def said(invocation: Invocation) -> SaidStop | None:
    """The stop that people know of by a call alone; None if there is none, or nobody knows."""
    try:
        return invocation.state.said_stop()
    except AWS_ERRORS as error:
        invocation.log.error("no word of the stop that a call said", reason=str(error))
        return None


def confirm(invocation: Invocation, call: ApiCall) -> None:
    """Know of a stop as this call of event history says it."""
    stop = stop_by(call, invocation.baseline)
    if stop is None or stop.at is None:
        return
    by_call = said(invocation)
    if by_call is not None and abs(by_call.stopped - stop.at) <= ABOUT:
        remember(invocation, by_call.stopped)
