"""Guards that the queue of alerts gets all that alarms and budgets tell their topics.

Who else is subscribed to these topics is told: only people know whom they invited.
"""

from __future__ import annotations

import json
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.names import ALERTS_DEAD_QUEUE
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.guards.guard import AWS_ERRORS, Clients, Document, Guard, reading
from trailkeeper.guards.guard_people import subscriptions_of
from trailkeeper.guards.guard_topics import sns_of
from trailkeeper.guards.sides import Side, TopicRecord

NAME = "guard-feeds"
_MISSING = frozenset({"NotFound", "NotFoundException"})
# What takes a filter away (SNS developer guide, "Removing a subscription filter policy").
_NO_FILTER = "{}"


def guard(side: Side) -> Guard:
    """The guard of the subscriptions that feed the queue of one side."""
    records = {each.name: each for each in side.feeding}

    def read(clients: Clients, baseline: Baseline) -> Any:
        found: dict[str, Any] = {}
        for name, record in records.items():
            queue, others = _subscribed(clients, record, baseline)
            gets = _attributes(clients, record, baseline, queue) if queue else None
            found |= {name: gets, _others(name): others}
        return found

    def wanted(baseline: Baseline) -> Any:
        return {
            field: value
            for name, record in records.items()
            for field, value in ((name, _wanted(record, baseline)), (_others(name), ""))
        }

    def restore(clients: Clients, baseline: Baseline, drift: Drift) -> None:
        failed: Exception | None = None
        for name, record in records.items():
            if name not in drift.fields:
                continue
            try:
                _restore(clients, record, baseline)
            except AWS_ERRORS as error:
                failed = failed or error
        if failed is not None:
            raise failed

    def arns(baseline: Baseline) -> tuple[str, ...]:
        return tuple(each.arn(baseline.names) for each in records.values())

    return Guard(
        name=NAME,
        documents=(
            Document(
                "subscriptions",
                read,
                wanted,
                ("sns:ListSubscriptionsByTopic",),
                restore,
                heals=frozenset(records),
            ),
        ),
        resource=arns,
        why="See whether the queue of alerts gets what alarms and budgets tell, and who else does",
        also_needs=(
            Permission(
                ("sns:Subscribe",),
                arns,
                "Subscribe the queue of alerts again, and nothing else",
                lambda baseline: {
                    "StringEquals": {
                        "sns:Protocol": "sqs",
                        "sns:Endpoint": baseline.names.alerts_queue_arn,
                    }
                },
            ),
            Permission(
                ("sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes"),
                everything,
                "See whether a filter keeps alarms away from the queue, and take it off; AWS knows "
                "no resource for these calls",
            ),
        ),
    )


def _others(topic: str) -> str:
    return f"others on {topic}"


def _wanted(record: TopicRecord, baseline: Baseline) -> dict[str, Any]:
    """In an envelope of SNS, by which the function knows what an alarm can say and what not.

    What cannot be handed over is kept in a queue of the topic's own region (SNS developer guide,
    "Amazon SNS dead-letter queues"), so that another region's has none.
    """
    dead = {"deadLetterTargetArn": baseline.names.arn("sqs", ALERTS_DEAD_QUEUE)}
    return {"RawMessageDelivery": "false", **({} if record.region else {"RedrivePolicy": dead})}


def _subscribed(
    clients: Clients, record: TopicRecord, baseline: Baseline
) -> tuple[str | None, str]:
    """The ARN of the queue's subscription, None if it has none, and who else is subscribed."""
    listed = subscriptions_of(clients, record.arn(baseline.names)) or ()
    by_subscriber = {f"{s['Protocol']} {s['Endpoint']}": s["SubscriptionArn"] for s in listed}
    ours = by_subscriber.pop(f"sqs {baseline.names.alerts_queue_arn}", None)
    return ours, ", ".join(sorted(by_subscriber))


def _attributes(
    clients: Clients, record: TopicRecord, baseline: Baseline, subscription: str
) -> dict[str, Any] | None:
    """What decides what the queue gets; None if the subscription went meanwhile."""
    sns = sns_of(clients, record.arn(baseline.names))
    answer = reading(
        lambda: sns.get_subscription_attributes(SubscriptionArn=subscription), _MISSING
    )
    if answer is None:
        return None
    said = answer["Attributes"]
    found: dict[str, Any] = {"RawMessageDelivery": said.get("RawMessageDelivery", "false")}
    if (policy := said.get("FilterPolicy", "").strip()) not in {"", _NO_FILTER}:
        found["FilterPolicy"] = policy
    if "RedrivePolicy" in _wanted(record, baseline):
        found["RedrivePolicy"] = json.loads(said.get("RedrivePolicy") or "{}")
    return found


def _restore(clients: Clients, record: TopicRecord, baseline: Baseline) -> None:
    topic, wanted = record.arn(baseline.names), _wanted(record, baseline)
    sns = sns_of(clients, topic)
    spelled = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in wanted.items()
    }
    subscription, _ = _subscribed(clients, record, baseline)
    if subscription is None:
        sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=baseline.names.alerts_queue_arn,
            Attributes=spelled,
        )
        return
    found = _attributes(clients, record, baseline, subscription) or {}
    for name in sorted({*found, *wanted}):
        if found.get(name) != wanted.get(name):
            sns.set_subscription_attributes(
                SubscriptionArn=subscription,
                AttributeName=name,
                AttributeValue=spelled.get(name, _NO_FILTER),
            )
