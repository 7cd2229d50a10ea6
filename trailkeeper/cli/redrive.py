"""Sends what the dead-letter queue holds back to the alert function, in order, once each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trailkeeper.cli.queues import take_all
from trailkeeper.evidence.names import ALERTS_DEAD_QUEUE, ALERTS_QUEUE

# All are taken before the first is sent, so that they go in order.
_HIDDEN_SECONDS = 600

Progress = Callable[[str, int, int], None]
"""Called with "found" or "sent", how many so far, and of how many (0 while nobody knows)."""


@dataclass(frozen=True, slots=True)
class Redriven:
    """How many messages were found, sent back and removed from the dead letters."""

    found: int
    sent: int
    removed: int

    def __str__(self) -> str:
        if not self.found:
            return "No dead alerts."
        line = f"{self.found} dead alerts found, {self.sent} sent again in the order they came."
        left = self.sent - self.removed
        return line + (f" {left} could not be removed and may come twice." if left else "")


def redrive(
    sqs: Any,
    *,
    source: str = ALERTS_DEAD_QUEUE,
    target: str = ALERTS_QUEUE,
    wait_seconds: int = 2,
    progress: Progress = lambda what, count, total: None,
) -> Redriven:
    """Send every message of the queue `source` to `target`, oldest first, each once.

    A message is removed after it was sent: a crash in between sends it twice, never not at all.

    Raises:
        ClientError: a queue is not there or may not be used; what was not sent stays where it is.
    """
    source_url = sqs.get_queue_url(QueueName=source)["QueueUrl"]
    target_url = sqs.get_queue_url(QueueName=target)["QueueUrl"]
    dead = take_all(
        sqs,
        source_url,
        hidden_seconds=_HIDDEN_SECONDS,
        wait_seconds=wait_seconds,
        found=lambda count: progress("found", count, 0),
    )
    sent = removed = 0
    for message in dead:
        sqs.send_message(QueueUrl=target_url, MessageBody=message["Body"])
        sent += 1
        sqs.delete_message(QueueUrl=source_url, ReceiptHandle=message["ReceiptHandle"])
        removed += 1
        progress("sent", sent, len(dead))
    return Redriven(len(dead), sent, removed)
