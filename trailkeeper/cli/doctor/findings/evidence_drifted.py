"""A guarded resource differs from the baseline, and the heal function restores it when it runs."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli import show
from trailkeeper.cli.doctor.deployment import GUARDS_READ, Deployment, UnreadError
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.evidence.outcome import Result


def _look(deployment: Deployment) -> Iterator[Case]:
    """Raises UnreadError after the cases if part of it could not be read."""
    unread = [each for each in deployment.drift if each.result is Result.UNREADABLE]
    for each in deployment.drift:
        if each.result is Result.DEFERRED:
            yield {"document": show.document(each.key), "how": show.difference(each)}
    if unread:
        raise UnreadError(unread)


FINDING = Finding(
    id="evidence-drifted",
    about="Evidence",
    checks="all that is guarded",
    look=_look,
    words="{document} is NOT as the baseline says ({how})",
    fix="trailkeeper reconcile",
    needs=GUARDS_READ,
)
