"""The alert function, its queue, and the topics it writes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from aws_cdk import Duration, Names
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks import rules
from stacks.alerts_key import AlertsKey
from stacks.chat import Chat
from stacks.functions import Package, handler_function
from stacks.inbox import Inbox
from stacks.roles import own_role
from stacks.settings import ChatChannel
from stacks.topics import Topics
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.evidence import roles
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.functions import ALERT
from trailkeeper.guards.guard_queue import BATCH_SIZE, WINDOW_SECONDS
from trailkeeper.guards.sides import Side, alert_rules
from trailkeeper.rights.roles import alert_rights, alerts_key_rights


class Alerting(Construct):
    """From the inbox to people; alarms fill it by a topic, because CloudWatch knows no queues."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        side: Side,
        baseline: Baseline,
        package: Package,
        environ: AlertEnviron,
        variables: Mapping[str, str],
        inbox: Inbox,
        emails: Iterable[str],
        chat_channel: ChatChannel | None,
        encrypted: bool,
    ) -> None:
        super().__init__(scope, id_)
        role = own_role(
            self,
            "Role",
            record=roles.ALERT,
            description="Trailkeeper: the alert function",
            rights=alert_rights(environ),
            later=alerts_key_rights("*") if encrypted else (),
            baseline=baseline,
        )
        alerts_key = AlertsKey(self, "AlertsKey", baseline=baseline) if encrypted else None
        self.key = alerts_key.key if alerts_key else None
        self.topics = Topics(
            self, "Topics", side=side, baseline=baseline, key=self.key, emails=emails
        )
        if chat_channel:
            Chat(self, "Chat", channel=chat_channel, key=self.key, side=side, baseline=baseline)
        self.handler = handler_function(
            self,
            "Function",
            record=ALERT,
            description="Trailkeeper: tells people what happened",
            package=package,
            role=role,
            environment=variables,
            dead_letters=inbox.dead_letters,
            # The end of one window opens the next, as long as something happens in each.
            may_call_itself=True,
        )
        if alerts_key:
            publish = alerts_key.let_publish(role, baseline=baseline)
            self.handler.function.node.add_dependency(publish)
        # In the function's scope, where it stood when it called the function itself: another
        # logical id would be a second mapping beside the first until the end of a deploy.
        mapping = lambda_.EventSourceMapping(
            self.handler.function,
            f"SqsEventSource:{Names.node_unique_id(inbox.queue.node)}",
            target=self.handler.live,
            event_source_arn=inbox.queue.queue_arn,
            batch_size=BATCH_SIZE,
            max_batching_window=Duration.seconds(WINDOW_SECONDS),
            report_batch_item_failures=True,
        )
        cast(
            "lambda_.CfnEventSourceMapping", mapping.node.default_child
        ).function_name = self.handler.live.function_arn
        self._hear_alarms(inbox)
        self.rules: list[events.Rule] = [
            rules.to_queue(self, rule, queue=inbox.queue, dead_letters=inbox.dead_letters)
            for rule in alert_rules(baseline, environ)
        ]

    def _hear_alarms(self, inbox: Inbox) -> None:
        """Subscribe the queue, as the alert function believes nothing that is not in it.

        The function runs its next version once that is done: an older one heard the topic itself.
        """
        subscription = sns.CfnSubscription(
            self,
            "AlarmsSubscription",
            topic_arn=self.topics.alarms.topic_arn,
            protocol="sqs",
            endpoint=inbox.queue.queue_arn,
            redrive_policy={"deadLetterTargetArn": inbox.dead_letters.queue_arn},
        )
        for queue in (inbox.queue, inbox.dead_letters):
            subscription.node.add_dependency(queue.node.find_child("Policy"))
        self.handler.live.node.add_dependency(subscription)
