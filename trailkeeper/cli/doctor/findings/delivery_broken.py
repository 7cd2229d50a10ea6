"""The trail logs and its log files do not arrive."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli import times
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding

_PLACES = {
    "LatestDeliveryError": "the log bucket gets no log files",
    "LatestDigestDeliveryError": "the log bucket gets no digest files",
    "LatestCloudWatchLogsDeliveryError": "the log group gets no events",
    "LatestDeliveryTime": "the log bucket has had no log file for an hour",
}


def _look(deployment: Deployment) -> Iterator[Case]:
    for change in deployment.trail.broken_deliveries(deployment.now):
        why = _last(deployment) if change.path == "LatestDeliveryTime" else change.before
        yield {"what": _PLACES.get(change.path, change.path), "why": why}


def _last(deployment: Deployment) -> str:
    delivered = deployment.trail.details.get("LatestDeliveryTime")
    if delivered is None:
        return "none came yet"
    return f"the last came {times.ago(delivered, deployment.now)}"


FINDING = Finding(
    id="delivery-broken",
    about="Trail",
    checks="whether its log files arrive",
    look=_look,
    words="what is recorded does NOT arrive: {what} ({why})",
    fix="trailkeeper reconcile",
    needs=("cloudtrail:GetTrailStatus",),
)
