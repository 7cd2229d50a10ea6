"""The state table: what an item of it is, by which key it is found, and what is believed of it.

One table for all functions; what each of them remembers is beside this. An item that cannot be read
as its type is as good as none: nothing that somebody writes into the table decides by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, Self, TypeVar

from trailkeeper.wire.typed import MalformedError, load

Item = dict[str, Any]

PARTITION_KEY = "id"
SORT_KEY = "at"
EXPIRY = "expires"
KEPT = timedelta(days=30)
# The clocks of two functions.
AHEAD = timedelta(minutes=1)
# Ends what a sort key begins with.
MARK = "#"


def key(partition: str, sort: str) -> Item:
    """The key of an item: at most 2,048 bytes of partition key, 1,024 of sort key, neither empty.

    Source: DynamoDB developer guide, "Quotas".
    """
    return {PARTITION_KEY: {"S": partition[:500]}, SORT_KEY: {"S": sort[:250] or "none"}}


def expiring(at: datetime) -> Item:
    """The attribute by which DynamoDB removes an item, in whole seconds of Unix time."""
    return {EXPIRY: {"N": str(int(at.timestamp()))}}


class StrangeItemError(MalformedError):
    """When no version of Trailkeeper can have written an item; one of another version is none."""


T = TypeVar("T", bound="Dumped")


def believed(kind: type[T], item: Mapping[str, Any], now: datetime) -> T:
    """Read an item that can be true at this time: anybody may have written it.

    Raises:
        StrangeItemError: it says what cannot be, or nothing.
        MalformedError: it is not what `item` makes.
    """
    found = kind.parse(item)
    doubt = found.doubt(now)
    if doubt:
        raise StrangeItemError(doubt)
    return found


class Dumped:
    """An item whose attribute `body` is the JSON of its fields, but for those that its key says."""

    __slots__ = ()

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Self:
        """Read an item.

        Raises:
            MalformedError: it is not what `item` makes.
        """
        return load(cls, {**_read(item), **cls._of_key(item)})

    def doubt(self, now: datetime) -> str:
        """Why it cannot be true at this time, "" if it can."""
        return doubt_of(getattr(self, "at", now), now)

    @classmethod
    def _of_key(cls, item: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that are not in the body: those of the key, and what DynamoDB counts."""
        return {}


def doubt_of(at: datetime, now: datetime) -> str:
    """Why a time cannot be one that was written, "" if it can."""
    return f"of a time to come, {at.isoformat()}" if at - now > AHEAD else ""


def string_of(item: Mapping[str, Any], name: str, kind: Literal["S", "N"] = "S") -> str:
    """An attribute of an item.

    Raises:
        MalformedError: there is none of that type.
    """
    value = item.get(name)
    found = value.get(kind) if isinstance(value, Mapping) else None
    if not isinstance(found, str):
        raise MalformedError(f"the item has no {name} of type {kind}")
    return found


def understood(*steps: Any) -> Any:
    """The last argument passed through the functions before it, from right to left.

    Raises:
        MalformedError: one of them did not take what it was given.
    """
    *functions, value = steps
    try:
        for function in reversed(functions):
            value = function(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedError(f"the item cannot be read: {type(error).__name__}: {error}") from error
    return value


def body_of(document: Mapping[str, Any]) -> Item:
    """The attribute that `Dumped` reads."""
    return {"body": {"S": json.dumps(document)}}


def _read(item: Mapping[str, Any]) -> dict[str, Any]:
    try:
        body = json.loads(string_of(item, "body"))
    except ValueError as error:
        raise StrangeItemError(f"the item's body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise StrangeItemError("the item's body is no JSON object")
    return body
