"""The state table: what is held for a summary, which windows are open, who made which call."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from trailkeeper.alerts.happening_json import dump, dump_cause, load, load_cause
from trailkeeper.alerts.instance_alerts import Happening
from trailkeeper.events.instances import Cause

Item = dict[str, Any]

# SQS keeps a message for 14 days at most, so a flush may come that late.
_HELD_SECONDS = 14 * 24 * 3600
_SEEN_SECONDS = 24 * 3600
_CAUSE_SECONDS = 2 * 3600
# A flush that is this late is taken for lost, and the next happening opens a new window.
_GRACE_SECONDS = 120
_WRITE_MOST, _READ_MOST = 25, 100
_ATTEMPTS = 6


class StateBusyError(Exception):
    """When the table did not take everything in several attempts."""


@dataclass(frozen=True, slots=True)
class Window:
    """The time during which happenings of a group are held instead of told."""

    id: str
    closes: float
    seconds: int


@dataclass(frozen=True, slots=True)
class Held:
    """A held happening and the key it is held under."""

    event_id: str
    happening: Happening


class State:
    """The table, by what the alert function does with it; `clock` gives Unix seconds."""

    def __init__(
        self,
        dynamodb: Any,
        table: str,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._clock = clock
        self._sleep = sleep

    def seen(self, event_ids: Iterable[str]) -> set[str]:
        """Which of the events were told or held within the last day."""
        keys = [_key(f"seen#{each}", "seen") for each in event_ids]
        return {item["id"]["S"].removeprefix("seen#") for item in self._read(keys)}

    def mark_seen(self, event_ids: Iterable[str]) -> None:
        """Remember events for a day."""
        expires = self._expires(_SEEN_SECONDS)
        self._write({**_key(f"seen#{each}", "seen"), **expires} for each in event_ids)

    def remember(self, causes: Iterable[tuple[str, Cause]]) -> None:
        """Keep who called what for the instances' state changes, which come before or after."""
        expires = self._expires(_CAUSE_SECONDS)
        self._write(
            {
                **_key(f"actor#{instance}", cause.call),
                "cause": {"S": json.dumps(dump_cause(cause))},
                **expires,
            }
            for instance, cause in causes
        )

    def causes(self, wanted: Iterable[tuple[str, str]]) -> dict[str, list[Cause]]:
        """What is known of the wanted pairs of instance and call, by instance."""
        found: dict[str, list[Cause]] = {}
        keys = [_key(f"actor#{instance}", call) for instance, call in dict.fromkeys(wanted)]
        for item in self._read(keys):
            instance = item["id"]["S"].removeprefix("actor#")
            found.setdefault(instance, []).append(load_cause(json.loads(item["cause"]["S"])))
        return found

    def window(self, group: str) -> Window | None:
        """The open window of a group; None when there is none, or its flush never came."""
        answer = self._dynamodb.get_item(
            TableName=self._table, Key=_window_key(group), ConsistentRead=True
        )
        item = answer.get("Item")
        if item is None:
            return None
        window = Window(item["window"]["S"], float(item["closes"]["N"]), int(item["seconds"]["N"]))
        return window if window.closes + _GRACE_SECONDS > self._clock() else None

    def open_window(self, group: str, window: Window, after: str | None = None) -> bool:
        """Open a window, in place of `after` or of none; False when another was first."""
        condition = "attribute_not_exists(id) OR closes < :stale"
        values: Item = {":stale": {"N": str(self._clock() - _GRACE_SECONDS)}}
        if after is not None:
            condition, values = "#window = :after", {":after": {"S": after}}
        item = {
            **_window_key(group),
            "window": {"S": window.id},
            "closes": {"N": str(window.closes)},
            "seconds": {"N": str(window.seconds)},
            **self._expires(_SEEN_SECONDS),
        }
        names = {"ExpressionAttributeNames": {"#window": "window"}} if after is not None else {}
        return self._conditionally(
            lambda: self._dynamodb.put_item(
                TableName=self._table,
                Item=item,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
                **names,
            )
        )

    def close_window(self, group: str, window_id: str) -> bool:
        """Close a window; False when it was not the open one."""
        return self._conditionally(
            lambda: self._dynamodb.delete_item(
                TableName=self._table,
                Key=_window_key(group),
                ConditionExpression="#window = :window",
                ExpressionAttributeNames={"#window": "window"},
                ExpressionAttributeValues={":window": {"S": window_id}},
            )
        )

    def hold(self, window_id: str, happenings: Sequence[Happening], owner_tag: str) -> None:
        """Keep happenings for the window's summary; the same event twice is kept once."""
        expires = self._expires(_HELD_SECONDS)
        self._write(
            {
                **_key(f"held#{window_id}", each.event_id),
                "happening": {"S": dump(each, owner_tag)},
                **expires,
            }
            for each in happenings
        )

    def held(self, window_id: str, most: int | None = None) -> Iterator[Held]:
        """What a window holds, one page of the table in memory at a time."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "id = :id",
            "ExpressionAttributeValues": {":id": {"S": f"held#{window_id}"}},
            "ConsistentRead": True,
            "Limit": most or 1000,
        }
        while True:
            page = self._dynamodb.query(**request)
            for item in page["Items"]:
                yield Held(item["at"]["S"], load(item["happening"]["S"]))
            if most is not None or "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def release(self, window_id: str, event_ids: Iterable[str]) -> None:
        """Let go of what was told."""
        requests = (
            {"DeleteRequest": {"Key": _key(f"held#{window_id}", each)}} for each in event_ids
        )
        self._batch_write(requests)

    def _expires(self, seconds: int) -> Item:
        return {"expires": {"N": str(int(self._clock()) + seconds)}}

    def _conditionally(self, write: Callable[[], Any]) -> bool:
        try:
            write()
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _write(self, items: Iterable[Item]) -> None:
        # A batch may not name one key twice.
        unique = {(item["id"]["S"], item["at"]["S"]): item for item in items}
        self._batch_write({"PutRequest": {"Item": item}} for item in unique.values())

    def _batch_write(self, requests: Iterable[Item]) -> None:
        for some in _chunks(requests, _WRITE_MOST):
            left: list[Item] = some
            for attempt in range(_ATTEMPTS):
                answer = self._dynamodb.batch_write_item(RequestItems={self._table: left})
                left = answer.get("UnprocessedItems", {}).get(self._table, [])
                if not left:
                    break
                self._back_off(attempt)
            else:
                raise StateBusyError(_unfinished(len(left)))

    def _read(self, keys: Iterable[Item]) -> Iterator[Mapping[str, Any]]:
        for some in _chunks(keys, _READ_MOST):
            left: list[Item] = some
            for attempt in range(_ATTEMPTS):
                wanted = {"Keys": left, "ConsistentRead": True}
                answer = self._dynamodb.batch_get_item(RequestItems={self._table: wanted})
                yield from answer["Responses"].get(self._table, [])
                left = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
                if not left:
                    break
                self._back_off(attempt)
            else:
                raise StateBusyError(_unfinished(len(left)))

    def _back_off(self, attempt: int) -> None:
        self._sleep(random.uniform(0, 0.05 * 2**attempt))


def _key(partition: str, sort: str) -> Item:
    # DynamoDB: at most 2,048 bytes of partition key and 1,024 of sort key, and neither empty.
    return {"id": {"S": partition[:500]}, "at": {"S": sort[:250] or "none"}}


def _window_key(group: str) -> Item:
    return _key(f"window#{group}", "window")


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _unfinished(count: int) -> str:
    return f"the state table left {count} requests unprocessed after {_ATTEMPTS} attempts"
