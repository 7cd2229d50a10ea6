"""Brings failed messages again soon, and later each time, for a bit more than ten minutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.inbox import Message
from lambdas.alert.telemetry import logger

# The last try comes after ten minutes: what nobody has heard of by then goes the second way.
_WAITS = (10, 30, 90, 270, 210)
_MOST_IN_CALL = 10


class Retries:
    """Shortens the queue's visibility timeout, which is long for the sake of slow batches."""

    def __init__(self, sqs: Any, queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def soon(self, failed: Sequence[Message]) -> None:
        """Have the messages come again in 10 s the first time, then 30, 90, 270, 210.

        When SQS cannot be asked, they come again when the queue's own timeout is over.
        """
        known = [each for each in failed if each.receipt]
        for start in range(0, len(known), _MOST_IN_CALL):
            entries = [
                {
                    "Id": str(number),
                    "ReceiptHandle": each.receipt,
                    "VisibilityTimeout": wait_seconds(each.receives),
                }
                for number, each in enumerate(known[start : start + _MOST_IN_CALL])
            ]
            try:
                self._sqs.change_message_visibility_batch(QueueUrl=self._queue_url, Entries=entries)
            except (BotoCoreError, ClientError) as error:
                logger.warning("Failed messages come again late", error=str(error))


def wait_seconds(receives: int) -> int:
    """How long to wait before a message that came `receives` times comes again."""
    return _WAITS[min(receives, len(_WAITS)) - 1]
