"""A function may not run at all: its reserved concurrency is 0."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    for resource in deployment.resources("AWS::Lambda::Function"):
        found = deployment.function(resource)
        if found and found.get("Concurrency", {}).get("ReservedConcurrentExecutions") == 0:
            yield {"function": resource.id, "region": resource.region}


FINDING = Finding(
    id="function-switched-off",
    about="Functions",
    checks="whether the functions may run",
    look=_look,
    words="{function} is SWITCHED OFF: its reserved concurrency is 0, so every call is throttled",
    fix="aws lambda delete-function-concurrency --region {region} --function-name {function}",
    needs=("lambda:GetFunction",),
)
