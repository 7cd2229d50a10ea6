"""Trails of the account that are not ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tools.alert_examples.sample import ACCOUNT, BASELINE, NOW, REGION, call_of
from trailkeeper.alerts import other_trail_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections import (
    trail_changed,
    trail_deleted,
    trail_selectors_changed,
    trail_stopped,
)
from trailkeeper.evidence.trails import ListedTrail


def examples() -> Iterator[tuple[str, Alert]]:
    """Stopped, deleted, changed and narrowed, and one of the organization."""
    stopped = trail_stopped.DETECTION
    yield (
        "Another trail of the account",
        other_trail_alerts.stopped(
            call_of(stopped, parameters={"name": "audit"}),
            BASELINE,
            f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/audit",
            "started_again",
            "",
            verified=True,
        ),
    )
    audit = _listed("audit", ACCOUNT, S3BucketName="audit-logs")
    for detection, title, after in (
        (trail_deleted.DETECTION, "deleted", None),
        (
            trail_changed.DETECTION,
            "changed",
            replace(audit, settings={**audit.settings, "S3BucketName": "somebody-elses-bucket"}),
        ),
        (
            trail_selectors_changed.DETECTION,
            "narrowed",
            replace(audit, settings={**audit.settings, "HasCustomEventSelectors": "true"}),
        ),
    ):
        call = call_of(detection, parameters={"name": "audit", "trailName": "audit"})
        alert = other_trail_alerts.called(
            call, detection, BASELINE, "audit", before=audit, after=after
        )
        yield f"Another trail of the account {title}", alert
    theirs = _listed("org", "999999999999", S3BucketName="org-logs", IsOrganizationTrail="true")
    yield (
        "An organization's trail that was stopped, without an event",
        other_trail_alerts.found(
            BASELINE,
            NOW,
            NOW - timedelta(minutes=30),
            before=replace(theirs, logging=True),
            after=replace(theirs, logging=False),
        ),
    )


def _listed(name: str, account: str, **settings: str) -> ListedTrail:
    arn = f"arn:aws:cloudtrail:{REGION}:{account}:trail/{name}"
    of_organization = "IsOrganizationTrail" in settings
    return ListedTrail(name, arn, REGION, of_organization, True, settings)
