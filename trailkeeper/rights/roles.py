"""Everything that each role may do: what the code says it needs, and what its platform needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence import functions
from trailkeeper.evidence import roles as records
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.functions import WATCHER, FunctionRecord
from trailkeeper.evidence.names import ALERT_FUNCTION, DELIVERIES_FUNCTION, HEAL_FUNCTION
from trailkeeper.evidence.permission import Permission, Resource
from trailkeeper.evidence.roles import ALERTS_KEY_POLICY, NEEDS, RoleRecord
from trailkeeper.guards.guard_roles import KEY, Policies
from trailkeeper.guards.sides import beyond_home
from trailkeeper.rights.alert import (
    CHAT_PERMISSIONS,
    PERMISSIONS,
    last_resort_permissions,
    secret_permissions,
)
from trailkeeper.rights.boundary import boundary
from trailkeeper.rights.deliveries import PERMISSIONS as DELIVERIES_PERMISSIONS
from trailkeeper.rights.heal import over_watcher, permissions
from trailkeeper.rights.watcher import permissions as watcher_permissions


def heal_rights(environ: HealEnviron) -> tuple[Permission, ...]:
    """The role of the heal function."""
    platform = _platform(HEAL_FUNCTION, lambda baseline: baseline.names.heal_dead_queue_arn)
    return (*permissions(environ), *platform)


def heal_watch_rights(environ: HealEnviron) -> tuple[Permission, ...]:
    """What the role of the heal function has beside it: its rights over the watcher."""
    return over_watcher(environ)


def alert_rights(environ: AlertEnviron) -> tuple[Permission, ...]:
    """The role of the alert function."""
    chat = CHAT_PERMISSIONS if environ.chat_topic_arn else ()
    secret = secret_permissions(environ.slack_webhook) if environ.slack_webhook else ()
    platform = _platform(ALERT_FUNCTION, lambda baseline: baseline.names.alerts_dead_queue_arn)
    second_way = last_resort_permissions(environ.last_resort_topics)
    return (*PERMISSIONS, *chat, *second_way, *secret, _TAKE_FROM_QUEUE, *platform)


def deliveries_rights() -> tuple[Permission, ...]:
    """The role of the deliveries function."""
    platform = _platform(
        DELIVERIES_FUNCTION, lambda baseline: baseline.names.deliveries_dead_queue_arn
    )
    return (*DELIVERIES_PERMISSIONS, *platform)


def alerts_key_rights(key_arn: str) -> tuple[Permission, ...]:
    """What whoever publishes to an encrypted topic needs on its key, and only by way of SNS."""
    return (
        Permission(
            ("kms:Decrypt", "kms:GenerateDataKey"),
            lambda _: key_arn,
            "Publish to the encrypted topics",
            lambda baseline: {"StringLike": {"kms:ViaService": f"sns.{baseline.region}.*"}},
        ),
    )


def watcher_rights(heal: HealEnviron, alert: AlertEnviron) -> tuple[Permission, ...]:
    """The role of the watcher."""
    platform = _platform(WATCHER.name, lambda baseline: WATCHER.dead_letters_arn(baseline.names))
    return (*watcher_permissions(heal, alert), *platform)


def stream_rights(destination: str) -> tuple[Permission, ...]:
    """The role that streams the log group on; `destination` is the ARN of the stream.

    Source: CloudWatch Logs user guide, "Log group-level subscription filters".
    """
    service = destination.split(":")[2]
    actions = {
        "firehose": ("firehose:PutRecord", "firehose:PutRecordBatch"),
        "kinesis": ("kinesis:PutRecord", "kinesis:PutRecords"),
    }[service]
    return (Permission(actions, lambda _: destination, "Put the trail's events into the stream"),)


def schedule_rights(record: FunctionRecord) -> tuple[Permission, ...]:
    """The role of the schedules that call a function."""
    return (
        Permission(
            ("lambda:InvokeFunction",),
            lambda baseline: record.live_arn(baseline.names),
            f"Call {record.name}",
        ),
        Permission(
            ("sqs:SendMessage",),
            lambda baseline: record.dead_letters_arn(baseline.names),
            "Keep a call that could not be made",
        ),
    )


def policies(heal: HealEnviron, alert: AlertEnviron) -> Policies:
    """What the guards of roles compare: inline policies and boundaries of all roles of ours."""
    asked: Mapping[RoleRecord, tuple[Permission, ...]] = {
        records.HEAL: heal_rights(heal),
        records.ALERT: alert_rights(alert),
        records.WATCHER: watcher_rights(heal, alert),
        records.DELIVERIES: deliveries_rights(),
        records.SCHEDULE: schedule_rights(functions.HEAL),
        records.WATCH_SCHEDULE: schedule_rights(functions.WATCHER),
        **{each.role: satellite_rights(heal.baseline.region) for each in beyond_home(heal, alert)},
    }

    @cache
    def documents(baseline: Baseline) -> Mapping[str, Mapping[str, Any]]:
        made: dict[str, Mapping[str, Any]] = {}
        for record, rights in asked.items():
            keyed = alerts_key_rights(KEY) if record.uses_key and heal.alerts_key else ()
            inline = {NEEDS: _policy(rights, baseline)}
            if keyed:
                inline[ALERTS_KEY_POLICY] = _policy(keyed, baseline)
            beside = heal_watch_rights(heal) if record.overflows else ()
            made[record.name(baseline.names)] = inline
            bounded = (*rights, *keyed, *beside)
            made[record.boundary(baseline.names)] = boundary(bounded, baseline)
            for name in record.attached(baseline.names):
                made[name] = _policy(beside, baseline)
        return made

    return documents


def _policy(rights: Iterable[Permission], baseline: Baseline) -> dict[str, Any]:
    stated = [each.statement(baseline) for each in rights if each.resources(baseline)]
    return {"Version": "2012-10-17", "Statement": stated}


def satellite_rights(home: str) -> tuple[Permission, ...]:
    """The role by which a region beyond home sends events there; `home` is that region's name."""
    return (
        Permission(
            ("events:PutEvents",),
            lambda baseline: baseline.names.in_region(home).bus_arn,
            "Send events to the home region",
        ),
    )


def _platform(function: str, dead_letters: Resource) -> tuple[Permission, ...]:
    return (
        Permission(
            ("logs:CreateLogStream", "logs:PutLogEvents"),
            lambda baseline: baseline.names.arn("logs", f"log-group:/aws/lambda/{function}:*"),
            "Write the function's own log, whose streams Lambda names",
        ),
        Permission(("sqs:SendMessage",), dead_letters, "Keep an invocation that failed for good"),
    )


_TAKE_FROM_QUEUE = Permission(
    (
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
    ),
    lambda baseline: baseline.names.alerts_queue_arn,
    "Let Lambda take the alerts out of the queue",
)
