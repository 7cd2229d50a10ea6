"""What a report keeps when a deploy of our own is expected to put something in order."""

from __future__ import annotations

import pytest

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
