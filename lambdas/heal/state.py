"""What the heal function remembers between runs; losing it never stops a repair."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Literal, Protocol, TypeVar

from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.state.table import (
    AHEAD,
    PARTITION_KEY,
    SORT_KEY,
    Begun,
    Contained,
    Containing,
    Deed,
    Drill,
    DrillTold,
    Heal,
    Item,
    KnownBaseline,
    KnownStop,
    KnownTrails,
    LastReconcile,
    Pause,
    Ran,
    Schedule,
    Silence,
    StrangeItemError,
    Told,
    Unconfirmed,
    believed,
    key,
)
from trailkeeper.wire.typed import MalformedError

D = TypeVar(
    "D",
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
        answer = self._clients.dynamodb.query(
            TableName=STATE_TABLE,
            KeyConditionExpression="#id = :id AND #at BETWEEN :since AND :until",
            ExpressionAttributeNames={"#id": PARTITION_KEY, "#at": SORT_KEY},
            ExpressionAttributeValues={
                ":id": {"S": Heal.PARTITION},
                ":since": {"S": since.isoformat()},
                ":until": {"S": f"{until.isoformat()}{_AFTER_EVERY_EVENT}"},
            },
            ConsistentRead=True,
            ScanIndexForward=False,
        )
        found = [
            each for each in self._readable(Heal, answer["Items"]) if since <= each.at <= until
        ]
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
        answer = self._clients.dynamodb.query(
            TableName=STATE_TABLE,
            KeyConditionExpression="#id = :id",
            ExpressionAttributeNames={"#id": PARTITION_KEY},
            ExpressionAttributeValues={":id": {"S": Containing.PARTITION}},
            ConsistentRead=True,
            Limit=20,
        )
        return tuple(self._readable(Containing, answer["Items"]))

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

    def _of_time(self, partition: str, since: datetime, until: datetime, most: int) -> list[Item]:
        answer = self._clients.dynamodb.query(
            TableName=STATE_TABLE,
            KeyConditionExpression="#id = :id AND #at BETWEEN :since AND :until",
            ExpressionAttributeNames={"#id": PARTITION_KEY, "#at": SORT_KEY},
            ExpressionAttributeValues={
                ":id": {"S": partition},
                ":since": {"S": since.isoformat()},
                ":until": {"S": f"{until.isoformat()}{_AFTER_EVERY_EVENT}"},
            },
            ConsistentRead=True,
            Limit=most,
        )
        items: list[Item] = answer["Items"]
        return items

    def remember_deed(self, deed: Deed) -> None:
        """Note what a run healed, or left to wait."""
        self._put(deed.item())

    def deeds(
        self, kind: Literal["healed", "waits"], since: datetime, most: int
    ) -> tuple[Deed, ...]:
        """The latest deeds of a kind, newest first."""
        answer = self._clients.dynamodb.query(
            TableName=STATE_TABLE,
            KeyConditionExpression="#id = :id AND #at >= :since",
            ExpressionAttributeNames={"#id": PARTITION_KEY, "#at": SORT_KEY},
            ExpressionAttributeValues={":id": {"S": kind}, ":since": {"S": since.isoformat()}},
            ConsistentRead=True,
            ScanIndexForward=False,
            Limit=most,
        )
        return tuple(self._readable(Deed, answer["Items"]))

    def remember_run(self, ran: Ran) -> None:
        """Note that a schedule's look or sweep came to its end."""
        self._put(ran.item())

    def ran(self, schedule: Schedule) -> datetime | None:
        """When a schedule's look or sweep last came to its end, None if nobody knows."""
        item = self._get(*Ran.key_of(schedule))
        found = next(self._readable(Ran, [item] if item else []), None)
        return found.at if found else None

    def told(self) -> tuple[Told, ...]:
        """What became of the last alert of each channel, by the channels' names."""
        answer = self._clients.dynamodb.query(
            TableName=STATE_TABLE,
            KeyConditionExpression="#id = :id",
            ExpressionAttributeNames={"#id": PARTITION_KEY},
            ExpressionAttributeValues={":id": {"S": Told.PARTITION}},
            ConsistentRead=True,
        )
        return tuple(self._readable(Told, answer["Items"]))

    def remember_reconcile(self, last: LastReconcile) -> None:
        """Note how the last reconcile ended."""
        self._put(last.item())

    def last_reconcile(self) -> LastReconcile | None:
        """How the last reconcile ended, None if nobody knows."""
        item = self._get(*LastReconcile.KEY)
        return next(self._readable(LastReconcile, [item] if item else []), None)

    def remember_trails(self, known: KnownTrails) -> None:
        """Note how AWS listed the account's other trails."""
        self._put(known.item())

    def known_trails(self) -> KnownTrails | None:
        """How AWS listed the account's other trails the last time, None if nobody knows."""
        item = self._get(*KnownTrails.KEY)
        return next(self._readable(KnownTrails, [item] if item else []), None)

    def remember_baseline(self, known: KnownBaseline) -> None:
        """Note the baseline that people know of."""
        self._put(known.item())

    def baseline(self) -> KnownBaseline | None:
        """The baseline that people know of, None if nobody knows."""
        item = self._get(*KnownBaseline.KEY)
        return next(self._readable(KnownBaseline, [item] if item else []), None)

    def remember_drill(self, drill: Drill) -> None:
        """Note a drill, in place of the one before."""
        self._put(drill.item())

    def drill(self) -> Drill | None:
        """The drill that was announced last, even if it is over."""
        item = self._get(*Drill.KEY)
        return next(self._readable(Drill, [item] if item else []), None)

    def drill_told(self, drill: str) -> tuple[DrillTold, ...]:
        """What became of the alerts of a drill."""
        answer = self._clients.dynamodb.query(
            TableName=STATE_TABLE,
            KeyConditionExpression="#id = :id",
            ExpressionAttributeNames={"#id": PARTITION_KEY},
            ExpressionAttributeValues={":id": {"S": DrillTold.partition(drill)}},
            ConsistentRead=True,
        )
        return tuple(self._readable(DrillTold, answer["Items"]))

    def remember_stop(self, stop: KnownStop) -> None:
        """Note the latest stop that people know of."""
        self._put(stop.item())

    def known_stop(self) -> datetime | None:
        """The latest stop that people know of, None if nobody noted one."""
        item = self._get(*KnownStop.KEY)
        found = next(self._readable(KnownStop, [item] if item else []), None)
        return found.at if found else None

    def begin(self, begun: Begun) -> None:
        """Note what a run is about to restore."""
        self._put(begun.item())

    def end(self, begun: Begun) -> None:
        """Forget what a run was about to restore: it was told."""
        self._clients.dynamodb.delete_item(TableName=STATE_TABLE, Key=begun.key)

    def begun(self) -> tuple[Begun, ...]:
        """What runs were about to restore that did not come to their end, or are still at it."""
        answer = self._clients.dynamodb.query(
            TableName=STATE_TABLE,
            KeyConditionExpression="#id = :id",
            ExpressionAttributeNames={"#id": PARTITION_KEY},
            ExpressionAttributeValues={":id": {"S": Begun.PARTITION}},
            ConsistentRead=True,
        )
        return tuple(self._readable(Begun, answer["Items"]))

    def remember_silence(self, silence: Silence) -> None:
        """Note that people were told of a silence."""
        self._put(silence.item())

    def silence(self) -> Silence | None:
        """The silence that people were told of last, None if nobody knows of any."""
        item = self._get(*Silence.KEY)
        return next(self._readable(Silence, [item] if item else []), None)

    def begin_pause(self, pause: Pause) -> None:
        """Note a pause; a running one is replaced."""
        self._put(pause.item())

    def pause(self) -> Pause | None:
        """The pause that was begun last and not closed yet, even if its time is over."""
        item = self._get(*Pause.KEY)
        return next(self._readable(Pause, [item] if item else []), None)

    def close_pause(self) -> None:
        """Forget the pause."""
        self._clients.dynamodb.delete_item(TableName=STATE_TABLE, Key=key(*Pause.KEY))

    def look_ahead(self, kind: str) -> None:
        """See whether a kind has an item of a time to come, which no query of ours ever finds."""
        answer = self._clients.dynamodb.query(
            TableName=STATE_TABLE,
            KeyConditionExpression="#id = :id AND #at > :after",
            ExpressionAttributeNames={"#id": PARTITION_KEY, "#at": SORT_KEY},
            ExpressionAttributeValues={
                ":id": {"S": kind},
                ":after": {"S": (self._now() + AHEAD).isoformat()},
            },
            ConsistentRead=True,
            Limit=1,
        )
        for item in answer["Items"]:
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

    def _get(self, partition: str, sort: str) -> Item | None:
        answer = self._clients.dynamodb.get_item(
            TableName=STATE_TABLE, Key=key(partition, sort), ConsistentRead=True
        )
        item: Item | None = answer.get("Item")
        return item
