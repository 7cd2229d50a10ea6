"""Lambda itself says that a function cannot run, or that its last update failed."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding

# A function that nobody called for long wakes up with the next call.
_USABLE = ("Active", "Inactive", "Pending")


def _look(deployment: Deployment) -> Iterator[Case]:
    for resource in deployment.resources("AWS::Lambda::Function"):
        found = (deployment.function(resource) or {}).get("Configuration", {})
        state, update = found.get("State", "Active"), found.get("LastUpdateStatus", "Successful")
        if state not in _USABLE or update == "Failed":
            why = found.get("StateReason") or found.get("LastUpdateStatusReason") or state
            yield {"function": resource.id, "why": why, "stack": resource.stack}


FINDING = Finding(
    id="function-unusable",
    about="Functions",
    checks="what Lambda says of the functions",
    look=_look,
    words="{function} CANNOT RUN: {why}",
    fix="npx cdk deploy {stack} --revert-drift",
    needs=("lambda:GetFunction",),
)
