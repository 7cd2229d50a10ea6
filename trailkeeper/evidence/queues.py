"""The queues of Trailkeeper as they are deployed, and as the guard of the guard wants them."""

from __future__ import annotations

from dataclasses import dataclass

from trailkeeper.evidence.functions import ALERT
from trailkeeper.evidence.names import (
    ALERTS_DEAD_QUEUE,
    ALERTS_QUEUE,
    DELIVERIES_DEAD_QUEUE,
    HEAL_DEAD_QUEUE,
    WATCHER_DEAD_QUEUE,
    Names,
)

# As long as SQS can.
RETENTION_SECONDS = 14 * 24 * 3600
# Said, as whoever makes it smaller has alerts refused.
MAXIMUM_BYTES = 262_144
_DEFAULT_VISIBILITY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class QueueRecord:
    """One queue; what was received `receives` times goes to the queue named `dead_letters`."""

    name: str
    visibility_seconds: int = _DEFAULT_VISIBILITY_SECONDS
    dead_letters: str = ""
    receives: int = 0

    def attributes(self, names: Names) -> dict[str, object]:
        """The attributes that people set, without the policy, as SQS spells them."""
        redrive = {
            "deadLetterTargetArn": names.arn("sqs", self.dead_letters),
            "maxReceiveCount": self.receives,
        }
        return {
            "DelaySeconds": "0",
            "MaximumMessageSize": str(MAXIMUM_BYTES),
            "MessageRetentionPeriod": str(RETENTION_SECONDS),
            "ReceiveMessageWaitTimeSeconds": "0",
            "SqsManagedSseEnabled": "true",
            "VisibilityTimeout": str(self.visibility_seconds),
            **({"RedrivePolicy": redrive} if self.dead_letters else {}),
        }


# The visibility timeout is six times the function's and a bit more for the batching window (Lambda
# developer guide, "Using Lambda with Amazon SQS"). The sixth try comes ten minutes after the first.
ALERTS = QueueRecord(ALERTS_QUEUE, 6 * ALERT.seconds + 60, ALERTS_DEAD_QUEUE, 6)
ALERTS_DEAD = QueueRecord(ALERTS_DEAD_QUEUE)
DELIVERIES_DEAD = QueueRecord(DELIVERIES_DEAD_QUEUE)
HEAL_DEAD = QueueRecord(HEAL_DEAD_QUEUE)
WATCHER_DEAD = QueueRecord(WATCHER_DEAD_QUEUE)
