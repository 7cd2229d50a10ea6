"""Lambda itself says that a function cannot run, or that its last update failed."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding

# A function that nobody called for long wakes up with the next call.
_USABLE = ("Active", "Inactive", "Pending")
# Source: Lambda developer guide, "Lambda function states".
_NOT_UPDATED = "still runs what it ran, as its last update FAILED"


def _look(deployment: Deployment) -> Iterator[Case]:
    for resource in deployment.resources("AWS::Lambda::Function"):
        found = (deployment.function(resource) or {}).get("Configuration", {})
        state = found.get("State", "Active")
        case = {"function": resource.id, "stack": resource.stack}
        if state not in _USABLE:
            why = found.get("StateReason") or state
            yield {**case, "state": "CANNOT RUN", "why": why}
        elif found.get("LastUpdateStatus") == "Failed":
            why = found.get("LastUpdateStatusReason") or "Lambda does not say why"
            yield {**case, "state": _NOT_UPDATED, "why": why}


FINDING = Finding(
    id="function-unusable",
    about="Functions",
    checks="what Lambda says of the functions",
    look=_look,
    words="{function} {state}: {why}",
    fix="npx cdk deploy {stack} --revert-drift",
    needs=("lambda:GetFunction",),
)
