"""What the heal function remembers between runs; losing it never stops a repair."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from trailkeeper.evidence.names import STATE_TABLE

LONGEST_PAUSE = timedelta(hours=4)
_KEPT = timedelta(days=30)
_MARK = "#"


@dataclass(frozen=True, slots=True)
class Pause:
    """Repairs other than logging wait until `until`; nobody can make it last over four hours."""

    started: datetime
    until: datetime
    reason: str
    author: str

    @property
    def end(self) -> datetime:
        """When it really ends, whatever the table says."""
        return min(self.until, self.started + LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Heal:
    """One time that logging was started again, and against whom; "" if no call told."""

    at: datetime
    author: str
    event_id: str = ""


class StateClients(Protocol):
    """The service client that the state table needs."""

    @property
    def dynamodb(self) -> Any: ...


class State:
    """The state table; its client is only asked for with the first call, after logging is on.

    Every method raises ClientError or BotoCoreError when the table cannot be reached.
    """

    def __init__(self, clients: StateClients) -> None:
        self._clients = clients

    def remember_heal(self, heal: Heal) -> None:
        """Note that logging was started again; the same event is noted once."""
        key = f"{heal.at.isoformat()}{_MARK}{heal.event_id}"
        self._put("heal", key, heal.at + _KEPT, {"author": heal.author})

    def heals_since(self, since: datetime) -> tuple[Heal, ...]:
        """The heals since then, oldest first."""
        answer = self._clients.dynamodb.query(
            TableName=STATE_TABLE,
            KeyConditionExpression="id = :id AND #at >= :since",
            ExpressionAttributeNames={"#at": "at"},
            ExpressionAttributeValues={
                ":id": {"S": "heal"},
                ":since": {"S": since.isoformat()},
            },
            ConsistentRead=True,
        )
        return tuple(
            Heal(datetime.fromisoformat(when), _body(item)["author"], event_id)
            for item in answer["Items"]
            for when, _, event_id in [item["at"]["S"].partition(_MARK)]
        )

    def remember_reconcile(self, at: datetime, summary: dict[str, Any]) -> None:
        """Note how the last reconcile ended."""
        self._put("reconcile", "last", at + _KEPT, {"at": at.isoformat(), **summary})

    def last_reconcile(self) -> dict[str, Any] | None:
        """How the last reconcile ended, None if nobody knows."""
        return self._get("reconcile", "last")

    def begin_pause(self, pause: Pause) -> None:
        """Note a pause; a running one is replaced."""
        body = {
            "started": pause.started.isoformat(),
            "until": pause.until.isoformat(),
            "reason": pause.reason,
            "author": pause.author,
        }
        self._put("pause", "now", pause.end + _KEPT, body)

    def pause(self) -> Pause | None:
        """The pause that was begun last and not closed yet, even if its time is over."""
        body = self._get("pause", "now")
        if body is None:
            return None
        return Pause(
            datetime.fromisoformat(body["started"]),
            datetime.fromisoformat(body["until"]),
            str(body["reason"]),
            str(body["author"]),
        )

    def close_pause(self) -> None:
        """Forget the pause."""
        self._clients.dynamodb.delete_item(TableName=STATE_TABLE, Key=_key("pause", "now"))

    def _put(self, item_id: str, at: str, expires: datetime, body: dict[str, Any]) -> None:
        self._clients.dynamodb.put_item(
            TableName=STATE_TABLE,
            Item={
                **_key(item_id, at),
                "body": {"S": json.dumps(body)},
                "expires": {"N": str(int(expires.timestamp()))},
            },
        )

    def _get(self, item_id: str, at: str) -> dict[str, Any] | None:
        answer = self._clients.dynamodb.get_item(
            TableName=STATE_TABLE, Key=_key(item_id, at), ConsistentRead=True
        )
        return _body(answer["Item"]) if "Item" in answer else None


def _key(item_id: str, at: str) -> dict[str, dict[str, str]]:
    return {"id": {"S": item_id}, "at": {"S": at}}


def _body(item: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(item["body"]["S"])
    return body
