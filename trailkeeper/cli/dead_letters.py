"""Shows, and empties, what a function had to give up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from trailkeeper.cli.queues import take_all
from trailkeeper.evidence.names import DELIVERIES_DEAD_QUEUE, HEAL_DEAD_QUEUE
from trailkeeper.rendering.untrusted import clean

# Shown messages are hidden from the next look for so long, as they are when nobody drains them.
_LOOK_SECONDS = 5
_DRAIN_SECONDS = 300
_WAIT_SECONDS = 2
_LONGEST = 300


QUEUES = {"heal": HEAL_DEAD_QUEUE, "deliveries": DELIVERIES_DEAD_QUEUE}
"""The queue of each function whose dead letters are read here."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One thing that was given up: when, what it was about, and why."""

    when: datetime
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.when:%Y-%m-%d %H:%M:%S} UTC  {self.what}: {self.why}"


def dead_letters(sqs: Any, *, drain: bool, queue: str) -> Iterator[DeadLetter]:
    """What the queue holds, oldest first; with `drain` each is removed once it was given.

    `sqs` is an SQS client.

    Raises:
        ClientError: the queue is not there or may not be used.
    """
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    hidden = _DRAIN_SECONDS if drain else _LOOK_SECONDS
    for message in take_all(sqs, url, hidden_seconds=hidden, wait_seconds=_WAIT_SECONDS):
        yield _read(message)
        if drain:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def _read(message: Mapping[str, Any]) -> DeadLetter:
    when = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    body = _object(message["Body"])
    event, why = body, _delivery_error(message)
    if "requestPayload" in body:  # Lambda's on-failure destination
        event = _mapping(body["requestPayload"])
        error = _mapping(body.get("responsePayload"))
        condition = _mapping(body.get("requestContext")).get("condition", "")
        why = str(error.get("errorMessage") or condition or why)
    return DeadLetter(when, clean(_what(event), _LONGEST), clean(why, _LONGEST))


def _what(event: Mapping[str, Any]) -> str:
    """What asked the function to look."""
    detail = _mapping(event.get("detail"))
    if file := _mapping(detail.get("object")).get("key"):
        return str(file)
    if "eventName" in detail:
        return f"{detail.get('eventSource', '')}: {detail['eventName']}"
    return str(event.get("detail-type") or "something unreadable")


def _delivery_error(message: Mapping[str, Any]) -> str:
    """Why EventBridge or the scheduler could not hand it over, as they write it."""
    attributes = _mapping(message.get("MessageAttributes"))
    words = (
        _mapping(attributes.get(name)).get("StringValue")
        for name in ("ERROR_CODE", "ERROR_MESSAGE")
    )
    return ": ".join(str(word) for word in words if word) or "no reason was given"


def _object(text: str) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(text))
    except ValueError:
        return {}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
