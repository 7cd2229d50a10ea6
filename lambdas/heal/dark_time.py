"""Stops of the trail that were over before anybody looked, seen by what its status remembers.

An event may get lost, and a run may be cut off after it started the trail: the trail's status still
says when it was stopped the last time. A trail that was made again has never been stopped, but was
started later than the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from lambdas.heal import known_stops
from lambdas.heal.invocation import Invocation
from lambdas.heal.known_stops import ABOUT
from trailkeeper.alerts import dark_alerts
from trailkeeper.evidence.outcome import Gap, Report
from trailkeeper.guards import logging
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.guards.logging import Status
from trailkeeper.reconcile.confirming import WAITS

# Whoever started the trail may be telling people of it right now: a run of ours is over by then,
# and so are the two that Lambda makes of an event that failed.
_SETTLED = timedelta(minutes=10)
# By then people were told whether anybody made the call that they heard of the stop by.
_SAID = WAITS + timedelta(minutes=15)


def untold(invocation: Invocation, found: Status | None) -> Gap | None:
    """When the trail did not log and nobody was told; None if there is no such time.

    `found` is the status of a trail that logs. What the first look ever finds is only noted: it may
    be as old as the trail.
    """
    if found is None or found.started is None:
        return None
    try:
        known = invocation.state.known_stop()
    except AWS_ERRORS as error:
        invocation.log.error("no word of the last stop", reason=str(error))
        return None
    if known is None:
        known_stops.remember(invocation, found.stopped or found.started)
        return None
    last, now = found.stopped or found.started, invocation.now()
    is_news = known < last <= found.started
    if not is_news or now - found.started < _SETTLED:
        return None
    said = known_stops.said(invocation)
    if said is not None and said.stopped == last and now - said.at < _SAID:
        return None
    return Gap(found.stopped, found.started)


def check(invocation: Invocation, found: Status | None) -> None:
    """Alert people of a time that nobody told them of."""
    gap = untold(invocation, found)
    if gap is None:
        return
    stopped = gap.since or gap.until
    said = known_stops.said(invocation)
    by_call = said is not None and said.stopped == stopped
    invocation.alert(dark_alerts.was_dark(gap, invocation.baseline, invocation.now(), said=by_call))
    known_stops.remember(invocation, stopped)


def remember_told(invocation: Invocation, report: Report, stopped_at: datetime | None) -> None:
    """Note the stop that people were just told of: one that this run ended, or that a call made.

    `stopped_at` is when an event says that the trail was stopped: it counts if the status agrees,
    and once event history has the call.
    """
    if report.gap is not None:
        known_stops.remember(invocation, report.gap.since or report.gap.until)
    elif stopped_at is not None:
        try:
            status = logging.observe(invocation.clients, invocation.baseline)
        except AWS_ERRORS as error:
            invocation.log.error("cannot see the last stop", reason=str(error))
            return
        last = status.stopped or status.started
        if last is not None and abs(last - stopped_at) <= ABOUT:
            known_stops.remember_said(invocation, last)


def ended_by(starts: Sequence[datetime], found: Status | None) -> Gap | None:
    """The time in the dark that one of these starts ended, as the status of the trail has it.

    `found` is that of a trail that logs; where it leaves that open, nobody knows.
    """
    stopped, started = (found.stopped, found.started) if found else (None, None)
    if stopped and started and any(stopped <= each <= started for each in starts):
        return Gap(stopped, started)
    return None
