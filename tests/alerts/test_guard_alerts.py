"""When people hear again of what only they can put right about the guard."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.alerts.told.evidence import BASELINE, NOW, outcome
from tests.alerts.told.guard import LEFT, REPAIRED
from trailkeeper.alerts.guard_alerts import found, worth_telling
from trailkeeper.evidence.outcome import Report


@pytest.mark.parametrize(
    ("hour", "minute", "every", "told"),
    [
        (6, 59, 120, False),
        (7, 0, 120, True),
        (8, 59, 120, True),
        (9, 0, 120, False),
        (23, 59, 120, False),
        (7, 4, 5, True),
        (7, 5, 5, False),
        (10, 59, 240, True),
        (11, 0, 240, False),
    ],
)
def test_one_check_a_day_tells_of_what_is_left_to_people(
    hour: int, minute: int, every: int, *, told: bool
) -> None:
    now = datetime(2026, 11, 20, hour, minute, tzinfo=UTC)

    kept = worth_telling(Report((LEFT, REPAIRED)), now, every).outcomes

    assert kept == ((LEFT, REPAIRED) if told else (REPAIRED,))


@pytest.mark.parametrize(
    ("guards", "region"),
    [
        (("guard-rules",), "eu-west-1"),
        (("guard-roles",), "us-east-1"),
        (("guard-rules", "guard-roles"), "eu-west-1"),
    ],
)
def test_who_changed_a_role_is_in_the_history_of_the_region_that_has_iams_calls(
    guards: tuple[str, ...], region: str
) -> None:
    changed = tuple(outcome(f"{each}.d") for each in guards)

    alert = found(Report(changed), replace(BASELINE, region="eu-west-1"), NOW, 120)

    assert alert is not None
    assert alert.evidence is not None
    assert alert.evidence.params == {
        "region": region,
        "since": "2026-11-20T01:03:17Z",
        "until": "2026-11-20T03:05:17Z",
    }
