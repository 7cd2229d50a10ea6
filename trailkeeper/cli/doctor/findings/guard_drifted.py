"""A part of the guard differs from what was deployed, as the other half of the guard sees it."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli import show
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.cli.heal_function import AskError
from trailkeeper.evidence.outcome import Result


def _look(deployment: Deployment) -> Iterator[Case]:
    """Raises AskError after the cases if one half does not say how the other one is.

    That the heal function does not answer has a finding of its own.
    """
    for half in deployment.halves.both:
        for each in half.report.outcomes if half.report else ():
            if each.result is not Result.TOLD:
                how = show.said(each.error) if each.error else show.difference(each)
                unread = each.result is Result.UNREADABLE
                yield {
                    "what": show.document(each.key),
                    "state": "readable" if unread else "as deployed",
                    "how": how,
                    "stack": half.stack_of(each),
                }
    if deployment.halves.unasked:
        raise AskError(deployment.halves.unasked)


FINDING = Finding(
    id="guard-drifted",
    about="Guard",
    checks="both halves of the guard",
    look=_look,
    words="{what}: NOT {state} ({how})",
    fix="npx cdk deploy {stack} --revert-drift",
    needs=("lambda:InvokeFunction",),
)
