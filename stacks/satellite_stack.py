"""What stands in a region beyond home: rules that send its events there, an alarm, a topic."""

from __future__ import annotations

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks import rules
from stacks.alerts_key import AlertsKey
from stacks.billing import Billing
from stacks.deployment import baseline_of, tag
from stacks.environs import told_last
from stacks.roles import own_role
from stacks.settings import Settings
from stacks.topics import guarded_topic, last_resort_topic
from trailkeeper.detections.catalogue import Rule
from trailkeeper.detections.satellites import Satellite, sent_home
from trailkeeper.evidence import roles
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import BILLING_TOPIC, LAST_RESORT_ELSEWHERE_TOPIC, Names
from trailkeeper.guards.side_documents import topic_policy
from trailkeeper.rights.roles import satellite_rights


class SatelliteStack(Stack):
    """One region beyond home; nothing in it decides anything, all of that is at home."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        satellite: Satellite,
        **stack_options: Any,
    ) -> None:
        super().__init__(
            scope,
            id_,
            description=f"Trailkeeper: tells {settings.home_region} what happens in this region",
            termination_protection=settings.watcher,
            **stack_options,
        )
        here = baseline_of(self, settings, evidence_key_arn=None)
        home = here.names.in_region(settings.home_region)
        sent = sent_home(
            satellite,
            states=settings.ec2_states,
            alarm=settings.billing_alarm_usd is not None,
            watcher=settings.watcher,
        )
        if sent:
            _Forwarding(self, "Forwarding", baseline=here, home=home, sent=sent)
        if satellite.charges:
            _Charges(self, "Charges", baseline=here, home=home, settings=settings)
        if satellite.last_resort:
            emails = told_last(settings)
            by_functions = (roles.WATCHER, *([roles.ALERT] if emails else []))
            policy = topic_policy(
                here,
                home.last_resort_elsewhere_arn(satellite.region),
                publishers=[each.arn(home) for each in by_functions],
                alarms=False,
                budgets=False,
            )
            last_resort_topic(
                self,
                name=LAST_RESORT_ELSEWHERE_TOPIC,
                policy=policy,
                emails=emails,
            )
        tag(self, settings)


class _Forwarding(Construct):
    """Rules that send events to the home region's bus, by one role and in one hop.

    EventBridge itself tries for a day. No dead-letter queue: nobody would look into it here, and
    these events are told as best AWS can from the beginning.
    """

    def __init__(
        self, scope: Construct, id_: str, *, baseline: Baseline, home: Names, sent: tuple[Rule, ...]
    ) -> None:
        super().__init__(scope, id_)
        role = own_role(
            self,
            "Role",
            record=roles.satellite(baseline.region),
            description="Trailkeeper: EventBridge sends this region's events home",
            rights=satellite_rights(home.region),
            baseline=baseline,
        )
        bus = events.EventBus.from_event_bus_arn(self, "Home", home.bus_arn)
        # It has its rights; CDK would add them once more with each rule.
        sender = role.without_policy_updates()
        for rule in sent:
            rules.to_bus(self, rule, bus=bus, role=sender)


class _Charges(Construct):
    """The alarm, with a topic and a key of its own, as topics and keys are of one region.

    The alert function's queue at home is the topic's one subscriber: people get the mail that the
    alert function makes of it, on the subscription that they have confirmed already.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        baseline: Baseline,
        home: Names,
        settings: Settings,
    ) -> None:
        super().__init__(scope, id_)
        wanted = settings.alerts_key
        key = AlertsKey(self, "AlertsKey", baseline=baseline).key if wanted else None
        policy = topic_policy(
            baseline,
            baseline.names.arn("sns", BILLING_TOPIC),
            publishers=(),
            alarms=True,
            budgets=settings.monthly_budget_usd is not None,
        )
        topic = guarded_topic(self, "Topic", name=BILLING_TOPIC, key=key, policy=policy)
        sns.CfnSubscription(
            self,
            "Subscription",
            topic_arn=topic.topic_arn,
            protocol="sqs",
            endpoint=home.alerts_queue_arn,
        )
        Billing(
            self,
            "Billing",
            baseline=baseline,
            topic=topic,
            key=key,
            alarm_usd=settings.billing_alarm_usd,
            budget_usd=settings.monthly_budget_usd,
        )
