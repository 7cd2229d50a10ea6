"""SQS: how many messages wait in each queue."""

from __future__ import annotations

import time
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


def depths() -> Iterator[QueueDepth]:
    """The depth of every queue of every account and region."""
    now = time.time()
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
            oldest_age=int(now - min(sent)) if sent else 0,
        )
