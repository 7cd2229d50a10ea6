"""What the watcher remembers in its table: whom it told people of, and what is still to tell.

Times are told by windows of a quarter of an hour, counted from the beginning of Unix time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from trailkeeper.state.table import (
    KEPT,
    MARK,
    SORT_KEY,
    Dumped,
    Item,
    body_of,
    doubt_of,
    expiring,
    key,
    string_of,
    understood,
)
from trailkeeper.wire.typed import dump

# As often as the watcher looks, so that what a window holds is told soon after it is over.
WINDOW = timedelta(minutes=15)
_WINDOWS_AN_HOUR = timedelta(hours=1) // WINDOW
_DIGITS = 10
_LONGEST_ID = 100


def window_of(at: datetime) -> int:
    """The number of the window that a time is in."""
    return int(at.timestamp() // WINDOW.total_seconds())


def hour_of(window: int) -> int:
    """The first window of the hour that a window is in."""
    return window - window % _WINDOWS_AN_HOUR


def sort_of(window: int) -> str:
    """What the sort keys of a window begin with; later windows sort behind."""
    return f"{window:0{_DIGITS}}{MARK}"


def _end_of(window: int) -> datetime:
    return datetime.fromtimestamp((window + 1) * WINDOW.total_seconds(), UTC)


@dataclass(frozen=True, slots=True)
class Held(Dumped):
    """A call against the guard that people are told of with others, once its window is over.

    `who`, `call` and `resource` are as the event has them, untrusted; `documents`
    ("guard.document") were put back after it.
    """

    window: int
    event_id: str
    at: datetime
    who: str
    call: str
    resource: str
    documents: tuple[str, ...]

    PARTITION = "held"

    @property
    def key(self) -> Item:
        """The same call is one item, however often its event comes."""
        return key(self.PARTITION, f"{sort_of(self.window)}{self.event_id[:_LONGEST_ID]}")

    def item(self) -> Item:
        document = dump(self)
        for name in ("window", "event_id"):
            del document[name]
        return {**self.key, **body_of(document), **expiring(self.at + KEPT)}

    @classmethod
    def _of_key(cls, item: Mapping[str, Any]) -> dict[str, Any]:
        window, _, event_id = string_of(item, SORT_KEY).partition(MARK)
        return {"window": understood(int, window), "event_id": event_id}


@dataclass(frozen=True, slots=True)
class ToldAtOnce(Dumped):
    """That people were told at once of somebody's call in a window; `event_id` is that call's.

    `kind`: calls of one kind had the same done about them.
    """

    window: int
    kind: str
    principal: str
    event_id: str

    PARTITION = "told"

    @property
    def sort_of_kind(self) -> str:
        """What the sort keys of all who made such a call begin with."""
        return f"{sort_of(self.window)}{_digest(self.kind)}{MARK}"

    @property
    def key(self) -> Item:
        return key(self.PARTITION, f"{self.sort_of_kind}{_digest(self.principal)}")

    def item(self) -> Item:
        document = dump(self)
        del document["window"]
        return {
            **self.key,
            **body_of(document),
            **expiring(_end_of(hour_of(self.window) + _WINDOWS_AN_HOUR)),
        }

    @classmethod
    def _of_key(cls, item: Mapping[str, Any]) -> dict[str, Any]:
        return {"window": understood(int, string_of(item, SORT_KEY).partition(MARK)[0])}

    def doubt(self, now: datetime) -> str:
        return doubt_of(_end_of(self.window) - WINDOW, now)


def _digest(words: str) -> str:
    """Short, and without a mark of ours, whatever an event says."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]
