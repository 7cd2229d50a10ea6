"""A stack without which something is not guarded, or not told, is not there."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.deployed import DeployedError
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.detections.satellites import Satellite
from trailkeeper.evidence.names import (
    EVIDENCE_STACK,
    RESPONSE_STACK,
    WATCHER_STACK,
)

_EFFECTS = {
    EVIDENCE_STACK: "the evidence is not deployed by a stack any more, and not protected by one",
    RESPONSE_STACK: "NOBODY guards the trail, and nobody is told of anything",
}


def _look(deployment: Deployment) -> Iterator[Case]:
    for stack, effect in _EFFECTS.items():
        if stack not in deployment.stacks:
            yield {"stack": stack, "effect": effect}
    if WATCHER_STACK not in deployment.stacks and _wants_watcher(deployment):
        yield {"stack": WATCHER_STACK, "effect": "NOBODY watches over the guard itself"}
    for region, satellite in deployment.satellites.items():
        if satellite.stack not in deployment.stacks_in(region):
            yield {"stack": satellite.stack, "effect": _effect_beyond(satellite)}


def _effect_beyond(satellite: Satellite) -> str:
    if satellite.instances or satellite.iam or satellite.charges:
        return f"nobody is told of what {satellite.region} alone sees"
    return f"the second way to people does NOT lead by {satellite.region}"


def _wants_watcher(deployment: Deployment) -> bool:
    """Whether the settings want one; a heal function that cannot be read is told by others."""
    try:
        return deployment.heal.watcher
    except DeployedError:
        return False


FINDING = Finding(
    id="stack-gone",
    about="Deployed",
    checks="the stacks",
    look=_look,
    words="the stack {stack} is not there: {effect}",
    fix="npx cdk deploy --all",
    needs=("cloudformation:DescribeStacks",),
)
