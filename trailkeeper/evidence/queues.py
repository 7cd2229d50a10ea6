"""The queues of Trailkeeper as they are deployed, and as the guard of the guard wants them."""

from __future__ import annotations

from dataclasses import dataclass

from trailkeeper.evidence import roles
from trailkeeper.evidence.functions import ALERT
from trailkeeper.evidence.names import (
    ALERTS_DEAD_QUEUE,
    ALERTS_QUEUE,
    DELIVERIES_DEAD_QUEUE,
    HEAL_DEAD_QUEUE,
    WATCHER_DEAD_QUEUE,
    Names,
)
from trailkeeper.evidence.roles import RoleRecord

# As long as SQS can.
RETENTION_SECONDS = 14 * 24 * 3600
# Said, as whoever makes it smaller has alerts refused.
MAXIMUM_BYTES = 262_144
_DEFAULT_VISIBILITY_SECONDS = 30
# How often a message is tried before it is a dead letter. The sixth try comes ten minutes after the
# first.
RECEIVES = 6


@dataclass(frozen=True, slots=True)
class QueueRecord:
    """One queue; what was received `RECEIVES` times goes to the queue named `dead_letters`.

    `writers` are the roles that send to it, beside services of AWS that act for themselves.
    `source` names the queue whose dead letters it keeps: SQS moves those without asking a policy,
    so no other queue may name it.
    """

    name: str
    writers: tuple[RoleRecord, ...]
    visibility_seconds: int = _DEFAULT_VISIBILITY_SECONDS
    dead_letters: str = ""
    source: str = ""

    def attributes(self, names: Names) -> dict[str, object]:
        """The attributes that people set, without the policy, as SQS spells them."""
        redrive = {
            "deadLetterTargetArn": names.arn("sqs", self.dead_letters),
            "maxReceiveCount": RECEIVES,
        }
        return {
            "DelaySeconds": "0",
            "MaximumMessageSize": str(MAXIMUM_BYTES),
            "MessageRetentionPeriod": str(RETENTION_SECONDS),
            "ReceiveMessageWaitTimeSeconds": "0",
            "RedriveAllowPolicy": self.redrive_allow_policy(names),
            "SqsManagedSseEnabled": "true",
            "VisibilityTimeout": str(self.visibility_seconds),
            **({"RedrivePolicy": redrive} if self.dead_letters else {}),
        }

    def redrive_allow_policy(self, names: Names) -> dict[str, object]:
        """Which queues may leave their dead letters here (SQS API reference, same name)."""
        if not self.source:
            return {"redrivePermission": "denyAll"}
        return {
            "redrivePermission": "byQueue",
            "sourceQueueArns": [names.arn("sqs", self.source)],
        }


# The visibility timeout is six times the function's and a bit more for the batching window (Lambda
# developer guide, "Using Lambda with Amazon SQS").
ALERTS = QueueRecord(
    ALERTS_QUEUE,
    (roles.HEAL, roles.ALERT, roles.DELIVERIES),
    visibility_seconds=6 * ALERT.seconds + 60,
    dead_letters=ALERTS_DEAD_QUEUE,
)
# Lambda writes what a function gave up as the function's role, Scheduler as the schedule's.
ALERTS_DEAD = QueueRecord(ALERTS_DEAD_QUEUE, (roles.ALERT,), source=ALERTS_QUEUE)
DELIVERIES_DEAD = QueueRecord(DELIVERIES_DEAD_QUEUE, (roles.DELIVERIES,))
HEAL_DEAD = QueueRecord(HEAL_DEAD_QUEUE, (roles.HEAL, roles.SCHEDULE))
WATCHER_DEAD = QueueRecord(WATCHER_DEAD_QUEUE, (roles.WATCHER, roles.WATCH_SCHEDULE))
