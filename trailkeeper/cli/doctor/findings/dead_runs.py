"""Runs of the heal function were given up."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.evidence.names import HEAL_DEAD_QUEUE


def _look(deployment: Deployment) -> Iterator[Case]:
    if count := deployment.letters(HEAL_DEAD_QUEUE):
        yield {"count": "1 run" if count == 1 else f"{count} runs"}


FINDING = Finding(
    id="dead-runs",
    about="Functions",
    checks="the dead letters",
    look=_look,
    words="{count} of the heal function NOT DONE: the next one made up for it, but the alarm on "
    "this queue cannot go off again before it is empty",
    fix="trailkeeper dead-letters --drain",
    needs=("sqs:GetQueueUrl", "sqs:GetQueueAttributes"),
)
