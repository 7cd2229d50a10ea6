"""The alert function, its queue, and the topics it writes to."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks import rules
from stacks.alerts_key import AlertsKey
from stacks.chat import Chat
from stacks.functions import Package, handler_function
from stacks.inbox import Inbox
from stacks.rights import alert_rights
from stacks.roles import service_role
from stacks.settings import ChatChannel
from stacks.topics import Topics
from trailkeeper.detections.catalogue import RULES, instance_state_rule
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import ALERT_FUNCTION

TIMEOUT = Duration.seconds(60)


class Alerting(Construct):
    """From the inbox to people; alarms come by a topic, because CloudWatch knows no queues."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        baseline: Baseline,
        package: Package,
        environ: AlertEnviron,
        inbox: Inbox,
        emails: Iterable[str],
        chat_channel: ChatChannel | None,
    ) -> None:
        super().__init__(scope, id_)
        role = service_role(
            self,
            "Role",
            role_name=baseline.names.alert_role,
            description="Trailkeeper: the alert function",
            principal=iam.ServicePrincipal("lambda.amazonaws.com"),
            rights=alert_rights(environ),
            baseline=baseline,
        )
        key = AlertsKey(self, "AlertsKey", baseline=baseline)
        publish = key.let_publish(role, baseline=baseline)
        self.topics = Topics(self, "Topics", baseline=baseline, key=key.key, emails=emails)
        if chat_channel:
            Chat(self, "Chat", channel=chat_channel, key=key.key, partition=baseline.partition)
        self.function = handler_function(
            self,
            "Function",
            name=ALERT_FUNCTION,
            description="Trailkeeper: tells people what happened",
            handler="lambdas.alert.handler.handler",
            package=package,
            role=role,
            environment=environ.to_environ(),
            timeout=TIMEOUT,
            dead_letters=inbox.dead_letters,
            # The end of one window opens the next, as long as something happens in each.
            may_call_itself=True,
        )
        self.function.node.add_dependency(publish)
        self.function.add_event_source(
            event_sources.SqsEventSource(
                inbox.queue,
                batch_size=1000,
                # A batch over 10 needs a window; one second is hardly felt.
                max_batching_window=Duration.seconds(1),
                report_batch_item_failures=True,
            )
        )
        self.topics.alarms.add_subscription(
            subscriptions.LambdaSubscription(self.function, dead_letter_queue=inbox.dead_letters)
        )
        alerting = [rule for rule in RULES if rule.target == "alert"]
        self.rules: list[events.Rule] = [
            rules.to_queue(self, rule, queue=inbox.queue, dead_letters=inbox.dead_letters)
            for rule in (*alerting, instance_state_rule(environ.ec2_states))
        ]
