"""One answer: the record of an event, and the row that all engines show of it."""

from __future__ import annotations

import json
from typing import Any

from trailkeeper.search import record as read
from trailkeeper.search.record import Record

COLUMNS = (
    *("time", "event", "source", "region", "account", "user", "principal", "access_key", "ip"),
    *("resource", "error", "message", "id"),
)


class Event:
    """A record with its bytes: the original ones from files, else as the engine got them."""

    __slots__ = ("_raw", "_record")

    def __init__(self, raw: bytes | None = None, record: Record | None = None) -> None:
        if raw is None and record is None:
            raise ValueError("An event needs its bytes or its record.")
        self._raw = raw
        self._record = record

    @property
    def record(self) -> Record:
        """The record as CloudTrail wrote it."""
        if self._record is None:
            assert self._raw is not None
            self._record = parsed(self._raw)
        return self._record

    @property
    def raw(self) -> bytes:
        """The record on one line; from files byte for byte as it was found."""
        if self._raw is None:
            text = json.dumps(self._record, separators=(",", ":"), ensure_ascii=False)
            self._raw = text.encode("utf-8", "replace")
        return self._raw

    @property
    def order(self) -> tuple[str, str]:
        """Sorts events by time; those of one second by their id, the same in every engine."""
        return read.text(self.record, "eventTime"), read.text(self.record, "eventID")

    def row(self) -> dict[str, str]:
        """The row, by column; what a record does not say is empty."""
        record = self.record
        who = read.identity(record)
        return {
            "time": read.text(record, "eventTime"),
            "event": read.text(record, "eventName"),
            "source": read.text(record, "eventSource"),
            "region": read.text(record, "awsRegion"),
            "account": read.account(record),
            "user": _user(record),
            "principal": read.text(who, "arn")
            or read.text(who, "principalId")
            or read.text(who, "invokedBy"),
            "access_key": read.text(who, "accessKeyId"),
            "ip": read.text(record, "sourceIPAddress"),
            "resource": ", ".join(read.named_resources(record)),
            "error": read.text(record, "errorCode"),
            "message": read.text(record, "errorMessage"),
            "id": read.text(record, "eventID"),
        }


def parsed(raw: bytes) -> dict[str, Any]:
    """A record from its bytes; bytes that are no UTF-8 are replaced and not refused.

    Raises:
        ValueError: it is no JSON object.
    """
    value = json.loads(raw.decode("utf-8", "replace"), strict=False)
    if not isinstance(value, dict):
        raise ValueError("a record is a JSON object")
    return value


def _user(record: Record) -> str:
    who = read.identity(record)
    role, session = read.text(read.issuer(record), "userName"), read.session(record)
    if read.text(who, "type") == "Root":
        return "root"
    if role and session:
        return f"{role}/{session}"
    return (
        read.text(who, "userName")
        or role
        or session
        or read.text(who, "invokedBy")
        or read.text(who, "type")
    )
