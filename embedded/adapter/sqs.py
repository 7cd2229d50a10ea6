"""SQS: how many messages wait in each queue, since when, and which queues may leave some in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ministack.services import sqs

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.sqs:_dlq_sweep(q)",
    "ministack.services.sqs:_queue_by_arn(arn)",
    "ministack.services.sqs:_queue_name_to_url",
    "ministack.services.sqs:_queues",
    "ministack.services.sqs:_refresh_counts(q)",
)


def install() -> None:
    """Move no message to the dead letters of a queue that does not let its source use it."""
    sweep = sqs._dlq_sweep

    def swept(queue: dict[str, Any]) -> None:
        redrive = json.loads(queue["attributes"].get("RedrivePolicy") or "{}")
        dead_letters = sqs._queue_by_arn(redrive.get("deadLetterTargetArn", ""))
        if dead_letters is None or _takes_from(dead_letters, queue["attributes"]["QueueArn"]):
            sweep(queue)

    sqs._dlq_sweep = swept


def _takes_from(dead_letters: dict[str, Any], source_arn: str) -> bool:
    """What the queue's RedriveAllowPolicy says (SQS API reference, "SetQueueAttributes")."""
    allowed = json.loads(dead_letters["attributes"].get("RedriveAllowPolicy") or "{}")
    match allowed.get("redrivePermission", "allowAll"):
        case "denyAll":
            return False
        case "byQueue":
            return source_arn in allowed.get("sourceQueueArns", [])
    return True


@dataclass(frozen=True, kw_only=True)
class QueueDepth:
    """One queue's messages by what can be done with them; age of the oldest in seconds."""

    account: str
    region: str
    name: str
    visible: int
    in_flight: int
    delayed: int
    oldest_age: int


def depths(now: float) -> Iterator[QueueDepth]:
    """The depth of every queue of every account and region, its age at a time since 1970."""
    for (account, region, _), queue in sqs._queues.all_items():
        sqs._refresh_counts(queue)
        attributes = queue["attributes"]
        sent = [message["sent_at"] for message in list(queue["messages"])]
        yield QueueDepth(
            account=account,
            region=region,
            name=queue["name"],
            visible=int(attributes["ApproximateNumberOfMessages"]),
            in_flight=int(attributes["ApproximateNumberOfMessagesNotVisible"]),
            delayed=int(attributes["ApproximateNumberOfMessagesDelayed"]),
            oldest_age=max(0, int(now - min(sent))) if sent else 0,
        )


def empty(name: str) -> bool:
    """Take every message out of a queue of the current scope, hidden ones too; is there one?"""
    url = sqs._queue_name_to_url.get(name)
    if url is None:
        return False
    sqs._queues[url]["messages"] = []
    return True


def shift(seconds: float, *fields: str) -> None:
    """Move these times of every message (`sent_at`, `visible_at`) by so many seconds."""
    for _, queue in sqs._queues.all_items():
        for message in list(queue["messages"]):
            for field in fields:
                message[field] += seconds


def let_delays_pass(seconds: float) -> None:
    """Let so much of the delay be over of every message that nobody could receive yet."""
    for _, queue in sqs._queues.all_items():
        for message in list(queue["messages"]):
            if not message["receive_count"]:
                message["visible_at"] -= seconds
