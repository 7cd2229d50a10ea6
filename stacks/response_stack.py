"""What may be rebuilt: the functions, what calls them, and how people are told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_cdk import Annotations, CfnOutput, Stack
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.alerting import Alerting
from stacks.billing import Billing
from stacks.deliveries import Deliveries
from stacks.deployment import tag
from stacks.environs import environs_of
from stacks.functions import Package
from stacks.healing import Healing
from stacks.inbox import Inbox
from stacks.log_stream import LogStream
from stacks.satellites import watches_charges
from stacks.settings import Settings
from stacks.state import State
from stacks.watch import Watch
from trailkeeper.alerts.console import Console
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import EVIDENCE_KEY_PARAMETER
from trailkeeper.evidence.regions import billing_region
from trailkeeper.guards import side_alarms
from trailkeeper.guards.sides import heal_side


class ResponseStack(Stack):
    """Healing and alerting.

    It knows the evidence by its names alone, so the two stacks can be deployed, changed and removed
    one without the other. Only the key's ARN has to be looked up, when the stack is deployed.
    """

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, **stack_options: Any
    ) -> None:
        super().__init__(
            scope,
            id_,
            description="Trailkeeper: heals the CloudTrail trail and tells people",
            termination_protection=settings.watcher,
            **stack_options,
        )
        key_arn = (
            ssm.StringParameter.value_for_string_parameter(self, EVIDENCE_KEY_PARAMETER)
            if settings.kms
            else None
        )
        heal, alert, variables = environs_of(self, settings, evidence_key_arn=key_arn)
        package = Package.of(self)
        side = heal_side(heal, alert)
        State(self, "State", record=side.table, policy=side.table_policy(heal.baseline))
        inbox = Inbox(self, "Inbox", side=side, baseline=heal.baseline)
        healing = Healing(
            self, "Healing", package=package, side=side, environ=heal, variables=variables
        )
        alerting = Alerting(
            self,
            "Alerting",
            side=side,
            baseline=heal.baseline,
            package=package,
            environ=alert,
            variables=variables,
            inbox=inbox,
            emails=settings.alert_emails,
            chat_channel=settings.amazon_q,
            encrypted=settings.alerts_key,
        )
        Watch(
            self,
            "Watch",
            records={each.name: each for each in side_alarms.of_response(heal, alert)},
            schedules=healing.schedules,
        )
        Watch(
            self,
            "Controls",
            records=dict(zip(heal.baseline.controls, side_alarms.of_controls(heal), strict=True)),
        )
        if settings.count_deliveries:
            Deliveries(
                self,
                "Deliveries",
                baseline=heal.baseline,
                package=package,
                side=side,
                variables=variables,
            )
        if settings.stream_log_group_to:
            stream = LogStream(self, "LogStream", baseline=heal.baseline)
            # So that the heal function already knows it when it hears of it.
            stream.node.add_dependency(healing)
        self._charges(settings, heal.baseline, alerting)
        tag(self, settings)

        if not settings.alert_emails:
            Annotations.of(self).add_warning_v2(
                "trailkeeper:no-alert-emails",
                "No alert_emails in the settings: nobody gets alerts by e-mail. Add addresses to "
                '"trailkeeper" in cdk.json, or -c trailkeeper:alert_emails=you@example.com',
            )
        for number, each in enumerate(settings.expected_actors):
            if each.is_over(datetime.now(UTC)):
                Annotations.of(self).add_warning_v2(
                    f"trailkeeper:expected-actor-over-{number}",
                    f"expected_actors[{number}]: its last day was {each.until}, so nothing that it "
                    "names is planned any more. Take it out, or give it a later day",
                )
        self._outputs(alerting)

    def _charges(self, settings: Settings, baseline: Baseline, alerting: Alerting) -> None:
        """The alarm on the charges, where they are known here."""
        region = billing_region(self.region) if watches_charges(settings) else None
        if region == self.region:
            Billing(
                self,
                "Billing",
                baseline=baseline,
                topic=alerting.topics.alarms,
                key=alerting.key,
                alarm_usd=settings.billing_alarm_usd,
                budget_usd=settings.monthly_budget_usd,
            )

    def _outputs(self, alerting: Alerting) -> None:
        topic = alerting.topics.alerts.topic_arn
        page = Console(self.region).topic("TOPIC").replace("TOPIC", topic)
        CfnOutput(self, "AlertsTopicArn", value=topic, description="Where people subscribe")
        CfnOutput(
            self,
            "SubscriptionsPage",
            value=page or topic,
            description="Shows who has confirmed the subscription",
        )
        CfnOutput(
            self,
            "NextCommand",
            value="trailkeeper status",
            description="Run this once the subscription is confirmed",
        )
