"""A half of the guard is not as deployed: what it runs, what calls it, its rights, its ways."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli import show
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.evidence.outcome import Result


def _look(deployment: Deployment) -> Iterator[Case]:
    for half in deployment.halves.both:
        if half.trouble:
            yield {"what": half.name, "how": half.trouble, "stack": half.stack}
        for each in half.report.outcomes if half.report else ():
            # What is for people to judge has findings of its own.
            if each.result is not Result.TOLD or each.gone:
                how = show.said(each.error) or show.difference(each)
                yield {"what": show.document(each.key), "how": how, "stack": half.stack}


FINDING = Finding(
    id="half-differs",
    about="Functions",
    checks="both halves of the guard, each by the other",
    look=_look,
    words="of the guard itself, {what}: NOT as deployed ({how})",
    fix="npx cdk deploy {stack} --revert-drift",
    needs=("lambda:InvokeFunction",),
)
