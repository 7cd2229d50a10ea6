"""When the calls behind an alarm of a CIS control were made, as its message says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from trailkeeper.alerts.control_alerts import Span, span_of

CHANGED = datetime(2026, 11, 26, 10, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("trigger", "judged"),
    [
        ({"Period": 600, "EvaluationPeriods": 2}, 1200),
        ({"Period": 60}, 60),
        ({}, 300),
        (None, 300),
        ("600", 300),
    ],
)
def test_what_an_alarm_judged_and_ten_minutes_more(trigger: Any, judged: int) -> None:
    message = {"StateChangeTime": "2026-11-26T19:05:30+09:00", "Trigger": trigger}

    assert span_of(message) == Span(
        CHANGED - timedelta(seconds=judged, minutes=10), CHANGED + timedelta(minutes=1)
    )


@pytest.mark.parametrize(
    "message",
    [
        {"StateChangeTime": None},
        {"StateChangeTime": "soon"},
        {"StateChangeTime": "0001-01-01T00:00:00+14:00"},
        {"Trigger": {"Period": None}},
        {"Trigger": {"Period": "soon"}},
        {"Trigger": {"EvaluationPeriods": float("inf")}},
        {"Trigger": {"Period": 10**20}},
    ],
)
def test_a_message_that_does_not_say_when(message: dict[str, Any]) -> None:
    assert span_of({"StateChangeTime": "2026-11-26T10:05:30Z", **message}) is None
