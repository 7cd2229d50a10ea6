"""SQS: how many messages wait in each queue, and since when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ministack.services import sqs

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.sqs:_queues",
    "ministack.services.sqs:_refresh_counts(q)",
)


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
