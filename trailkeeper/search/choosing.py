"""Which engine to ask: the cheapest that covers the span, with the reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from trailkeeper.search.errors import SearchError
from trailkeeper.search.question import Question
from trailkeeper.search.remote.athena import LEAST_BYTES, USD_PER_TB
from trailkeeper.search.remote.calling import dollars, size
from trailkeeper.search.remote.history import KEPT, PAGE, attribute_of
from trailkeeper.search.remote.logs import USD_PER_GB
from trailkeeper.search.times import shown

Via = Literal["history", "logs", "athena"]

_SHORT = timedelta(hours=24)


@dataclass(frozen=True)
class Places:
    """What is there to ask in this account.

    `logs_oldest`: from when on the log group has events, None without one; `logs_bytes_a_day`: how
    much comes in. `athena_bytes`: what the log files of the span weigh, None without Athena.
    """

    regions: int
    logs_oldest: datetime | None
    logs_bytes_a_day: float
    athena_bytes: float | None


@dataclass(frozen=True)
class Choice:
    """The engine, and one line that says why, what it covers and what it costs."""

    via: Via
    reason: str


def choose(question: Question, places: Places, now: datetime) -> Choice:
    """The cheapest engine that covers the span.

    Event history is free but slow: it is chosen when it knows a filter of the question or has to
    read a day at most.

    Raises:
        SearchError: nothing covers the span.
    """
    since, until = question.since, question.until or now
    in_history = since is not None and since >= now - KEPT
    quick = attribute_of(question) is not None or (since is not None and until - since <= _SHORT)
    if in_history and quick:
        return _history(places)
    if since is not None and places.logs_oldest is not None and since >= places.logs_oldest:
        return _logs(places, until - since)
    if places.athena_bytes is not None:
        return _athena(places.athena_bytes)
    if in_history:
        return _history(places)
    if since is None and until > now - KEPT:
        return _history(places)
    raise SearchError(
        f"Nothing in AWS covers a span from {shown(since) if since else 'the beginning'} on: event "
        f"history begins at {shown(now - KEPT)}"
        + (f", the log group at {shown(places.logs_oldest)}" if places.logs_oldest else "")
        + ", and Athena is not deployed here. Ask --via files --path DIR, or a later --since."
    )


def _history(places: Places) -> Choice:
    return Choice(
        "history",
        f"Via event history (90 days, management events): free, {PAGE} events a call, two calls "
        f"a second in each of {places.regions} regions.",
    )


def _logs(places: Places, span: timedelta) -> Choice:
    expected = places.logs_bytes_a_day * max(span / timedelta(days=1), 0.05)
    assert places.logs_oldest is not None
    return Choice(
        "logs",
        f"Via Logs Insights (events since {shown(places.logs_oldest)}): reads about "
        f"{size(expected)}, {dollars(expected / 1e9 * USD_PER_GB)}.",
    )


def _athena(expected: float) -> Choice:
    price = max(expected, LEAST_BYTES) / 1e12 * USD_PER_TB
    return Choice(
        "athena",
        f"Via Athena (all log files of the span): reads about {size(expected)}, {dollars(price)}.",
    )
