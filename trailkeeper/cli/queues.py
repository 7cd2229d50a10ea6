"""Takes everything out of a queue that hands out at most ten messages at a time, in no order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_MOST_IN_CALL = 10
_EMPTY_ANSWERS = 3


def take_all(
    sqs: Any,
    queue_url: str,
    *,
    hidden_seconds: int,
    wait_seconds: int,
    found: Callable[[int], None] = lambda count: None,
) -> list[dict[str, Any]]:
    """Every message, oldest first; one empty answer does not mean that there are none.

    They stay in the queue, hidden from others for `hidden_seconds`, until they are deleted. `found`
    hears how many there are so far.
    """
    taken: dict[str, dict[str, Any]] = {}
    empty = 0
    while empty < _EMPTY_ANSWERS:
        answer = sqs.receive_message(
            QueueUrl=queue_url,
            MaxNumberOfMessages=_MOST_IN_CALL,
            VisibilityTimeout=hidden_seconds,
            WaitTimeSeconds=wait_seconds,
            MessageSystemAttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        new = {each["MessageId"]: each for each in messages if each["MessageId"] not in taken}
        empty = 0 if new else empty + 1
        taken |= {each["MessageId"]: each for each in messages}
        if new:
            found(len(taken))
    return sorted(taken.values(), key=lambda each: int(each["Attributes"]["SentTimestamp"]))
