"""A trail of an organization is one even when only its former listing says so."""

from __future__ import annotations

from tests.alerts.told.evidence import BASELINE, call
from trailkeeper.alerts.other_trail_alerts import called
from trailkeeper.detections import trail_deleted
from trailkeeper.evidence.trails import ListedTrail
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
