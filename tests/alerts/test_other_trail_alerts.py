"""A trail of an organization is one even when only its former listing says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.alerts.told.evidence import BASELINE, call
from trailkeeper.alerts.call_alerts import attempted
from trailkeeper.alerts.other_trail_alerts import called, stopped
from trailkeeper.detections import trail_changed, trail_deleted, trail_stopped
from trailkeeper.evidence.trails import ListedTrail
from trailkeeper.rendering.wording import Reader, phrase
from trailkeeper.words.text import Severity

ARN = BASELINE.names.arn("cloudtrail", "trail/audit")
WHOLE_ORGANIZATION = ListedTrail("audit", ARN, BASELINE.region, True, True, {})
OURS = ListedTrail("audit", ARN, BASELINE.region, False, True, {})


def severity(before: ListedTrail | None) -> Severity:
    deleted = call("trail-deleted", "DeleteTrail", requestParameters={"name": "audit"})
    return called(deleted, trail_deleted.DETECTION, BASELINE, ARN, before=before).severity


def test_a_deleted_one_is_told_louder() -> None:
    assert severity(WHOLE_ORGANIZATION) is Severity.CRITICAL
    assert severity(OURS) is not Severity.CRITICAL


def test_a_call_without_a_time_is_told_without_one() -> None:
    stop = call("trail-stopped", "StopLogging", requestParameters={"name": "audit"})
    timeless = replace(stop, time="")
    now = datetime(2026, 11, 20, 3, 5, tzinfo=UTC)
    alerts = (
        stopped(timeless, BASELINE, ARN, "started_again", "", verified=True),
        attempted(timeless, trail_stopped.DETECTION, BASELINE, now),
    )

    told = [phrase(each.story[0], Reader.of("en", "UTC"), str) for each in alerts]
    assert told[0] == (
        "user deploy-bot stopped the trail audit at (unknown); "
        "it is not the one that Trailkeeper deployed."
    )
    assert " at (unknown)" in told[1]
    assert [each.occurred_at for each in alerts] == [None, None]


THEIRS = "arn:aws:cloudtrail:us-east-1:999999999999:trail/audit"
CHANGED = {"requestParameters": {"name": "audit"}}


@pytest.mark.parametrize(
    ("said", "arn", "severity"),
    [
        ({}, ARN, Severity.INFO),
        ({}, "", Severity.INFO),
        ({}, THEIRS, Severity.CRITICAL),
        (
            {"requestParameters": {"name": "audit", "isOrganizationTrail": True}},
            ARN,
            Severity.CRITICAL,
        ),
        ({"responseElements": {"isOrganizationTrail": True}}, ARN, Severity.CRITICAL),
        ({"responseElements": {"isOrganizationTrail": False}}, ARN, Severity.INFO),
        ({"userIdentity": {"type": "Root"}}, ARN, Severity.CRITICAL),
    ],
)
def test_who_changes_the_trail_of_an_organization_or_is_root_is_told_louder(
    said: dict[str, Any], arn: str, severity: Severity
) -> None:
    update = call("trail-changed", "UpdateTrail", **{**CHANGED, **said})

    assert (
        called(
            update,
            replace(trail_changed.DETECTION, severity=Severity.INFO),
            BASELINE,
            arn or "audit",
        ).severity
        is severity
    )


def test_a_loss_is_a_warning_and_an_alarm_no_more() -> None:
    update = call("trail-changed", "UpdateTrail", **CHANGED)

    def told(severity: Severity) -> Severity:
        detection = replace(trail_changed.DETECTION, severity=severity)
        return called(update, detection, BASELINE, ARN).severity

    assert [told(each) for each in Severity] == [Severity.INFO, Severity.INFO, Severity.WARNING]
