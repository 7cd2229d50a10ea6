"""The guard of the alert channels, against SNS."""

from __future__ import annotations

import json
from types import SimpleNamespace

from tests.deployed_evidence import BASELINE
from tests.lambdas.alert.conftest import Account
from trailkeeper.guards import alert_channels


def test_observe_and_tell(account: Account) -> None:
    sns, topic = account.clients.sns, account.environ.topic_arn
    assert topic == BASELINE.names.alerts_topic_arn
    for address in ("fine@example.com", "filtered@example.com", "open@example.com"):
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        policies = {"filtered@example.com": {"severity": ["none"]}, "open@example.com": {}}
        if each["Endpoint"] in policies:
            sns.set_subscription_attributes(
                SubscriptionArn=each["SubscriptionArn"],
                AttributeName="FilterPolicy",
                AttributeValue=json.dumps(policies[each["Endpoint"]]),
            )
    expected = ("fine@example.com", "filtered@example.com", "open@example.com", "gone@example.com")
    told = alert_channels.troubles(SimpleNamespace(sns=sns), BASELINE, expected)  # type: ignore[arg-type]
    assert [each.dedup_key for each in told] == [
        "subscription-silent/filtered/filtered@example.com",
        "subscription-silent/missing/gone@example.com",
    ]


def test_nobody_expected_nothing_asked() -> None:
    assert alert_channels.troubles(SimpleNamespace(sns=None), BASELINE, ()) == ()  # type: ignore[arg-type]
