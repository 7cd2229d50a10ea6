"""The state table as one function works with it: its items written, found and believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.state.heal_items import Begun, ForgedTold, Unconfirmed
from trailkeeper.state.operation_items import VERSION, StackOperation
from trailkeeper.state.subscriber_items import KnownSubscribers
from trailkeeper.state.table import (
    PARTITION_KEY,
    SORT_KEY,
    Dumped,
    Item,
    StrangeItemError,
    believed,
    key,
)
from trailkeeper.wire.typed import MalformedError

D = TypeVar("D", bound=Dumped)

# Sorts behind the "#" that ends the time in a heal's sort key.
_AFTER_EVERY_EVENT = "$"
_NONE: Mapping[str, str] = {}


class StateClients(Protocol):
    """The service client that the state table needs."""

    @property
    def dynamodb(self) -> Any: ...


class Store:
    """A state table; its client is only asked for with the first call, after logging is on.

    Every method raises ClientError or BotoCoreError when the table cannot be reached. An item that
    is not what we write, or says what cannot be at this time, is as good as none; `strange` has the
    key of each that no version of ours can have written, and what is wrong with it.
    """

    def __init__(
        self,
        clients: StateClients,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        table: str = STATE_TABLE,
    ) -> None:
        self._clients = clients
        self._now = now
        self._table = table
        self.strange: dict[tuple[str, str], str] = {}

    def begin(self, begun: Begun) -> None:
        """Note what a run is about to restore."""
        self._put(begun.item())

    def end(self, begun: Begun) -> None:
        """Forget what a run was about to restore: it was told."""
        self._clients.dynamodb.delete_item(TableName=self._table, Key=begun.key)

    def begun(self, about: str) -> tuple[Begun, ...]:
        """What runs were about to restore that did not come to their end, or are still at it."""
        return tuple(self._readable(Begun, self._query(Begun.partition(about))))

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
            TableName=self._table, Key=Unconfirmed.key_of(at, event_id)
        )

    def forged_told(self) -> ForgedTold | None:
        """When people were last told of calls that nobody made, None if nobody knows."""
        return self._one(ForgedTold, ForgedTold.KEY)

    def remember_forged(self, told: ForgedTold) -> None:
        """Note that people were told, or what they are still to be told."""
        self._put(told.item())

    def operations(self, since: datetime, until: datetime) -> tuple[StackOperation, ...]:
        """The operations on our stacks that began in that time, oldest first."""
        items = self._of_time(StackOperation.PARTITION, since, until)
        return tuple(self._readable(StackOperation, items))

    def deploys(self, since: datetime, until: datetime) -> tuple[StackOperation, ...]:
        """Those of them that people need not be told of, as who began them may deploy."""
        return tuple(each for each in self.operations(since, until) if each.who and not each.told)

    def subscribers(self, stack: str) -> KnownSubscribers | None:
        """Who was seen to have confirmed what a stack subscribes to, None if nobody knows."""
        return self._one(KnownSubscribers, KnownSubscribers.key_of(stack))

    def remember_subscribers(self, known: KnownSubscribers) -> None:
        """Note who was seen to have confirmed."""
        self._put(known.item())

    def keep_operation(self, operation: StackOperation) -> StackOperation | None:
        """Write an operation as it is now; None if somebody else wrote it since it was read."""
        written = replace(operation, version=operation.version + 1)
        dynamodb = self._clients.dynamodb
        try:
            dynamodb.put_item(
                TableName=self._table,
                Item=written.item(),
                ConditionExpression="attribute_not_exists(#id) OR #version = :read",
                ExpressionAttributeNames={"#id": PARTITION_KEY, "#version": VERSION},
                ExpressionAttributeValues={":read": {"N": str(operation.version)}},
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return None
        return written

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
        self._clients.dynamodb.put_item(TableName=self._table, Item=item)

    def _one(self, kind: type[D], place: tuple[str, str]) -> D | None:
        answer = self._clients.dynamodb.get_item(
            TableName=self._table, Key=key(*place), ConsistentRead=True
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
            TableName=self._table,
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
