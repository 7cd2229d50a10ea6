"""What an invocation carries, as messages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from trailkeeper.alerts.incoming import Content, read


class Way(Enum):
    """How a message came: by SQS, or by a call of the function with anything else."""

    QUEUE = "queue"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to handle; `id` is the SQS message id, "" when nothing can be handed back.

    `receipt` and `receives` are SQS's handle and how often the message has come so far, the first
    time at `first_came` (Unix seconds; None if nobody says). `body` is what was read. That a
    message says to have come by a way is no proof.
    """

    id: str
    content: Content
    body: str
    receipt: str = ""
    receives: int = 1
    first_came: float | None = None
    way: Way = Way.QUEUE


def messages(event: Any) -> Iterator[Message]:
    """The messages of an invocation, by what it says of itself."""
    records = event.get("Records") if isinstance(event, Mapping) else None
    if not isinstance(records, list):
        yield message_of(json.dumps(event, default=str), Way.CALL)
        return
    for record in records:
        if isinstance(record, Mapping) and "body" in record:
            yield _of_queue(record)
        else:
            yield message_of(json.dumps(record, default=str), Way.CALL)


def message_of(body: str, way: Way = Way.QUEUE) -> Message:
    """What has no id in the queue."""
    return Message("", read(body), body, way=way)


def _of_queue(record: Mapping[str, Any]) -> Message:
    body = str(record.get("body", ""))
    receipt = record.get("receiptHandle")
    receives = _attribute(record, "ApproximateReceiveCount")
    first_came = _attribute(record, "ApproximateFirstReceiveTimestamp")
    return Message(
        id=str(record.get("messageId", "")),
        content=read(body),
        body=body,
        receipt=receipt if isinstance(receipt, str) else "",
        receives=1 if receives is None else receives,
        first_came=None if first_came is None else first_came / 1000,
    )


def _attribute(record: Mapping[str, Any], name: str) -> int | None:
    """A number that SQS itself says of a message (SQS API reference, "ReceiveMessage")."""
    attributes = record.get("attributes")
    text = attributes.get(name) if isinstance(attributes, Mapping) else None
    return int(text) if isinstance(text, str) and text.isdecimal() else None
