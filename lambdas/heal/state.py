"""What the heal function remembers between runs; losing it never stops a repair."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, Protocol, TypeVar

from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.state.alert_items import DrillTold, Told
from trailkeeper.state.heal_items import (
    Alive,
    Begun,
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
    Schedule,
    Silence,
    Unconfirmed,
)
from trailkeeper.state.table import (
    AHEAD,
    PARTITION_KEY,
    SORT_KEY,
    Item,
    StrangeItemError,
    believed,
    key,
)
from trailkeeper.wire.typed import MalformedError

D = TypeVar(
    "D",
    Alive,
    Begun,
    Contained,
    Containing,
    Deed,
    Drill,
    DrillTold,
    Heal,
    KnownBaseline,
    KnownStop,
    KnownTrails,
    LastReconcile,
    Pause,
    Ran,
    Silence,
    Told,
    Unconfirmed,
)

# Sorts behind the "#" that ends the time in a heal's sort key.
_AFTER_EVERY_EVENT = "$"
_NONE: Mapping[str, str] = {}
OF_A_TIME = (Heal.PARTITION, "healed", "waits", Unconfirmed.PARTITION, Contained.PARTITION)
"""The kinds of items whose sort key begins with a time."""


class StateClients(Protocol):
    """The service client that the state table needs."""

    @property
    def dynamodb(self) -> Any: ...


class State:
    """The state table; its client is only asked for with the first call, after logging is on.

    Every method raises ClientError or BotoCoreError when the table cannot be reached. An item that
    is not what we write, or says what cannot be at this time, is as good as none; `strange` has the
    key of each that no version of ours can have written, and what is wrong with it.
    """

    def __init__(
        self, clients: StateClients, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._clients = clients
        self._now = now
        self.strange: dict[tuple[str, str], str] = {}

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

    def expect(self, call: Unconfirmed) -> None:
        """Note a call that event history has to confirm."""
        self._put(call.item())

    def unconfirmed(self, since: datetime, until: datetime, most: int) -> tuple[Unconfirmed, ...]:
        """The calls that were told in that time and are not confirmed yet, oldest first."""
        items = self._of_time(Unconfirmed.PARTITION, since, until, most)
        return tuple(self._readable(Unconfirmed, items))

    def confirmed(self, at: datetime, event_id: str) -> None:
        """Forget a call that was confirmed, or told to be none."""
        self._clients.dynamodb.delete_item(
            TableName=STATE_TABLE, Key=Unconfirmed.key_of(at, event_id)
        )

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

    def begin(self, begun: Begun) -> None:
        """Note what a run is about to restore."""
        self._put(begun.item())

    def end(self, begun: Begun) -> None:
        """Forget what a run was about to restore: it was told."""
        self._clients.dynamodb.delete_item(TableName=STATE_TABLE, Key=begun.key)

    def begun(self) -> tuple[Begun, ...]:
        """What runs were about to restore that did not come to their end, or are still at it."""
        return tuple(self._readable(Begun, self._query(Begun.PARTITION)))

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

    def _readable(self, kind: type[D], items: list[Item]) -> Iterator[D]:
        for item in items:
            try:
                yield believed(kind, item, self._now())
            except StrangeItemError as error:
                self._note(item, str(error))
            except MalformedError:
                continue  # of another version

    def _note(self, item: Item, why: str) -> None:
        key_of = tuple(str(item.get(each, {}).get("S", "")) for each in (PARTITION_KEY, SORT_KEY))
        self.strange[key_of[0], key_of[1]] = why

    def _put(self, item: Item) -> None:
        self._clients.dynamodb.put_item(TableName=STATE_TABLE, Item=item)

    def _one(self, kind: type[D], place: tuple[str, str]) -> D | None:
        answer = self._clients.dynamodb.get_item(
            TableName=STATE_TABLE, Key=key(*place), ConsistentRead=True
        )
        return next(self._readable(kind, [answer["Item"]] if "Item" in answer else []), None)

    def _of_time(
        self,
        partition: str,
        since: datetime,
        until: datetime,
        most: int | None = None,
        *,
        newest_first: bool = False,
    ) -> list[Item]:
        span = {":since": since.isoformat(), ":until": f"{until.isoformat()}{_AFTER_EVERY_EVENT}"}
        return self._query(
            partition,
            "#at BETWEEN :since AND :until",
            span,
            newest_first=newest_first,
            most=most,
        )

    def _query(
        self,
        partition: str,
        condition: str = "",
        values: Mapping[str, str] = _NONE,
        *,
        newest_first: bool = False,
        most: int | None = None,
    ) -> list[Item]:
        """What one answer of DynamoDB holds of a partition; `condition` is on its sort key `#at`.

        `values` are the texts that it names.
        """
        answer = self._clients.dynamodb.query(
            TableName=STATE_TABLE,
            KeyConditionExpression=" AND ".join(filter(None, ("#id = :id", condition))),
            ExpressionAttributeNames={
                "#id": PARTITION_KEY,
                **({"#at": SORT_KEY} if condition else {}),
            },
            ExpressionAttributeValues={
                name: {"S": value} for name, value in {":id": partition, **values}.items()
            },
            ConsistentRead=True,
            ScanIndexForward=not newest_first,
            **({"Limit": most} if most is not None else {}),
        )
        items: list[Item] = answer["Items"]
        return items
