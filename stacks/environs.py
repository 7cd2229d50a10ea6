"""What the functions are told: all the same, so that each knows what the others must have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from aws_cdk import Stack

from stacks.deployment import baseline_of
from stacks.settings import Settings
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.deliveries import DeliveriesEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.names import ALERTS_QUEUE, STATE_TABLE


class Environs(NamedTuple):
    """Two of the functions' configurations, and all of them as variables."""

    heal: HealEnviron
    alert: AlertEnviron
    variables: Mapping[str, str]


def told_last(settings: Settings) -> tuple[str, ...]:
    """Who is told by the topic of last resort."""
    given = settings.last_resort_emails
    return settings.alert_emails if given is None else given


def environs_of(stack: Stack, settings: Settings, *, evidence_key_arn: str | None) -> Environs:
    """The environments of a deployment; its names say all, so no stack refers to another."""
    baseline = baseline_of(stack, settings, evidence_key_arn=evidence_key_arn)
    queue_url = f"https://sqs.{stack.region}.{stack.url_suffix}/{stack.account}/{ALERTS_QUEUE}"
    heal = HealEnviron(
        baseline=baseline,
        alerts_queue_url=queue_url,
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
        monthly_budget_usd=settings.monthly_budget_usd,
        alerts_key=settings.alerts_key,
        count_deliveries=settings.count_deliveries,
        reserve_concurrency=settings.reserve_concurrency,
        watcher=settings.watcher,
        watch_minutes=settings.watch_minutes,
        alive_days=settings.alive_days,
        last_resort_region=settings.last_resort_region,
        last_resort_emails=told_last(settings),
    )
    second_way = heal.watcher and heal.last_resort_emails
    alert = AlertEnviron(
        topic_arn=baseline.names.alerts_topic_arn,
        queue_url=queue_url,
        table=STATE_TABLE,
        heal_role=baseline.names.heal_role_arn,
        chat_topic_arn=baseline.names.chat_topic_arn if settings.amazon_q else None,
        last_resort_topics=heal.last_resort_topics if second_way else (),
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
        deletion_alerts=settings.deletion_alerts,
    )
    variables = {**heal.to_environ(), **alert.to_environ()}
    if settings.count_deliveries:
        deliveries = DeliveriesEnviron(
            account=baseline.account,
            region=baseline.region,
            log_bucket=baseline.names.log_bucket,
            alerts_queue_url=queue_url,
            table=STATE_TABLE,
        )
        variables |= deliveries.to_environ()
    return Environs(heal, alert, variables)
