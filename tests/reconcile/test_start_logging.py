"""What an event says of a stop, and what the trail's status says, as the first thing of a run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE, NOW, patience
from tests.recorded import Recorded
from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.outcome import Gap, Outcome, Result
from trailkeeper.reconcile.start_logging import StartLogging

HOUR = timedelta(hours=1)
LOGS = {"IsLogging": True, "StartLoggingTime": NOW - HOUR}
STOPPED = {"IsLogging": False, "StartLoggingTime": NOW - HOUR, "StopLoggingTime": NOW}


def starting(
    *statuses: Mapping[str, Any] | str, stopped_at: datetime | None = None, dry_run: bool = False
) -> tuple[StartLogging, Recorded]:
    """Of a trail whose status is read so, the last one again and again."""
    left = list(statuses)
    clients = Recorded(
        {"GetTrailStatus": lambda _: left.pop(0) if len(left) > 1 else left[0]},
    )
    return (
        StartLogging(clients, BASELINE, patience(), lambda: NOW, dry_run, stopped_at),
        clients,
    )


@pytest.mark.parametrize(
    ("minutes", "reads"), [(0, 5), (15, 5), (15.1, 1), (-1, 5), (-1.1, 1), (None, 1)]
)
def test_a_status_is_doubted_for_an_event_of_now(minutes: float | None, reads: int) -> None:
    at = None if minutes is None else NOW - timedelta(minutes=minutes)
    start, clients = starting(LOGS, stopped_at=at)

    started = start.run(deliveries=False)

    assert started.outcomes == ()
    assert clients.operations == ["GetTrailStatus"] * reads


def test_what_shows_the_stop_is_believed_and_the_trail_started() -> None:
    start, clients = starting(LOGS, STOPPED, {**LOGS, "StartLoggingTime": NOW}, stopped_at=NOW)

    started = start.run(deliveries=False)

    assert started.outcomes == (
        Outcome("logging", "status", Result.HEALED, (Change("IsLogging", "false", "true"),)),
    )
    assert started.gap == Gap(NOW, NOW)
    assert clients.operations.count("StartLogging") == 1


def test_what_cannot_be_read_is_started_unseen_and_said_to_be_unreadable() -> None:
    start, clients = starting("AccessDenied")

    (outcome,) = start.run().outcomes

    assert (outcome.result, outcome.changes, outcome.reason, outcome.gone) == (
        Result.UNREADABLE,
        (),
        "",
        False,
    )
    assert "AccessDenied" in outcome.error
    assert clients.operations == ["GetTrailStatus", "StartLogging"]


def test_a_trail_that_was_made_again_was_gone_since_its_event_says_so() -> None:
    said = NOW - timedelta(minutes=2)
    start, _ = starting("TrailNotFoundException", LOGS, stopped_at=said)

    started = start.run(deliveries=False)

    assert started.created
    assert started.gap == Gap(said, NOW - HOUR)


def test_nobody_is_gone_since_a_time_to_come() -> None:
    start, _ = starting("TrailNotFoundException", LOGS, stopped_at=NOW + HOUR)

    started = start.run(deliveries=False)

    assert started.gap is not None
    assert started.gap.since == NOW


def test_logs_that_do_not_arrive_are_told_by_a_document_of_their_own() -> None:
    failing = {
        **LOGS,
        "LatestDeliveryError": "AccessDenied",
        "LatestDeliveryTime": NOW - 2 * HOUR,
    }
    start, _ = starting(failing)

    (outcome,) = start.run().outcomes

    assert (outcome.key, outcome.result, outcome.reason) == (
        "logging.delivery",
        Result.TOLD,
        "delivery_broken",
    )
    assert start.run(deliveries=False).outcomes == ()
