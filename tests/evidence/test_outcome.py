"""What a report keeps when a deploy of our own is expected to put something in order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.outcome import Outcome, Report, Result

DRIFTED = Outcome("log-bucket", "policy", Result.HEALED)


@pytest.mark.parametrize(
    ("result", "reason", "planned"),
    [
        (Result.DEFERRED, "deploying", True),
        (Result.DEFERRED, "response_to_come", True),
        (Result.DEFERRED, "paused", False),
        (Result.TOLD, "deploying", False),
    ],
)
def test_only_what_waits_for_a_deploy_is_left_out(
    result: Result, reason: str, *, planned: bool
) -> None:
    waits = Outcome("evidence-key", "grants", result, reason=reason)

    assert Report((DRIFTED, waits)).unplanned.outcomes == (
        (DRIFTED,) if planned else (DRIFTED, waits)
    )


def test_a_report_is_cut_to_what_its_places_hold() -> None:
    changes = tuple(Change(f"Statement[{number}]", "Deny", "Allow") for number in range(25))
    long = replace(DRIFTED, changes=changes, error="x" * 5000)

    (cut,) = Report((long,)).cut().outcomes

    assert cut.changes == changes[:20]
    assert cut.error == "x" * 500
    assert replace(cut, changes=changes, error=long.error) == long
