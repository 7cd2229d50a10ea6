"""What the alert function is asked about what functions gave up, and what it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from trailkeeper.evidence.names import DELIVERIES_DEAD_QUEUE, HEAL_DEAD_QUEUE, WATCHER_DEAD_QUEUE
from trailkeeper.wire.typed import dump, load

REDRIVE, SHOW = "redrive", "dead-letters"
"""The commands: tell the dead alerts again; show, or remove, what another function gave up."""

QUEUES: Mapping[str, str] = {
    "heal": HEAL_DEAD_QUEUE,
    "deliveries": DELIVERIES_DEAD_QUEUE,
    "watcher": WATCHER_DEAD_QUEUE,
}
"""The queue of each function whose dead letters are shown."""

SPARED = timedelta(minutes=20)
"""Younger dead letters are not removed, so that the alarm about them goes off before.

SQS tells CloudWatch of a queue that nobody used for a while with a delay of up to a quarter of an
hour (SQS developer guide, "Monitoring queues using CloudWatch"), and the alarm looks at 5 minutes.
"""

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Redriven:
    """How many dead alerts were told or said nothing new, and how many stay as nobody took them.

    `more`: there are others, which it did not come to.
    """

    told: int
    kept: int
    more: bool


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One thing that was given up: when, what it was about, and why; the words are untrusted."""

    when: datetime
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Dead letters, the oldest first; how many were removed, and how many were too young for it.

    `more`: there are others.
    """

    letters: tuple[DeadLetter, ...]
    removed: int
    spared: int
    more: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a command; `refused` says in a sentence why nothing did."""

    refused: str = ""
    redriven: Redriven | None = None
    shown: Shown | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data, for Lambda's answer."""
        plain: dict[str, Any] = dump(self)
        return plain

    @classmethod
    def from_json(cls, raw: Any) -> Answer:
        """Read what `to_json` made.

        Raises:
            MalformedError: it was made by another version.
        """
        return load(cls, raw)


def letter_of(message: Mapping[str, Any]) -> DeadLetter:
    """What a message of a dead-letter queue says, as SQS gives it; whatever it holds is read."""
    body = document_of(message)
    event, why = body, _delivery_error(message)
    if "requestPayload" in body:  # Lambda's on-failure destination
        event = _mapping(body["requestPayload"])
        error = _mapping(body.get("responsePayload"))
        condition = _mapping(body.get("requestContext")).get("condition", "")
        why = str(error.get("errorMessage") or condition or why)
    return DeadLetter(sent_at(message), _what(event)[:_LONGEST], why[:_LONGEST])


def sent_at(message: Mapping[str, Any]) -> datetime:
    """When a message was sent, as SQS says."""
    return datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)


def document_of(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body of a message; empty if it is no JSON object."""
    try:
        return _mapping(json.loads(message["Body"]))
    except (ValueError, RecursionError):
        return {}


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


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
