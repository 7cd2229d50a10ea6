"""A part of the guard differs from what was deployed in a way that no machine may put right."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli import show
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.evidence.outcome import Result


def _look(deployment: Deployment) -> Iterator[Case]:
    for half in deployment.halves.both:
        for each in half.report.outcomes if half.report else ():
            if each.result is Result.TOLD:
                yield {"what": show.document(each.key), "how": show.difference(each)}


FINDING = Finding(
    id="guard-for-people",
    about="Guard",
    checks="both halves of the guard",
    look=_look,
    words="{what}: NOT as deployed ({how}), and no machine may decide about it",
    fix="Of subscribers, each of the settings confirms AWS's mail, or subscribes again, and "
    "strangers are unsubscribed; anything else put back by hand if nobody of you wanted it.",
    needs=("lambda:InvokeFunction",),
)
