"""Delivered log files were never counted."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.evidence.names import DELIVERIES_DEAD_QUEUE


def _look(deployment: Deployment) -> Iterator[Case]:
    if count := deployment.letters(DELIVERIES_DEAD_QUEUE):
        yield {"count": "1 log file" if count == 1 else f"{count} log files"}


FINDING = Finding(
    id="dead-files",
    about="Functions",
    checks="the dead letters of what counts log files",
    look=_look,
    words="{count} NOT COUNTED: the log bucket has them all the same, but the alarm on this queue "
    "cannot go off again before it is empty",
    fix="trailkeeper dead-letters --of deliveries --drain",
    needs=("sqs:GetQueueUrl", "sqs:GetQueueAttributes"),
)
