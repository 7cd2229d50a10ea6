"""The topics that carry alerts to people, to the alert function and to chat."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import ALARMS_TOPIC, ALERTS_TOPIC
from trailkeeper.guards.side_documents import our_alarms


class Topics(Construct):
    """`alerts` reaches people; `alarms` reaches the alert function, which puts them in words."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        baseline: Baseline,
        key: kms.IKey | None,
        emails: Iterable[str],
    ) -> None:
        super().__init__(scope, id_)
        self.alerts = tls_topic(self, "Alerts", name=ALERTS_TOPIC, key=key)
        self.alarms = tls_topic(self, "Alarms", name=ALARMS_TOPIC, key=key)
        for topic in (self.alerts, self.alarms):
            let_alarms_publish(topic, baseline)
        for email in emails:
            self.alerts.add_subscription(subscriptions.EmailSubscription(email))


def tls_topic(scope: Construct, id_: str, *, name: str, key: kms.IKey | None) -> sns.Topic:
    """A topic that takes messages over TLS only, encrypted if there is a key."""
    return sns.Topic(scope, id_, topic_name=name, master_key=key, enforce_ssl=True)


def let_alarms_publish(topic: sns.Topic, baseline: Baseline) -> None:
    """Let Trailkeeper's own alarms of the baseline's region publish."""
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            sid="AlarmsPublish",
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions=our_alarms(baseline),
        )
    )
