"""Alerts lie in the dead-letter queue: nobody was told."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.evidence.names import ALERTS_DEAD_QUEUE


def _look(deployment: Deployment) -> Iterator[Case]:
    if count := deployment.letters(ALERTS_DEAD_QUEUE):
        yield {"count": "1 alert was" if count == 1 else f"{count} alerts were"}


FINDING = Finding(
    id="dead-alerts",
    about="Alerts",
    checks="the dead letters",
    look=_look,
    words="{count} NOT DELIVERED: people were not told, and can still be",
    fix="trailkeeper alerts redrive",
    needs=("sqs:GetQueueUrl", "sqs:GetQueueAttributes"),
)
