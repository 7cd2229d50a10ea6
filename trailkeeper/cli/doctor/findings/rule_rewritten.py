"""A rule hands something else to its target than the event."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding

_REWRITES = ("Input", "InputPath", "InputTransformer")


def _look(deployment: Deployment) -> Iterator[Case]:
    for rule in deployment.rules:
        found = {name for target in rule["Targets"] for name in _REWRITES if target.get(name)}
        if found:
            how = ", ".join(sorted(found))
            yield {"rule": rule["Name"], "how": how, "stack": rule["Stack"]}


FINDING = Finding(
    id="rule-rewritten",
    about="Rules",
    checks="what the rules hand over",
    look=_look,
    words="the rule {rule} does NOT hand over the event itself: somebody set {how} on its target",
    fix="npx cdk deploy {stack} --revert-drift",
    needs=("events:ListTargetsByRule",),
)
