"""Sees who gets what the other side tells: topics, their subscribers, and filters that hide alerts.

People must confirm a subscription, and only they know whether a stranger was invited: this is told.
"""

from __future__ import annotations

from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.evidence.subscribers import PENDING
from trailkeeper.guards.guard import Clients, Document, Guard, reading
from trailkeeper.guards.guard_topics import sns_of
from trailkeeper.guards.sides import Side

NAME = "guard-people"
_PENDING = "PendingConfirmation"
_MISSING = frozenset({"NotFound", "NotFoundException"})
_ALL = "gets all"


def guard(side: Side) -> Guard:
    """The guard of the topics of a side that people are subscribed to."""
    expected = {topic: frozenset(each) for topic, each in side.subscribers.items()}
    records = {each.name: each for each in side.topics if each.name in expected}

    def read(clients: Clients, baseline: Baseline) -> Any:
        return {
            topic: _subscribers(clients, record.arn(baseline.names), expected[topic])
            for topic, record in records.items()
        }

    def desired(_: Baseline) -> Any:
        return {
            topic: {f"{protocol} {endpoint}": _ALL for protocol, endpoint in sorted(of_it)}
            for topic, of_it in expected.items()
        }

    return Guard(
        name=NAME,
        documents=(Document("subscribers", read, desired, ("sns:ListSubscriptionsByTopic",)),),
        resource=lambda baseline: tuple(each.arn(baseline.names) for each in records.values()),
        why="See whether those who should hear of the guard still do",
        also_needs=(
            Permission(
                ("sns:GetSubscriptionAttributes",),
                everything,
                "See whether a filter keeps alerts away; AWS knows no resource for this call",
            ),
        ),
    )


def _subscribers(
    clients: Clients, topic_arn: str, expected: frozenset[tuple[str, str]]
) -> dict[str, str] | None:
    """What each subscriber gets; None for a topic that is not there."""
    listed = subscriptions_of(clients, topic_arn)
    if listed is None:
        return None
    sns = sns_of(clients, topic_arn)
    return dict(_told(sns, each, expected) for each in listed)


def path_of(topic: str, subscriber: tuple[str, str]) -> str:
    """What a change of the guard calls a subscriber (protocol and endpoint) of a topic."""
    return ".".join((topic, " ".join(subscriber)))


def subscriptions_of(clients: Clients, topic_arn: str) -> list[dict[str, Any]] | None:
    """All subscriptions of a topic, as SNS lists them; None for a topic that is not there."""
    paginator = sns_of(clients, topic_arn).get_paginator("list_subscriptions_by_topic")
    pages = reading(lambda: list(paginator.paginate(TopicArn=topic_arn)), _MISSING)
    if pages is None:
        return None
    return [each for page in pages for each in page["Subscriptions"]]


def _told(
    sns: Any, subscription: dict[str, Any], expected: frozenset[tuple[str, str]]
) -> tuple[str, str]:
    protocol, endpoint = subscription["Protocol"], subscription["Endpoint"]
    key = f"{protocol} {endpoint}"
    if (protocol, endpoint) not in expected:
        return key, "gets all, is not of the settings"
    arn = subscription["SubscriptionArn"]
    if arn == _PENDING:
        return key, PENDING
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    policy = attributes.get("FilterPolicy", "").strip()
    return key, _ALL if policy in {"", "{}"} else f"gets only what matches {policy}"
