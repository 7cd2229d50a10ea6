"""The trail does not log."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    if deployment.trail.exists and not deployment.trail.logging:
        names = deployment.names
        yield {"trail": names.trail, "arn": names.trail_arn, "region": names.region}


FINDING = Finding(
    id="trail-stopped",
    about="Trail",
    checks="whether the trail logs",
    look=_look,
    words="the trail {trail} does NOT log: what is done now is not recorded, and nobody has "
    "started it again",
    fix="aws cloudtrail start-logging --region {region} --name {arn}",
    needs=("cloudtrail:GetTrailStatus",),
)
