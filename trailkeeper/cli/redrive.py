"""Sends what the dead-letter queue holds back to the alert function, in order, once each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trailkeeper.evidence.names import ALERTS_DEAD_QUEUE, ALERTS_QUEUE

# SQS hands out at most ten messages at a time, in no order: all are taken before the first is sent.
_MOST_IN_CALL = 10
_HIDDEN_SECONDS = 600
_EMPTY_ANSWERS = 3


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
    sqs: Any, *, source: str = ALERTS_DEAD_QUEUE, target: str = ALERTS_QUEUE, wait_seconds: int = 2
) -> Redriven:
    """Send every message of the queue `source` to `target`, oldest first, each once.

    A message is removed after it was sent: a crash in between sends it twice, never not at all.

    Raises:
        ClientError: a queue is not there or may not be used; what was not sent stays where it is.
    """
    source_url = sqs.get_queue_url(QueueName=source)["QueueUrl"]
    target_url = sqs.get_queue_url(QueueName=target)["QueueUrl"]
    dead = _take_all(sqs, source_url, wait_seconds)
    sent = removed = 0
    for message in dead:
        sqs.send_message(QueueUrl=target_url, MessageBody=message["Body"])
        sent += 1
        sqs.delete_message(QueueUrl=source_url, ReceiptHandle=message["ReceiptHandle"])
        removed += 1
    return Redriven(len(dead), sent, removed)


def _take_all(sqs: Any, queue_url: str, wait_seconds: int) -> list[dict[str, Any]]:
    """Every message, oldest first; one empty answer does not mean that there are none."""
    found: dict[str, dict[str, Any]] = {}
    empty = 0
    while empty < _EMPTY_ANSWERS:
        answer = sqs.receive_message(
            QueueUrl=queue_url,
            MaxNumberOfMessages=_MOST_IN_CALL,
            VisibilityTimeout=_HIDDEN_SECONDS,
            WaitTimeSeconds=wait_seconds,
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        messages = answer.get("Messages", [])
        empty = 0 if messages else empty + 1
        found |= {each["MessageId"]: each for each in messages}
    return sorted(found.values(), key=lambda each: int(each["Attributes"]["SentTimestamp"]))
