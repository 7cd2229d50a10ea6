"""What may be rebuilt: the functions, what calls them, and how people are told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_cdk import Annotations, CfnOutput, Stack
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.alerting import TIMEOUT, Alerting
from stacks.billing import Billing
from stacks.control_alarms import ControlAlarms
from stacks.deliveries import Deliveries
from stacks.deployment import baseline_of, tag
from stacks.functions import Package
from stacks.healing import Healing
from stacks.inbox import Inbox
from stacks.log_stream import LogStream
from stacks.satellites import watches_charges
from stacks.settings import Settings
from stacks.state import State
from stacks.watch import Watch
from trailkeeper.alerts.console import Console
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import EVIDENCE_KEY_PARAMETER, STATE_TABLE
from trailkeeper.evidence.regions import billing_region


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
            **stack_options,
        )
        key_arn = (
            ssm.StringParameter.value_for_string_parameter(self, EVIDENCE_KEY_PARAMETER)
            if settings.kms
            else None
        )
        baseline = baseline_of(self, settings, evidence_key_arn=key_arn)
        package = Package.of(self)
        State(self, "State")
        inbox = Inbox(self, "Inbox", handling=TIMEOUT)
        healing = Healing(
            self,
            "Healing",
            package=package,
            environ=HealEnviron(
                baseline=baseline,
                alerts_queue_url=inbox.queue.queue_url,
                other_trails=settings.other_trails,
                contain=settings.contain,
                break_glass=settings.break_glass_principals,
                alert_emails=settings.alert_emails,
                reconcile_minutes=settings.reconcile_minutes,
                sweep_minutes=settings.sweep_minutes,
                drills=settings.drills,
                expected_actors=settings.expected_actors,
                forward_iam_calls=settings.forward_iam_calls,
                billing_alarm_usd=settings.billing_alarm_usd,
                count_deliveries=settings.count_deliveries,
            ),
        )
        alerting = Alerting(
            self,
            "Alerting",
            baseline=baseline,
            package=package,
            environ=AlertEnviron(
                topic_arn=baseline.names.alerts_topic_arn,
                queue_url=inbox.queue.queue_url,
                table=STATE_TABLE,
                heal_role=baseline.names.heal_role_arn,
                chat_topic_arn=baseline.names.chat_topic_arn if settings.amazon_q else None,
                slack_webhook=settings.slack_webhook,
                home_region=settings.home_region,
                account_name=settings.account_name,
                language=settings.language,
                time_zone=settings.time_zone,
                grouping_seconds=settings.grouping_seconds,
                ec2_states=settings.ec2_states,
                ec2_regions=settings.ec2_regions,
                ec2_tags=settings.ec2_tags,
                owner_tag=settings.owner_tag,
                autoscaling=settings.autoscaling,
            ),
            inbox=inbox,
            emails=settings.alert_emails,
            chat_channel=settings.amazon_q,
            encrypted=settings.alerts_key,
        )
        watch = Watch(
            self,
            "Watch",
            readable=alerting.topics.alarms,
            raw=alerting.topics.alerts,
            language=settings.language,
        )
        watch.heal_function(healing.handler.function, healing.dead_letters)
        watch.alert_function(alerting.handler.function, inbox.queue, inbox.dead_letters)
        watch.looks(healing.reconcile.look, settings.reconcile_minutes)
        watch.sweeps(healing.reconcile.sweep, settings.sweep_minutes)
        if settings.count_deliveries:
            deliveries = Deliveries(
                self,
                "Deliveries",
                baseline=baseline,
                package=package,
                alerts_queue_url=inbox.queue.queue_url,
            )
            watch.deliveries(deliveries.handler.function, deliveries.dead_letters)
        ControlAlarms(self, "Controls", controls=baseline.controls, topic=alerting.topics.alarms)
        if settings.stream_log_group_to:
            stream = LogStream(self, "LogStream", baseline=baseline)
            # So that the heal function already knows it when it hears of it.
            stream.node.add_dependency(healing)
        self._charges(settings, baseline, alerting, inbox)
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

    def _charges(
        self, settings: Settings, baseline: Baseline, alerting: Alerting, inbox: Inbox
    ) -> None:
        """The alarm on the charges where they are known here, else the way of its messages."""
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
        elif region is not None:
            inbox.take_from(baseline.names.billing_topic_arn(region), home=self.region)

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
