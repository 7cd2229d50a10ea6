"""Alerts in a Slack channel through Amazon Q Developer in chat applications."""

from __future__ import annotations

from aws_cdk import aws_chatbot as chatbot
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.settings import ChatChannel
from stacks.topics import guarded_topic
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import CHAT_TOPIC
from trailkeeper.guards.sides import Side


class Chat(Construct):
    """A channel that can read alerts and do nothing.

    It has a topic of its own, because Amazon Q drops every message that is not in its schema.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        channel: ChatChannel,
        key: kms.IKey | None,
        side: Side,
        baseline: Baseline,
    ) -> None:
        super().__init__(scope, id_)
        self.topic: sns.Topic = guarded_topic(
            self, "Topic", name=CHAT_TOPIC, key=key, policy=side.topic_policy(baseline, CHAT_TOPIC)
        )
        role = iam.Role(
            self,
            "Role",
            description="Trailkeeper: the Slack channel; no rights, it only gets messages",
            assumed_by=iam.ServicePrincipal("chatbot.amazonaws.com"),
        )
        chatbot.CfnSlackChannelConfiguration(
            self,
            "Channel",
            configuration_name=CHAT_TOPIC,
            slack_workspace_id=channel.workspace_id,
            slack_channel_id=channel.channel_id,
            iam_role_arn=role.role_arn,
            # Left out, it would be AdministratorAccess.
            guardrail_policies=[
                f"arn:{baseline.partition}:iam::aws:policy/CloudWatchReadOnlyAccess"
            ],
            sns_topic_arns=[self.topic.topic_arn],
            logging_level="ERROR",
        )
