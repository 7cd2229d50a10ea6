"""What the heal function remembers between runs; losing it never stops a repair."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.state.alert_items import DrillTold, Told
from trailkeeper.state.heal_items import (
    Alive,
    Contained,
    Containing,
    Deed,
    Drill,
    Heal,
    KnownBaseline,
    KnownStop,
    KnownTrails,
    LastReconcile,
    Pause,
    Ran,
    SaidStop,
    Schedule,
    Silence,
    StopAttributed,
    Unconfirmed,
)
from trailkeeper.state.store import Store
from trailkeeper.state.table import AHEAD, PARTITION_KEY, SORT_KEY, key

OF_A_TIME = (Heal.PARTITION, "healed", "waits", Unconfirmed.PARTITION, Contained.PARTITION)
"""The kinds of items whose sort key begins with a time, and of which one more counts."""


class State(Store):
    """The state table as the heal function keeps it; every method raises what `Store` says."""

    def remember_heal(self, heal: Heal) -> None:
        """Note that logging was started again; the same event is noted once."""
        self._put(heal.item())

    def heals_between(self, since: datetime, until: datetime) -> tuple[Heal, ...]:
        """The heals of that time, oldest first; an item of a later time is nothing that happened.

        What one answer of DynamoDB cannot hold are the oldest.
        """
        items = self._of_time(Heal.PARTITION, since, until, newest_first=True)
        found = [each for each in self._readable(Heal, items) if since <= each.at <= until]
        return tuple(sorted(found, key=lambda each: each.at))

    def await_containing(self, containing: Containing) -> None:
        """Note whom to contain once event history confirms it."""
        self._put(containing.item())

    def to_contain(self) -> tuple[Containing, ...]:
        """Whom to contain once event history confirms it; at most twenty."""
        return tuple(self._readable(Containing, self._query(Containing.PARTITION, most=20)))

    def forget_containing(self, principal: str) -> None:
        """Forget somebody who was contained, or is not to be any more."""
        self._clients.dynamodb.delete_item(TableName=STATE_TABLE, Key=Containing.key_of(principal))

    def remember_contained(self, contained: Contained) -> None:
        """Note that somebody was contained."""
        self._put(contained.item())

    def forget_contained(self, contained: Contained) -> None:
        """Forget somebody whom AWS did not let us contain."""
        item = contained.item()
        self._clients.dynamodb.delete_item(
            TableName=STATE_TABLE, Key={name: item[name] for name in (PARTITION_KEY, SORT_KEY)}
        )

    def contained(self, since: datetime, until: datetime, most: int) -> int:
        """How many were contained in that time; it counts no more than `most`."""
        return len(self._of_time(Contained.PARTITION, since, until, most))

    def remember_deed(self, deed: Deed) -> None:
        """Note what a run healed, or left to wait."""
        self._put(deed.item())

    def deeds(
        self, kind: Literal["healed", "waits"], since: datetime, most: int
    ) -> tuple[Deed, ...]:
        """The latest deeds of a kind, newest first."""
        items = self._query(
            kind, "#at >= :since", {":since": since.isoformat()}, newest_first=True, most=most
        )
        return tuple(self._readable(Deed, items))

    def remember_run(self, ran: Ran) -> None:
        """Note that a schedule's look or sweep came to its end."""
        self._put(ran.item())

    def last_run(self, schedule: Schedule) -> Ran | None:
        """The last look or sweep of a schedule that came to its end, None if nobody knows."""
        return self._one(Ran, Ran.key_of(schedule))

    def ran(self, schedule: Schedule) -> datetime | None:
        """When a schedule's look or sweep last came to its end, None if nobody knows."""
        found = self.last_run(schedule)
        return found.at if found else None

    def remember_alive(self, alive: Alive) -> None:
        """Note that people were told that the guard is alive."""
        self._put(alive.item())

    def alive(self) -> Alive | None:
        """When people were last told that the guard is alive, None if nobody knows."""
        return self._one(Alive, Alive.KEY)

    def told(self) -> tuple[Told, ...]:
        """What became of the last alert of each channel, by the channels' names."""
        return tuple(self._readable(Told, self._query(Told.PARTITION)))

    def remember_reconcile(self, last: LastReconcile) -> None:
        """Note how the last reconcile ended."""
        self._put(last.item())

    def last_reconcile(self) -> LastReconcile | None:
        """How the last reconcile ended, None if nobody knows."""
        return self._one(LastReconcile, LastReconcile.KEY)

    def remember_trails(self, known: KnownTrails) -> None:
        """Note how AWS listed the account's other trails."""
        self._put(known.item())

    def known_trails(self) -> KnownTrails | None:
        """How AWS listed the account's other trails the last time, None if nobody knows."""
        return self._one(KnownTrails, KnownTrails.KEY)

    def remember_baseline(self, known: KnownBaseline) -> None:
        """Note the baseline that people know of."""
        self._put(known.item())

    def baseline(self) -> KnownBaseline | None:
        """The baseline that people know of, None if nobody knows."""
        return self._one(KnownBaseline, KnownBaseline.KEY)

    def remember_drill(self, drill: Drill) -> None:
        """Note a drill, in place of the one before."""
        self._put(drill.item())

    def drill(self) -> Drill | None:
        """The drill that was announced last, even if it is over."""
        return self._one(Drill, Drill.KEY)

    def drill_told(self, drill: str) -> tuple[DrillTold, ...]:
        """What became of the alerts of a drill."""
        return tuple(self._readable(DrillTold, self._query(DrillTold.partition(drill))))

    def remember_stop(self, stop: KnownStop) -> None:
        """Note the latest stop that people know of."""
        self._put(stop.item())

    def known_stop(self) -> datetime | None:
        """The latest stop that people know of, None if nobody noted one."""
        found = self._one(KnownStop, KnownStop.KEY)
        return found.at if found else None

    def remember_said_stop(self, stop: SaidStop) -> None:
        """Note the stop that people know of by a call alone."""
        self._put(stop.item())

    def said_stop(self) -> SaidStop | None:
        """The stop that people know of by a call alone, None if there is none."""
        return self._one(SaidStop, SaidStop.KEY)

    def remember_attributed(self, stop: StopAttributed) -> None:
        """Note that event history has said who made a stop."""
        self._put(stop.item())

    def attributed(self, since: datetime, until: datetime) -> tuple[StopAttributed, ...]:
        """The stops of that time of which event history has said who made them, oldest first."""
        items = self._of_time(StopAttributed.PARTITION, since, until)
        return tuple(self._readable(StopAttributed, items))

    def remember_silence(self, silence: Silence) -> None:
        """Note that people were told of a silence."""
        self._put(silence.item())

    def silence(self) -> Silence | None:
        """The silence that people were told of last, None if nobody knows of any."""
        return self._one(Silence, Silence.KEY)

    def begin_pause(self, pause: Pause) -> None:
        """Note a pause; a running one is replaced."""
        self._put(pause.item())

    def pause(self) -> Pause | None:
        """The pause that was begun last and not closed yet, even if its time is over."""
        return self._one(Pause, Pause.KEY)

    def close_pause(self) -> None:
        """Forget the pause."""
        self._clients.dynamodb.delete_item(TableName=STATE_TABLE, Key=key(*Pause.KEY))

    def look_ahead(self, kind: str) -> None:
        """See whether a kind has an item of a time to come, which no query of ours ever finds."""
        after = (self._now() + AHEAD).isoformat()
        for item in self._query(kind, "#at > :after", {":after": after}, most=1):
            self._note(item, "of a time to come")
