"""The state table: what is held for a summary, which windows are open, who made which call."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.telemetry import logger
from trailkeeper.alerts import drill_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.instance_alerts import Happening
from trailkeeper.events.deletions import Deletion
from trailkeeper.events.insights import Insight
from trailkeeper.events.instances import Cause
from trailkeeper.state.alert_items import (
    CAUSE_KEPT,
    FOLD_KEPT,
    FOLDED_KEPT,
    HELD_KEPT,
    INSIGHT_KEPT,
    MOST_PRINCIPALS,
    SEEN_KEPT,
    Caller,
    DrillTold,
    Fold,
    Folded,
    Held,
    HeldDeletion,
    KnownInsight,
    KnownWebhook,
    Outage,
    Seen,
    Told,
    Window,
)
from trailkeeper.state.table import (
    AHEAD,
    EXPIRY,
    KEPT,
    PARTITION_KEY,
    SORT_KEY,
    Item,
    StrangeItemError,
    expiring,
    key,
)
from trailkeeper.wire.typed import MalformedError
from trailkeeper.words.text import LONGEST_FIELD

T = TypeVar("T")

# A flush that is this late is taken for lost, and the next happening opens a new window.
_GRACE_SECONDS = 120
# The longest delay of a message, and the clocks of two processes.
_LONGEST_WINDOW = 900 + 60
_WRITE_MOST, _READ_MOST = 25, 100
_ATTEMPTS = 6


Strange = Callable[[str, str, str], None]
"""Hears of an item that is not ours: its partition and sort key, and what is wrong with it."""


class StateBusyError(Exception):
    """When the table did not take everything in several attempts."""


UNREACHABLE = (BotoCoreError, ClientError, StateBusyError)


class State:
    """The table, by what the alert function does with it; `clock` gives Unix seconds.

    An item that is not what we write is as good as none; the log says so, and `strange` is told.
    """

    def __init__(
        self,
        dynamodb: Any,
        table: str,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        strange: Strange = lambda partition, sort, why: None,
    ) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._clock = clock
        self._sleep = sleep
        self._strange = strange

    def note_drill(self, channel: str, error: str, alert: Alert) -> None:
        """Note what became of an alert of a drill; of any other nothing."""
        drill = drill_alerts.of_key(alert.dedup_key)
        if drill is None:
            return
        told = DrillTold(*drill, channel, self._now(), error[:LONGEST_FIELD])
        try:
            self._dynamodb.put_item(TableName=self._table, Item=told.item())
        except UNREACHABLE as refused:
            logger.warning("What became of a drill's alert was not noted", error=str(refused))

    def note_taken(self, channel: str) -> Outage | None:
        """Note that a channel took an alert; the outage that this ends, if there was one.

        Losing the note loses no alert.
        """
        told = Told(channel, self._now())
        try:
            before = self._note_told(told, taken=1)
            last = self._parsed(Told.parse, before) if before else None
            # Nearly every alert follows one that was taken: nothing more is asked for then.
            if last is not None and not last.error:
                return None
            ended = self._dynamodb.delete_item(
                TableName=self._table, Key=Outage.key_of(channel), ReturnValues="ALL_OLD"
            ).get("Attributes")
        except UNREACHABLE as refused:
            logger.warning("What a channel did was not noted", error=str(refused))
            return None
        return self._parsed(Outage.parse, ended) if ended else None

    def note_refused(self, channel: str, error: str) -> Outage | None:
        """Note that a channel did not take an alert; the outage so far, None if nobody knows."""
        now = self._now()
        told = Told(channel, now, error[:LONGEST_FIELD])
        try:
            self._note_told(told, taken=0)
            outage = self._dynamodb.update_item(
                TableName=self._table,
                Key=Outage.key_of(channel),
                UpdateExpression="SET #since = if_not_exists(#since, :now), #expires = :expires "
                "ADD #failures :one",
                ExpressionAttributeNames={
                    "#since": "since",
                    "#failures": "failures",
                    "#expires": EXPIRY,
                },
                ExpressionAttributeValues={
                    ":now": {"S": now.isoformat()},
                    ":one": {"N": "1"},
                    ":expires": expiring(now + KEPT)[EXPIRY],
                },
                ReturnValues="ALL_NEW",
            )["Attributes"]
        except UNREACHABLE as refused:
            logger.warning("What a channel did was not noted", error=str(refused))
            return None
        found = self._parsed(Outage.parse, outage)
        if found is not None and found.since - now > AHEAD:
            self._note(outage, f"an outage since {found.since.isoformat()}")
            found = None
        return found or self._begin_outage(Outage(channel, now, 1, told=False))

    def _note_told(self, told: Told, *, taken: int) -> Item | None:
        """Note what a channel did last, and count what it took; what was noted before."""
        noted = told.noted()
        answer = self._dynamodb.update_item(
            TableName=self._table,
            Key=Told.key_of(told.channel),
            UpdateExpression=f"SET {', '.join(f'#{each} = :{each}' for each in noted)} "
            "ADD taken :taken",
            ExpressionAttributeNames={f"#{each}": each for each in noted},
            ExpressionAttributeValues={
                **{f":{each}": value for each, value in noted.items()},
                ":taken": {"N": str(taken)},
            },
            ReturnValues="ALL_OLD",
        )
        before: Item | None = answer.get("Attributes")
        return before

    def _begin_outage(self, outage: Outage) -> Outage:
        """Note an outage in place of what somebody else wrote."""
        try:
            self._dynamodb.put_item(TableName=self._table, Item=outage.item())
        except UNREACHABLE as refused:
            logger.warning("An outage was not noted", error=str(refused))
        return outage

    def note_outage_told(self, channel: str) -> None:
        """Note that people know of a channel's outage; without the note its end is not told."""
        try:
            self._dynamodb.update_item(
                TableName=self._table,
                Key=Outage.key_of(channel),
                UpdateExpression="SET told = :yes",
                ConditionExpression="attribute_exists(id)",
                ExpressionAttributeValues={":yes": {"BOOL": True}},
            )
        except UNREACHABLE as refused:
            logger.warning("That people know of an outage was not noted", error=str(refused))

    def webhook(self) -> str | None:
        """The digest of the webhook's URL that messages went to, None if nobody knows."""
        answer = self._dynamodb.get_item(
            TableName=self._table, Key=key(*KnownWebhook.KEY), ConsistentRead=True
        )
        item = answer.get("Item")
        known = self._parsed(KnownWebhook.parse, item) if item else None
        return known.digest if known else None

    def remember_webhook(self, digest: str) -> None:
        """Note the digest of the URL that messages go to now."""
        self._dynamodb.put_item(TableName=self._table, Item=KnownWebhook(digest).item())

    def seen(self, event_ids: Iterable[str]) -> set[str]:
        """Which of the events were told or held within the last day."""
        keys = [Seen(each).key for each in event_ids]
        return {Seen.parse(item).event_id for item in self._read(keys)}

    def mark_seen(self, event_ids: Iterable[str]) -> None:
        """Remember events for a day."""
        expires = self._after(SEEN_KEPT)
        self._write(Seen(each).item(expires) for each in event_ids)

    def keep_insight(self, insight: Insight) -> None:
        """Keep the start or the end of an insight until the other one comes."""
        self._write([KnownInsight(insight).item(self._after(INSIGHT_KEPT))])

    def insight(self, shared_id: str, state: str) -> Insight | None:
        """The start or the end of an insight, if it came."""
        for item in self._read([KnownInsight.key_of(shared_id, state)]):
            known = self._parsed(KnownInsight.parse, item)
            if known is not None:
                return known.insight
        return None

    def remember(self, causes: Iterable[tuple[str, Cause]]) -> None:
        """Keep who called what for the instances' state changes, which come before or after."""
        expires = self._after(CAUSE_KEPT)
        self._write(Caller(instance, cause).item(expires) for instance, cause in causes)

    def causes(self, wanted: Iterable[tuple[str, str]]) -> dict[str, list[Cause]]:
        """What is known of the wanted pairs of instance and call, by instance."""
        found: dict[str, list[Cause]] = {}
        keys = [Caller.key_of(instance, call) for instance, call in dict.fromkeys(wanted)]
        for item in self._read(keys):
            caller = self._parsed(Caller.parse, item)
            if caller is not None:
                found.setdefault(caller.instance, []).append(caller.cause)
        return found

    def window(self, group: str) -> Window | None:
        """The open window of a group; None when there is none, or its flush never came."""
        answer = self._dynamodb.get_item(
            TableName=self._table, Key=Window.key_of(group), ConsistentRead=True
        )
        item = answer.get("Item")
        window = self._parsed(Window.parse, item) if item else None
        if window is None or window.closes + _GRACE_SECONDS <= self._clock():
            return None
        if window.closes > self._clock() + _LONGEST_WINDOW:
            self._note(item, f"a window that closes at {window.closes}")
            return None
        return window

    def open_window(self, group: str, window: Window, after: str | None = None) -> bool:
        """Open a window, in place of `after` or of none; False when another was first."""
        now = self._clock()
        condition = "attribute_not_exists(id) OR NOT closes BETWEEN :stale AND :latest"
        values: Item = {
            ":stale": {"N": str(now - _GRACE_SECONDS)},
            ":latest": {"N": str(now + _LONGEST_WINDOW)},
        }
        if after is not None:
            condition, values = "#window = :after", {":after": {"S": after}}
        item = window.item(group, self._after(SEEN_KEPT))
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
                Key=Window.key_of(group),
                ConditionExpression="#window = :window",
                ExpressionAttributeNames={"#window": "window"},
                ExpressionAttributeValues={":window": {"S": window_id}},
            )
        )

    def count(self, group: str, hour: int) -> Fold:
        """Count one more alert of a group in an hour; what is known of them now."""
        answer = self._dynamodb.update_item(
            TableName=self._table,
            Key=Fold.key_of(group, hour),
            UpdateExpression="SET #expires = :expires ADD #count :one",
            ExpressionAttributeNames={"#expires": EXPIRY, "#count": "count"},
            ExpressionAttributeValues={
                ":one": {"N": "1"},
                ":expires": expiring(self._after(FOLD_KEPT))[EXPIRY],
            },
            ReturnValues="ALL_NEW",
        )
        return self._parsed(Fold.parse, answer["Attributes"]) or Fold(1)

    def fold_one(self, group: str, hour: int, principal: str, kind: str) -> Fold:
        """Count one alert of a group that is told with others; what is known of them now.

        Whoever makes up principals makes up many: so many are kept by name, and no more.
        """
        names = {":principal": {"SS": [principal]}, ":kind": {"SS": [kind]}}
        room = "attribute_not_exists(#principals) OR size(#principals) < :most"
        try:
            answer = self._count_folded(
                group,
                hour,
                ", principals :principal, kinds :kind",
                {**names, ":most": {"N": str(MOST_PRINCIPALS)}},
                ConditionExpression=room,
                ExpressionAttributeNames={"#principals": "principals"},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            answer = self._count_folded(group, hour, "", {})
        return self._parsed(Fold.parse, answer["Attributes"]) or Fold(1, more=1)

    def _count_folded(
        self, group: str, hour: int, added: str, values: Item, **more: Any
    ) -> dict[str, Any]:
        names = {"#expires": EXPIRY, **more.pop("ExpressionAttributeNames", {})}
        answer: dict[str, Any] = self._dynamodb.update_item(
            TableName=self._table,
            Key=Fold.key_of(group, hour),
            UpdateExpression=f"SET #expires = :expires ADD more :one{added}",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={
                ":one": {"N": "1"},
                ":expires": expiring(self._after(FOLD_KEPT))[EXPIRY],
                **values,
            },
            ReturnValues="ALL_NEW",
            **more,
        )
        return answer

    def fold(self, group: str, hour: int) -> Fold:
        """What is known of a group's alerts in an hour."""
        answer = self._dynamodb.get_item(
            TableName=self._table, Key=Fold.key_of(group, hour), ConsistentRead=True
        )
        return self._parsed(Fold.parse, answer.get("Item") or {}) or Fold(0)

    def is_folded(self, digest: str) -> bool | None:
        """Whether an alert is told with others, None if nobody has decided about it yet."""
        answer = self._dynamodb.get_item(
            TableName=self._table, Key=Folded.key_of(digest), ConsistentRead=True
        )
        item = answer.get("Item")
        found = self._parsed(Folded.parse, item) if item else None
        return found.folded if found else None

    def note_folded(self, digest: str, *, folded: bool) -> None:
        """Note whether an alert is told with others."""
        noted = Folded(digest, folded)
        self._dynamodb.put_item(TableName=self._table, Item=noted.item(self._after(FOLDED_KEPT)))

    def begin_fold(self, group: str, hour: int) -> None:
        """Note that a message is on its way that tells of the others."""
        self._update_fold(group, hour, "SET #ends = :true", {":true": {"BOOL": True}})

    def end_fold(self, group: str, hour: int, told: int) -> None:
        """Note that people have heard of so many, and that no such message is on its way."""
        told_now = {":told": {"N": str(told)}}
        self._update_fold(group, hour, "SET told = :told REMOVE #ends", told_now)

    def _update_fold(self, group: str, hour: int, change: str, values: Item) -> None:
        self._dynamodb.update_item(
            TableName=self._table,
            Key=Fold.key_of(group, hour),
            UpdateExpression=change,
            ExpressionAttributeNames={"#ends": "ends"},
            ExpressionAttributeValues=values,
        )

    def hold(self, window_id: str, happenings: Sequence[Happening], owner_tag: str) -> None:
        """Keep happenings for the window's summary; the same event twice is kept once."""
        expires = self._after(HELD_KEPT)
        self._write(Held.item(window_id, each, owner_tag, expires) for each in happenings)

    def held(self, window_id: str, most: int | None = None) -> Iterator[Held]:
        """What a window holds, one page of the table in memory at a time."""
        for item in self._partition(Held.partition(window_id), most):
            held = self._parsed(Held.parse, item)
            if held is not None:
                yield held

    def hold_deletions(self, window_id: str, deletions: Iterable[Deletion]) -> None:
        """Keep deletions for the window's count; the same event twice is kept once."""
        expires = self._after(HELD_KEPT)
        self._write(HeldDeletion(each).item(window_id, expires) for each in deletions)

    def held_deletions(self, window_id: str, most: int | None = None) -> Iterator[Deletion]:
        """The deletions of a window, one page of the table in memory at a time."""
        for item in self._partition(HeldDeletion.partition(window_id), most):
            held = self._parsed(HeldDeletion.parse, item)
            if held is not None:
                yield held.deletion

    def _partition(self, partition: str, most: int | None = None) -> Iterator[Item]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "id = :id",
            "ExpressionAttributeValues": {":id": {"S": partition}},
            "ConsistentRead": True,
            "Limit": most or 1000,
        }
        while True:
            page = self._dynamodb.query(**request)
            yield from page["Items"]
            if most is not None or "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def release(self, window_id: str, event_ids: Iterable[str]) -> None:
        """Let go of what was told."""
        requests = ({"DeleteRequest": {"Key": Held.key_of(window_id, each)}} for each in event_ids)
        self._batch_write(requests)

    def _parsed(self, parse: Callable[[Mapping[str, Any]], T], item: Mapping[str, Any]) -> T | None:
        try:
            return parse(item)
        except StrangeItemError as error:
            self._note(item, str(error))
        except MalformedError as error:
            logger.error("An item of the state table cannot be read", reason=str(error))
        return None

    def _note(self, item: Mapping[str, Any], why: str) -> None:
        logger.error("An item of the state table is not ours", reason=why)
        partition, sort = (
            str(item.get(name, {}).get("S", "")) for name in (PARTITION_KEY, SORT_KEY)
        )
        self._strange(partition, sort, why)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    def _after(self, kept: timedelta) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC) + kept

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
        unique = {(item[PARTITION_KEY]["S"], item[SORT_KEY]["S"]): item for item in items}
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
