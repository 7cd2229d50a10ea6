"""The heal function may not read part of what it guards."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli import show
from trailkeeper.cli.doctor import rights
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.cli.heal_function import AskError
from trailkeeper.evidence.outcome import Report, Result


def _look(deployment: Deployment) -> Iterator[Case]:
    try:
        report = deployment.answer.report or Report()
    except AskError:  # heal-silent tells
        return
    for each in report.outcomes:
        if each.result is Result.UNREADABLE:
            why = str(rights.in_words(each.error)) if rights.is_denied(each.error) else each.error
            yield {"document": show.document(each.key), "why": why}


FINDING = Finding(
    id="heal-cannot-see",
    about="Functions",
    checks="whether the heal function may read what it guards",
    look=_look,
    words="the heal function CANNOT check {document}: {why}",
    fix="npx cdk deploy TrailkeeperResponse --revert-drift",
    needs=("lambda:InvokeFunction",),
)
