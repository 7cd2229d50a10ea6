"""The newest answers, and of one second always the same ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from trailkeeper.search.event import Event


def newest(events: Iterable[Event], limit: int | None) -> Iterator[Event]:
    """The first so many of events that come newest first; all without a limit.

    Engines put events of one second in orders of their own, so each second is read to its end and
    put in the order of the ids before some of it are left out.
    """
    left = limit
    for _, second in groupby(events, key=lambda event: event.order[0]):
        for event in sorted(second, key=lambda event: event.order, reverse=True):
            yield event
            left = left and left - 1
            if left == 0:
                return
