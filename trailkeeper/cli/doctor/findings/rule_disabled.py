"""A rule of EventBridge is switched off."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    for rule in deployment.rules:
        if not rule["State"].startswith("ENABLED"):
            yield {
                "rule": rule["Name"],
                "region": rule["Arn"].split(":")[3],
                "what": rule.get("Description") or "what it watches for",
            }


FINDING = Finding(
    id="rule-disabled",
    about="Rules",
    checks="the rules",
    look=_look,
    words='the rule {rule} is DISABLED, so no event comes of "{what}"',
    fix="aws events enable-rule --region {region} --name={rule}",
    needs=("events:DescribeRule",),
)
