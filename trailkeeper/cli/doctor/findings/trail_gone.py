"""The trail is not there."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    if not deployment.trail.exists:
        yield {"trail": deployment.names.trail}


FINDING = Finding(
    id="trail-gone",
    about="Trail",
    checks="whether the trail is there",
    look=_look,
    words="the trail {trail} is GONE: what is done now is not recorded, and nobody has made it "
    "again",
    fix="trailkeeper reconcile",
    needs=("cloudtrail:GetTrailStatus",),
)
