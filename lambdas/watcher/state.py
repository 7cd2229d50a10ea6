"""What the watcher remembers in its own table, which the alerts' way to people does not use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from trailkeeper.evidence.names import WATCHER_TABLE
from trailkeeper.guards.guard import error_code
from trailkeeper.state.table import PARTITION_KEY, SORT_KEY, Item, believed
from trailkeeper.state.watcher_items import Held, ToldAtOnce, sort_of
from trailkeeper.wire.typed import MalformedError

_TAKEN = "ConditionalCheckFailedException"
_NEW = f"attribute_not_exists({PARTITION_KEY})"
# What one summary counts at most; the next run tells of the rest.
MOST_HELD = 1000
# Sorts before all digits, and behind all of them and all letters.
_FIRST, _LAST = "!", "~"


class State:
    """The watcher's table; `now` tells the time in UTC.

    Every method raises ClientError or BotoCoreError when the table cannot be reached.
    """

    def __init__(self, clients: Any, now: Callable[[], datetime]) -> None:
        self._clients = clients
        self._now = now

    def hold(self, held: Held) -> None:
        """Keep a call until it is told; what is kept of the same event already stays as it is."""
        self._put_new(held.item())

    def release(self, held: Held) -> None:
        """Forget a call that people were told of."""
        self._clients.dynamodb.delete_item(TableName=WATCHER_TABLE, Key=held.key)

    def is_first(self, told: ToldAtOnce, most: int) -> bool:
        """Whether people are told of a call at once; it stays so, however often its event comes.

        It is the first of its principal in its window, and no `most` others had theirs told.
        """
        known = self._told(told, most)
        mine = [each for each in known if each.principal == told.principal]
        if mine:
            return mine[0].event_id == told.event_id
        return len(known) < most and self._put_new(told.item())

    def due(self, window: int) -> tuple[Held, ...]:
        """The calls of all windows before this one; what cannot be one is passed over, and goes."""
        items = self._between(Held.PARTITION, _FIRST, sort_of(window), MOST_HELD)
        found = []
        for item in items:
            try:
                found.append(believed(Held, item, self._now()))
            except MalformedError:
                self._clients.dynamodb.delete_item(
                    TableName=WATCHER_TABLE,
                    Key={name: item[name] for name in (PARTITION_KEY, SORT_KEY)},
                )
        return tuple(found)

    def _told(self, told: ToldAtOnce, most: int) -> list[ToldAtOnce]:
        begins = told.sort_of_kind
        items = self._between(told.PARTITION, begins, f"{begins}{_LAST}", most + 1)
        found = []
        for item in items:
            try:
                found.append(believed(ToldAtOnce, item, self._now()))
            except MalformedError:
                continue  # it keeps nobody from being told
        return found

    def _put_new(self, item: Item) -> bool:
        """Write an item unless there is one of its key; whether it was written."""
        try:
            self._clients.dynamodb.put_item(
                TableName=WATCHER_TABLE, Item=item, ConditionExpression=_NEW
            )
        except ClientError as error:
            if error_code(error) != _TAKEN:
                raise
            return False
        return True

    def _between(self, partition: str, since: str, until: str, most: int) -> list[Item]:
        values = {":id": partition, ":since": since, ":until": until}
        answer = self._clients.dynamodb.query(
            TableName=WATCHER_TABLE,
            KeyConditionExpression="#id = :id AND #at BETWEEN :since AND :until",
            ExpressionAttributeNames={"#id": PARTITION_KEY, "#at": SORT_KEY},
            ExpressionAttributeValues={name: {"S": value} for name, value in values.items()},
            ConsistentRead=True,
            Limit=most,
        )
        items: list[Item] = answer["Items"]
        return items
