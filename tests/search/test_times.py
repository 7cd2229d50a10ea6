"""Times as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from trailkeeper.search import times
from trailkeeper.search.errors import SearchError

NOW = datetime(2026, 11, 26, 1, 30, 15, 999, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")  # nine hours ahead: there it is 10:30


@pytest.mark.parametrize(
    ("given", "start"),
    [
        ("2h", "2026-11-25T23:30:15Z"),
        ("90s", "2026-11-26T01:28:45Z"),
        ("7d", "2026-11-19T01:30:15Z"),
        ("2W", "2026-11-12T01:30:15Z"),
        ("now", "2026-11-26T01:30:15Z"),
        ("today", "2026-11-25T15:00:00Z"),
        ("yesterday", "2026-11-24T15:00:00Z"),
        ("2026-11-01", "2026-10-31T15:00:00Z"),
        ("2026-11-01T12:00", "2026-11-01T03:00:00Z"),
        ("2026-11-01 12:00:30", "2026-11-01T03:00:30Z"),
        ("2026-11-01T12:00:00Z", "2026-11-01T12:00:00Z"),
        ("2026-11-01T12:00:00+02:00", "2026-11-01T10:00:00Z"),
    ],
)
def test_since(given: str, start: str) -> None:
    assert times.shown(times.since(given, NOW, SEOUL)) == start


def test_a_day_as_the_end_is_meant_with_all_its_hours() -> None:
    start, end = times.span("yesterday", "yesterday", now=NOW, zone=SEOUL)

    assert start is not None
    assert end is not None
    assert (times.shown(start), times.shown(end)) == (
        "2026-11-24T15:00:00Z",
        "2026-11-25T15:00:00Z",
    )


def test_around_a_time() -> None:
    start, end = times.span(None, None, "2026-11-01T12:00:00Z", "10m", now=NOW, zone=UTC)

    assert start is not None
    assert end is not None
    assert (times.shown(start), times.shown(end)) == (
        "2026-11-01T11:50:00Z",
        "2026-11-01T12:10:01Z",
    )


@pytest.mark.parametrize(
    "given",
    ["", "soon", "2026-13-01", "2026-02-30", "25:00", "2026-11-26T24:61", "99999999d", "-2h", "0h"],
)
def test_times_that_do_not_exist(given: str) -> None:
    with pytest.raises(SearchError, match=r"Allowed: .*2h.*7d"):
        times.since(given, NOW, UTC)


@pytest.mark.parametrize(
    ("span", "message"),
    [
        ({"since_text": "2026-02-02", "until_text": "2026-02-01"}, "holds no moment"),
        ({"since_text": "2h", "until_text": None, "around": "1h"}, "leave out --since"),
        ({"since_text": None, "until_text": None, "window": "1h"}, "--around TIME"),
        ({"since_text": None, "until_text": None, "around": "now", "window": "wide"}, "'wide'"),
    ],
)
def test_spans_that_say_nothing(span: dict[str, str | None], message: str) -> None:
    with pytest.raises(SearchError, match=message):
        times.span(**span, now=NOW, zone=UTC)  # type: ignore[arg-type]
