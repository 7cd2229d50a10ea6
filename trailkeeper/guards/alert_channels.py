"""Watches the way alerts take to people: an address that gets none is told through the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from trailkeeper.alerts import subscriptions
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.subscriptions import Subscription
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.guards.guard import Clients


def observe(clients: Clients, baseline: Baseline) -> tuple[Subscription, ...]:
    """The subscriptions of the alerts topic, with their filters.

    Raises:
        ClientError, BotoCoreError: AWS refused a call, or could not be reached.
    """
    paginator = clients.sns.get_paginator("list_subscriptions_by_topic")
    found = []
    for page in paginator.paginate(TopicArn=baseline.names.alerts_topic_arn):
        for each in page.get("Subscriptions", []):
            listed = Subscription(each["Protocol"], each["Endpoint"], each["SubscriptionArn"])
            found.append(_with_filter(clients, listed))
    return tuple(found)


def troubles(clients: Clients, baseline: Baseline, emails: Iterable[str]) -> tuple[Alert, ...]:
    """An alert for each of the addresses that gets no alerts, or not all of them.

    Raises:
        ClientError, BotoCoreError: AWS refused a call, or could not be reached.
    """
    expected = tuple(emails)
    if not expected:
        return ()
    return subscriptions.alerts(
        expected,
        observe(clients, baseline),
        topic_arn=baseline.names.alerts_topic_arn,
        account=baseline.account,
        region=baseline.region,
    )


def _with_filter(clients: Clients, subscription: Subscription) -> Subscription:
    if not subscription.confirmed or subscription.protocol not in {"email", "email-json"}:
        return subscription
    answer = clients.sns.get_subscription_attributes(SubscriptionArn=subscription.arn)
    attributes = answer["Attributes"]
    # An empty policy lets everything through.
    policy = attributes.get("FilterPolicy", "")
    return replace(subscription, filter_policy="" if policy.strip() in ("", "{}") else policy)


PERMISSIONS = (
    Permission(
        ("sns:ListSubscriptionsByTopic",),
        lambda baseline: baseline.names.alerts_topic_arn,
        "See whether the people who should get alerts still do",
    ),
    Permission(
        ("sns:GetSubscriptionAttributes",),
        everything,
        "See whether a filter keeps alerts away; AWS knows no resource for this call",
    ),
)
