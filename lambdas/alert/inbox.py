"""What an invocation carries, as messages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trailkeeper.alerts.incoming import Content, read


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to handle; `id` is the SQS message id, "" when nothing can be handed back.

    `receipt` and `receives` are SQS's handle and how often the message has come so far, the first
    time at `first_came` (Unix seconds; None if nobody says). `body` is what was read.
    """

    id: str
    content: Content
    body: str
    receipt: str = ""
    receives: int = 1
    first_came: float | None = None


def messages(event: Any) -> Iterator[Message]:
    """The messages of an invocation by SQS, by SNS, or by EventBridge directly."""
    records = event.get("Records") if isinstance(event, Mapping) else None
    if not isinstance(records, list):
        yield message_of(json.dumps(event, default=str))
        return
    for record in records:
        if isinstance(record, Mapping) and isinstance(record.get("Sns"), Mapping):
            yield message_of(str(record["Sns"].get("Message", "")))
        elif isinstance(record, Mapping):
            yield _of_queue(record)


def message_of(body: str) -> Message:
    """What no queue brought."""
    return Message("", read(body), body)


def _of_queue(record: Mapping[str, Any]) -> Message:
    body = str(record.get("body", ""))
    receives = _attribute(record, "ApproximateReceiveCount")
    first_came = _attribute(record, "ApproximateFirstReceiveTimestamp")
    return Message(
        id=str(record.get("messageId", "")),
        content=read(body),
        body=body,
        receipt=str(record.get("receiptHandle", "")),
        receives=1 if receives is None else receives,
        first_came=None if first_came is None else first_came / 1000,
    )


def _attribute(record: Mapping[str, Any], name: str) -> int | None:
    """A number that SQS itself says of a message (SQS API reference, "ReceiveMessage")."""
    attributes = record.get("attributes")
    text = attributes.get(name) if isinstance(attributes, Mapping) else None
    return int(text) if isinstance(text, str) and text.isdecimal() else None
