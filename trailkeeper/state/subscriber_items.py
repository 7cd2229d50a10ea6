"""What a half of the guard remembers of who gets the other's alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trailkeeper.state.table import Dumped, Item, body_of, key
from trailkeeper.wire.typed import dump


@dataclass(frozen=True, slots=True)
class KnownSubscribers(Dumped):
    """Who of those that a stack subscribes was seen to have confirmed, the last time that it was.

    `confirmed` are what a change of the guard of people names them by.
    """

    at: datetime
    stack: str
    confirmed: tuple[str, ...]

    PARTITION = "subscribers"

    @classmethod
    def key_of(cls, stack: str) -> tuple[str, str]:
        """The item's place in the table."""
        return cls.PARTITION, stack

    def item(self) -> Item:
        return {**key(*self.key_of(self.stack)), **body_of(dump(self))}
