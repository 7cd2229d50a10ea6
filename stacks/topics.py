"""The topics that carry alerts to people, to the queue of alerts and to chat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.findings import acknowledge
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import ALARMS_TOPIC, ALERTS_TOPIC
from trailkeeper.guards.sides import Side


class Topics(Construct):
    """`alerts` reaches people; `alarms` fills the queue, for the alert function to put in words."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        side: Side,
        baseline: Baseline,
        key: kms.IKey | None,
        emails: Iterable[str],
    ) -> None:
        super().__init__(scope, id_)
        self.alerts, self.alarms = (
            guarded_topic(self, id_, name=name, key=key, policy=side.topic_policy(baseline, name))
            for id_, name in (("Alerts", ALERTS_TOPIC), ("Alarms", ALARMS_TOPIC))
        )
        for email in emails:
            self.alerts.add_subscription(subscriptions.EmailSubscription(email))


def guarded_topic(
    scope: Construct, id_: str, *, name: str, key: kms.IKey | None, policy: Mapping[str, Any]
) -> sns.Topic:
    """A topic with this policy, encrypted if there is a key."""
    topic = sns.Topic(scope, id_, topic_name=name, master_key=key, enforce_ssl=True)
    # In place of what CDK adds; the policy is the guard's.
    made = topic.node.find_child("Policy").node.default_child
    cast("sns.CfnTopicPolicy", made).policy_document = policy
    return topic


def last_resort_topic(
    scope: Construct, *, name: str, policy: Mapping[str, Any], emails: Iterable[str]
) -> sns.Topic:
    """A topic without a customer key: nobody can make it mute by disabling one."""
    topic = guarded_topic(scope, "LastResort", name=name, key=None, policy=policy)
    for email in emails:
        topic.add_subscription(subscriptions.EmailSubscription(email))
    acknowledge(
        topic,
        "AwsSolutions-SNS2",
        "A key that somebody disables would make the last way to people mute.",
    )
    return topic
