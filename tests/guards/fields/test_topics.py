"""Every field by which a topic could reach nobody, or somebody else, is seen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE
from tests.guarded import GUARDS, NAMES, SIDE, WATCHER_SIDE
from tests.guards.fields.compared import THEIR_KEY, gone, seen
from tests.recorded import Recorded
from trailkeeper.evidence.drift import Change, Drift
from trailkeeper.guards import guard_people
from trailkeeper.guards.sides import TopicRecord


class Topic:
    """A topic with one subscriber, and the filter of that."""

    def __init__(self, endpoint: str, arn: str, policy: str | None) -> None:
        subscription = {"Protocol": "email", "Endpoint": endpoint, "SubscriptionArn": arn}
        self._pages = [{"Subscriptions": [subscription]}]
        self._attributes = {} if policy is None else {"FilterPolicy": policy}

    def get_paginator(self, _: str) -> Any:
        return SimpleNamespace(paginate=lambda **_: self._pages)

    def get_subscription_attributes(self, *, SubscriptionArn: str) -> Any:
        return {"Attributes": self._attributes}


@pytest.mark.parametrize(
    ("endpoint", "arn", "policy", "said"),
    [
        ("a@example.com", "arn:1", None, None),
        ("a@example.com", "arn:1", "", None),
        ("a@example.com", "arn:1", " {} ", None),
        ("a@example.com", "arn:1", '{"a": 1}', 'gets only what matches {"a": 1}'),
        ("a@example.com", "PendingConfirmation", None, "has not confirmed"),
        ("b@example.com", "arn:1", None, "gets all, is not of the settings"),
    ],
)
def test_what_a_subscriber_gets(
    endpoint: str, arn: str, policy: str | None, said: str | None
) -> None:
    guard = guard_people.guard(
        replace(
            WATCHER_SIDE,
            topics=(TopicRecord("topic", encrypted=False),),
            subscribers={"topic": (("email", "a@example.com"),)},
        )
    )
    clients: Any = SimpleNamespace(sns_in=lambda region: Topic(endpoint, arn, policy))

    found = guard.compare(guard.documents[0], clients, BASELINE)

    if said is None:
        assert found is None
    else:
        assert isinstance(found, Drift)
        wanted = "-" if endpoint == "b@example.com" else "gets all"
        assert Change(f"topic.email {endpoint}", said, wanted) in found.changes


KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
MADE = {
    "DescribeStackResource": {
        "StackResourceDetail": {
            "LogicalResourceId": "AlertingAlertsKeyF63E7A37",
            "PhysicalResourceId": KEY_ID,
            "ResourceStatus": "CREATE_COMPLETE",
            "ResourceType": "AWS::KMS::Key",
            "LastUpdatedTimestamp": "2026-11-20T00:00:00Z",
        }
    }
}


@pytest.mark.parametrize(
    ("changed", "differs"),
    [
        ({}, []),
        ({"KmsMasterKeyId": KEY_ID}, []),
        ({"KmsMasterKeyId": "alias/trailkeeper-alerts"}, []),
        ({"DisplayName": "words", "SubscriptionsConfirmed": "7"}, []),
        (
            {"KmsMasterKeyId": THEIR_KEY},
            [("trailkeeper-alarms.KmsMasterKeyId", THEIR_KEY)],
        ),
        ({"KmsMasterKeyId": ""}, [("trailkeeper-alarms.KmsMasterKeyId", "-")]),
        (
            {"Policy": '{"Version": "2012-10-17", "Statement": []}'},
            [("trailkeeper-alarms.Policy.Statement", "-")],
        ),
    ],
)
def test_a_topic_differs_in_its_key_and_in_who_may_publish(
    changed: dict[str, str], differs: list[tuple[str, str]]
) -> None:
    def answer(asked: Mapping[str, Any]) -> Any:
        name = asked["TopicArn"].rpartition(":")[2]
        right = {
            "Policy": json.dumps(SIDE.topic_policy(BASELINE, name)),
            "KmsMasterKeyId": f"arn:aws:kms:us-east-1:{NAMES.account}:key/{KEY_ID}",
        }
        return {"Attributes": {**right, **(changed if name == "trailkeeper-alarms" else {})}}

    found = seen(Recorded({**MADE, "GetTopicAttributes": answer}), "guard-topics.topics")

    assert found == differs


def test_a_topic_without_a_key_differs_in_one_and_no_key_of_ours_is_asked_for() -> None:
    """The heal function has no right to see what a stack made of the other side's."""

    def answer(asked: Mapping[str, Any]) -> Any:
        policy = WATCHER_SIDE.topic_policy(BASELINE, asked["TopicArn"].rpartition(":")[2])
        return {"Attributes": {"Policy": json.dumps(policy), "KmsMasterKeyId": THEIR_KEY}}

    (guard,) = (each for each in GUARDS["watcher side"] if each.name == "guard-topics")
    clients = Recorded({"GetTopicAttributes": answer, "DescribeStackResource": "AccessDenied"})

    found = guard.compare(guard.documents[0], clients, BASELINE)

    assert isinstance(found, Drift), found
    assert {(each.path, each.before) for each in found.changes} == {
        ("trailkeeper-last-resort.KmsMasterKeyId", THEIR_KEY),
        ("trailkeeper-last-resort-elsewhere.KmsMasterKeyId", THEIR_KEY),
    }


NO_TOPIC = ("NotFound", "NotFoundException")


@pytest.mark.parametrize("code", NO_TOPIC)
def test_topics_that_are_gone_are_seen_however_sns_says_it(code: str) -> None:
    clients = gone("sns", code)

    topics = dict(seen(clients, "guard-topics.topics"))
    assert topics == {each.name: "-" for each in SIDE.topics}
    assert seen(clients, "guard-feeds.subscriptions") == [("trailkeeper-alarms", "-")]
    assert seen(clients, "guard-people.subscribers") == [("trailkeeper-alerts", "-")]


@pytest.mark.parametrize("code", NO_TOPIC)
def test_a_subscription_that_went_meanwhile_is_seen(code: str) -> None:
    ours = {
        "Protocol": "sqs",
        "Endpoint": NAMES.alerts_queue_arn,
        "SubscriptionArn": f"{NAMES.alarms_topic_arn}:1",
    }
    answers = {
        "ListSubscriptionsByTopic": {"Subscriptions": [ours]},
        "GetSubscriptionAttributes": code,
    }

    assert seen(Recorded(answers), "guard-feeds.subscriptions") == [("trailkeeper-alarms", "-")]
