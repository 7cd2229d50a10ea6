"""Which of the account's other trails are ours to start: near misses of each condition."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.account_answers import EVERYTHING, TRAIL
from tests.recorded import Recorded
from trailkeeper.guards import other_trails
from trailkeeper.guards.other_trails import OtherTrail

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ARN = "arn:aws:cloudtrail:us-east-1:123456789012:trail/audit"
AUDIT = {
    "Name": "audit",
    "TrailARN": ARN,
    "HomeRegion": "us-east-1",
    "IsOrganizationTrail": False,
}
RECENTLY = NOW - timedelta(minutes=30)


def clients(
    *trails: dict[str, Any], stopped: datetime | None = RECENTLY, logging: bool = False
) -> Recorded:
    status = {"IsLogging": logging, **({"StopLoggingTime": stopped} if stopped else {})}
    return Recorded({"DescribeTrails": {"trailList": list(trails)}, "GetTrailStatus": status})


def found(account: Recorded, hint: str = "") -> tuple[OtherTrail, ...]:
    return other_trails.observe(account, EVERYTHING, hint, NOW)


@pytest.mark.parametrize("hint", ["", "audit", ARN])
def test_a_trail_of_ours_that_was_stopped_lately_is_found(hint: str) -> None:
    account = clients(AUDIT)

    assert found(account, hint) == (OtherTrail("audit", ARN, False, RECENTLY),)
    assert [(each.operation, each.arguments) for each in account.calls] == [
        ("DescribeTrails", {"includeShadowTrails": False}),
        ("GetTrailStatus", {"Name": ARN}),
    ]


NOT_OURS = {
    "the guarded one": {**AUDIT, "Name": "trailkeeper", "TrailARN": TRAIL},
    "another region's": {**AUDIT, "HomeRegion": "eu-central-1"},
    "another account's": {
        **AUDIT,
        "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit",
    },
    "an organization's": {**AUDIT, "IsOrganizationTrail": True},
    "one without an ARN": {**AUDIT, "TrailARN": ""},
}


@pytest.mark.parametrize("which", NOT_OURS)
def test_what_is_not_ours_is_left(which: str) -> None:
    account = clients(NOT_OURS[which])

    assert found(account) == ()
    assert account.operations == ["DescribeTrails"]


def test_a_hint_only_narrows_the_list() -> None:
    assert found(clients(AUDIT), "other") == ()
    assert found(clients(), "audit") == ()


def test_one_that_logs_or_was_stopped_longer_ago_is_left() -> None:
    assert found(clients(AUDIT, logging=True)) == ()
    assert found(clients(AUDIT, stopped=RECENTLY - timedelta(seconds=1))) == ()
    assert found(clients(AUDIT, stopped=None)) == ()


def test_starting_and_verifying_name_the_trail_of_the_list() -> None:
    account = clients(AUDIT, logging=True)
    trail = OtherTrail("audit", ARN, False, RECENTLY)

    other_trails.repair(account, trail)

    assert other_trails.verify(account, trail) is True
    assert other_trails.verify(clients(AUDIT), trail) is False
    assert [(each.operation, each.arguments) for each in account.calls] == [
        ("StartLogging", {"Name": ARN}),
        ("GetTrailStatus", {"Name": ARN}),
    ]
