"""Takes everything out of a queue that hands out at most ten messages at a time, in no order."""

from __future__ import annotations

from typing import Any

_MOST_IN_CALL = 10
_EMPTY_ANSWERS = 3


def take_all(
    sqs: Any, queue_url: str, *, hidden_seconds: int, wait_seconds: int
) -> list[dict[str, Any]]:
    """Every message, oldest first; one empty answer does not mean that there are none.

    They stay in the queue, hidden from others for `hidden_seconds`, until they are deleted.
    """
    found: dict[str, dict[str, Any]] = {}
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
        new = {each["MessageId"]: each for each in messages if each["MessageId"] not in found}
        empty = 0 if new else empty + 1
        found |= {each["MessageId"]: each for each in messages}
    return sorted(found.values(), key=lambda each: int(each["Attributes"]["SentTimestamp"]))
