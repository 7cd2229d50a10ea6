"""A rule has lost its target, or calls something that is not ours, or is not there."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    for rule in deployment.rules:
        if why := _why(deployment, [each["Arn"] for each in rule["Targets"]]):
            yield {"rule": rule["Name"], "why": why, "stack": rule["Stack"]}


def _why(deployment: Deployment, targets: list[str]) -> str:
    if not targets:
        return "it has no target"
    gone = [each for each in targets if deployment.is_gone(each)]
    return f"its target {gone[0]} is not there" if gone else ""


FINDING = Finding(
    id="rule-leads-nowhere",
    about="Rules",
    checks="the rules' targets",
    look=_look,
    words="the rule {rule} LEADS NOWHERE: {why}",
    fix="npx cdk deploy {stack} --revert-drift",
    needs=("events:ListTargetsByRule",),
)
