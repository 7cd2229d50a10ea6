"""Another trail records what this one records, which AWS charges for."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli import show
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.guards import other_trails


def _look(deployment: Deployment) -> Iterator[Case]:
    for each in other_trails.copies(deployment.clients, deployment.names.trail_arn):
        kind = "of an organization" if each.organization else "of all regions"
        yield {
            "trail": each.name,
            "kind": kind,
            "home": each.home_region,
            "cost": show.second_copy(),
        }


FINDING = Finding(
    id="other-trail",
    about="Cost",
    checks="other trails",
    look=_look,
    words="the trail {trail} {kind} (home {home}) records the same: {cost}",
    fix="If nobody needs both, give up one of them: that one in the console of CloudTrail, or this "
    "as docs/leaving.md says.",
    needs=("cloudtrail:DescribeTrails",),
)
