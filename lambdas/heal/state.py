"""What the heal function remembers between runs; losing it never stops a repair."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.state.table import (
    PARTITION_KEY,
    SORT_KEY,
    Begun,
    Deed,
    Drill,
    DrillTold,
    Heal,
    Item,
    KnownStop,
    LastReconcile,
    Pause,
    Ran,
    Schedule,
    Silence,
    Told,
    key,
)
from trailkeeper.wire.typed import MalformedError

T = TypeVar("T")

# Sorts behind the "#" that ends the time in a heal's sort key.
_AFTER_EVERY_EVENT = "$"


class StateClients(Protocol):
    """The service client that the state table needs."""

    @property
    def dynamodb(self) -> Any: ...


class State:
    """The state table; its client is only asked for with the first call, after logging is on.

    Every method raises ClientError or BotoCoreError when the table cannot be reached. An item that
    is not what we write is as good as none.
    """

    def __init__(self, clients: StateClients) -> None:
        self._clients = clients

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
            each for each in _readable(Heal.parse, answer["Items"]) if since <= each.at <= until
        ]
        return tuple(sorted(found, key=lambda each: each.at))

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
        return tuple(_readable(Deed.parse, answer["Items"]))

    def remember_run(self, ran: Ran) -> None:
        """Note that a schedule's look or sweep came to its end."""
        self._put(ran.item())

    def ran(self, schedule: Schedule) -> datetime | None:
        """When a schedule's look or sweep last came to its end, None if nobody knows."""
        item = self._get(*Ran.key_of(schedule))
        found = next(_readable(Ran.parse, [item] if item else []), None)
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
        return tuple(_readable(Told.parse, answer["Items"]))

    def remember_reconcile(self, last: LastReconcile) -> None:
        """Note how the last reconcile ended."""
        self._put(last.item())

    def last_reconcile(self) -> LastReconcile | None:
        """How the last reconcile ended, None if nobody knows."""
        item = self._get(*LastReconcile.KEY)
        try:
            return LastReconcile.parse(item) if item else None
        except MalformedError:
            return None

    def remember_drill(self, drill: Drill) -> None:
        """Note a drill, in place of the one before."""
        self._put(drill.item())

    def drill(self) -> Drill | None:
        """The drill that was announced last, even if it is over."""
        item = self._get(*Drill.KEY)
        return next(_readable(Drill.parse, [item] if item else []), None)

    def drill_told(self, drill: str) -> tuple[DrillTold, ...]:
        """What became of the alerts of a drill."""
        answer = self._clients.dynamodb.query(
            TableName=STATE_TABLE,
            KeyConditionExpression="#id = :id",
            ExpressionAttributeNames={"#id": PARTITION_KEY},
            ExpressionAttributeValues={":id": {"S": DrillTold.partition(drill)}},
            ConsistentRead=True,
        )
        return tuple(_readable(DrillTold.parse, answer["Items"]))

    def remember_stop(self, stop: KnownStop) -> None:
        """Note the latest stop that people know of."""
        self._put(stop.item())

    def known_stop(self) -> datetime | None:
        """The latest stop that people know of, None if nobody noted one."""
        item = self._get(*KnownStop.KEY)
        found = next(_readable(KnownStop.parse, [item] if item else []), None)
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
        return tuple(_readable(Begun.parse, answer["Items"]))

    def remember_silence(self, silence: Silence) -> None:
        """Note that people were told of a silence."""
        self._put(silence.item())

    def silence(self) -> Silence | None:
        """The silence that people were told of last, None if nobody knows of any."""
        item = self._get(*Silence.KEY)
        return next(_readable(Silence.parse, [item] if item else []), None)

    def begin_pause(self, pause: Pause) -> None:
        """Note a pause; a running one is replaced."""
        self._put(pause.item())

    def pause(self) -> Pause | None:
        """The pause that was begun last and not closed yet, even if its time is over."""
        item = self._get(*Pause.KEY)
        try:
            return Pause.parse(item) if item else None
        except MalformedError:
            return None

    def close_pause(self) -> None:
        """Forget the pause."""
        self._clients.dynamodb.delete_item(TableName=STATE_TABLE, Key=key(*Pause.KEY))

    def _put(self, item: Item) -> None:
        self._clients.dynamodb.put_item(TableName=STATE_TABLE, Item=item)

    def _get(self, partition: str, sort: str) -> Item | None:
        answer = self._clients.dynamodb.get_item(
            TableName=STATE_TABLE, Key=key(partition, sort), ConsistentRead=True
        )
        item: Item | None = answer.get("Item")
        return item


def _readable(parse: Callable[[Mapping[str, Any]], T], items: list[Item]) -> Iterator[T]:
    for item in items:
        try:
            yield parse(item)
        except MalformedError:
            continue
