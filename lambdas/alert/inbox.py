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

    `receipt` and `receives` are SQS's handle and how often the message has come so far.
    """

    id: str
    content: Content
    receipt: str = ""
    receives: int = 1


def messages(event: Any) -> Iterator[Message]:
    """The messages of an invocation by SQS, by SNS, or by EventBridge directly."""
    records = event.get("Records") if isinstance(event, Mapping) else None
    if not isinstance(records, list):
        yield Message("", read(json.dumps(event, default=str)))
        return
    for record in records:
        if isinstance(record, Mapping) and isinstance(record.get("Sns"), Mapping):
            yield Message("", read(str(record["Sns"].get("Message", ""))))
        elif isinstance(record, Mapping):
            yield Message(
                str(record.get("messageId", "")),
                read(str(record.get("body", ""))),
                str(record.get("receiptHandle", "")),
                _receives(record.get("attributes")),
            )


def _receives(attributes: Any) -> int:
    count = attributes.get("ApproximateReceiveCount") if isinstance(attributes, Mapping) else None
    return int(count) if isinstance(count, str) and count.isdecimal() else 1
