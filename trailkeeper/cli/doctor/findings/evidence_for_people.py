"""A guarded resource differs from the baseline in a way that no machine may put right."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli import show
from trailkeeper.cli.doctor.deployment import GUARDS_READ, Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.evidence.outcome import Result


def _look(deployment: Deployment) -> Iterator[Case]:
    for each in deployment.drift:
        if each.result is Result.TOLD:
            yield {"document": show.document(each.key), "how": show.difference(each)}


FINDING = Finding(
    id="evidence-for-people",
    about="Evidence",
    checks="all that is guarded",
    look=_look,
    words="{document} is NOT as the baseline says ({how}), and no machine may decide about it",
    fix="If nobody of you wanted that, put it back by hand; docs/techniques.md says what it means.",
    needs=GUARDS_READ,
)
