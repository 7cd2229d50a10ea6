"""Guards the queues of the other side: that they are there, and who may fill and empty them."""

from __future__ import annotations

import json
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import canonical, canonical_policy
from trailkeeper.evidence.queues import QueueRecord
from trailkeeper.guards.each import WHOLE, Differing, of_each
from trailkeeper.guards.guard import Clients, Guard, reading
from trailkeeper.guards.sides import Side

NAME = "guard-queues"
_ABSENT = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})
_POLICIES = ("Policy", "RedrivePolicy", "RedriveAllowPolicy")


def guard(side: Side) -> Guard:
    """The guard of one side's queues."""
    records = {each.name: each for each in side.queues}

    def read(clients: Clients, baseline: Baseline, record: QueueRecord) -> Any:
        answer = reading(
            lambda: clients.sqs.get_queue_attributes(
                QueueUrl=side.queue_url(record.name), AttributeNames=["All"]
            ),
            _ABSENT,
        )
        if answer is None:
            return None
        kept = {*record.attributes(baseline.names), *_POLICIES, "KmsMasterKeyId"}
        found = {key: value for key, value in answer["Attributes"].items() if key in kept}
        return {key: json.loads(each) if key in _POLICIES else each for key, each in found.items()}

    def wanted(baseline: Baseline, record: QueueRecord) -> dict[str, Any]:
        policy = side.queue_policy(baseline, record.name)
        return {**record.attributes(baseline.names), "Policy": policy}

    def restore(
        clients: Clients, baseline: Baseline, record: QueueRecord, differing: Differing
    ) -> None:
        right = {
            key: json.dumps(each) if key in _POLICIES else str(each)
            for key, each in wanted(baseline, record).items()
        }
        if WHOLE in differing:
            clients.sqs.create_queue(QueueName=record.name, Attributes=right)
            return
        # An empty value takes an attribute away (SQS API reference, SetQueueAttributes).
        changed = {key: right.get(key, "") for key in differing}
        clients.sqs.set_queue_attributes(QueueUrl=side.queue_url(record.name), Attributes=changed)

    return Guard(
        name=NAME,
        documents=(
            of_each(
                "queues",
                records,
                read=read,
                wanted=wanted,
                reads=("sqs:GetQueueAttributes",),
                restore=restore,
                writes=("sqs:CreateQueue", "sqs:SetQueueAttributes"),
                canonical=_canonical,
            ),
        ),
        resource=lambda baseline: tuple(baseline.names.arn("sqs", each) for each in records),
        why="Compare the queues of the other side with what is deployed; restore them",
    )


def _canonical(document: Any) -> Any:
    redrive = document.get("RedrivePolicy") or {}
    return canonical(
        {
            **{key: str(value).lower() for key, value in document.items()},
            "Policy": canonical_policy(document.get("Policy")),
            # SQS answers the count as it was written, as a number or in quotes.
            "RedrivePolicy": {key: str(value) for key, value in redrive.items()},
        }
    )
