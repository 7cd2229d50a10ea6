"""Asks event history for each call that people were told of, and tells when nobody made it.

A function cannot tell a made-up event from a real one, so the first alert names whom the event
names. The history is asked at each look for half an hour; if it then has no such call, a second
alert says so: the first at once, and those of the hour after it together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trailkeeper.alerts import forged_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.forged_alerts import Forged
from trailkeeper.detections import guard_calls
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.reconcile.history import Failed, History, region_of
from trailkeeper.state.heal_items import ForgedTold, Unconfirmed
from trailkeeper.state.store import Store

WAITS = timedelta(minutes=30)
# LookupEvents is limited to two calls a second for the whole account, and a look is short.
_MOST_ASKED = 10
# Enough to see that somebody sends events; a flood of them must not fill the table or the looks.
_MOST_WAITING = 50
_FORGOTTEN = timedelta(days=1)
# Whoever sends made-up events sends many.
_TOLD_EVERY = timedelta(hours=1)
_LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class Confirming:
    """The calls that one function told people of, noted in its own table; `now` is in UTC.

    `tell` hands an alert on. `failed` hears what could not be done, which stops nothing.
    `confirmed` hears of a call that the history has.
    """

    function: str
    baseline: Baseline
    history: History
    store: Store
    now: Callable[[], datetime]
    tell: Callable[[Alert], None]
    failed: Failed
    confirmed: Callable[[ApiCall], None] = lambda _: None

    def expect(self, call: ApiCall) -> None:
        """Note a call that people were told of, to ask the history for it."""
        now = self.now()
        waiting = Unconfirmed(
            now,
            call.event_id[:_LONGEST_ID],
            call.name,
            call.actor.display,
            call.actor.principal_arn,
            region_of(call, self.baseline.region),
        )
        try:
            known = self.store.unconfirmed(now - WAITS, now, _MOST_WAITING)
            # An event comes more than once: Lambda tries again, and EventBridge promises no less.
            is_new = waiting.event_id not in {each.event_id for each in known}
            if is_new and len(known) < _MOST_WAITING:
                self.store.expect(waiting)
        except AWS_ERRORS as error:
            self.failed("a call will not be looked up", error)

    def check(self) -> None:
        """Ask the history for the calls that people were told of, the oldest first."""
        now = self.now()
        forged: list[Forged] = []
        try:
            waiting = self.store.unconfirmed(now - _FORGOTTEN, now, _MOST_ASKED)
            for each in waiting:
                found = self._judge(each, now)
                if found is not None:
                    forged.append(found)
        except AWS_ERRORS as error:
            self.failed("no word of the event history", error)
        # Before they are forgotten: a crash must not lose what is to be told.
        self._tell_or_keep(forged, now)
        for told in forged:
            self._forget(told)

    def _tell_or_keep(self, forged: Sequence[Forged], now: datetime) -> None:
        """Tell at once, or with all of an hour what comes in the hour after people were told."""
        before = self._told()
        if before is not None and now - before.at < _TOLD_EVERY:
            if forged:
                kept = (*before.kept, *forged)[: forged_alerts.MOST_SHOWN]
                told = ForgedTold(before.at, before.more + len(forged), kept)
                if self._remember(told):
                    return
                self._tell(forged, now)
            return
        earlier = before.kept if before else ()
        found = (*earlier, *forged)
        if found:
            self._tell(found, now, more=before.more - len(earlier) if before else 0)
            self._remember(ForgedTold(now))

    def _tell(self, found: Sequence[Forged], now: datetime, more: int = 0) -> None:
        self.tell(
            forged_alerts.forged(found, self.baseline, now, function=self.function, more=more)
        )

    def _told(self) -> ForgedTold | None:
        try:
            return self.store.forged_told()
        except AWS_ERRORS as error:
            self.failed("no word of what was told of calls that nobody made", error)
            return None

    def _remember(self, told: ForgedTold) -> bool:
        try:
            self.store.remember_forged(told)
        except AWS_ERRORS as error:
            self.failed("calls that nobody made may be told again", error)
            return False
        return True

    def _forget(self, forged: Forged) -> None:
        try:
            self.store.confirmed(forged.at, forged.event_id)
        except AWS_ERRORS as error:
            self.failed("a call will be looked up again", error)

    def _judge(self, waiting: Unconfirmed, now: datetime) -> Forged | None:
        """What is to be told of a call, if anything is yet."""
        region = waiting.region or self.baseline.region
        real = self.history.call_of(waiting.event_id, region) if waiting.event_id else None
        if real is not None and (real.name, real.actor.principal_arn) == (
            waiting.call,
            waiting.principal,
        ):
            self.confirmed(real)
            self.store.confirmed(waiting.at, waiting.event_id)
            return None
        if real is None and now - waiting.at < WAITS:
            return None
        made_by = f"{real.actor.display} ({guard_calls.called(real)})" if real else ""
        called = guard_calls.without_version(waiting.call)
        return Forged(waiting.at, waiting.event_id, called, waiting.author, made_by)
