"""Everything that each role may do: what the code says it needs, and what its platform needs."""

from __future__ import annotations

from lambdas.alert.permissions import CHAT_PERMISSIONS, PERMISSIONS, secret_permissions
from lambdas.deliveries.permissions import PERMISSIONS as DELIVERIES_PERMISSIONS
from lambdas.heal.permissions import permissions
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.names import ALERT_FUNCTION, DELIVERIES_FUNCTION, HEAL_FUNCTION, Names
from trailkeeper.evidence.permission import Permission, Resource


def heal_rights(environ: HealEnviron) -> tuple[Permission, ...]:
    """The role of the heal function."""
    platform = _platform(HEAL_FUNCTION, lambda baseline: baseline.names.heal_dead_queue_arn)
    return (*permissions(environ), *platform)


def alert_rights(environ: AlertEnviron) -> tuple[Permission, ...]:
    """The role of the alert function."""
    chat = CHAT_PERMISSIONS if environ.chat_topic_arn else ()
    secret = secret_permissions(environ.slack_webhook) if environ.slack_webhook else ()
    platform = _platform(ALERT_FUNCTION, lambda baseline: baseline.names.alerts_dead_queue_arn)
    return (*PERMISSIONS, *chat, *secret, _TAKE_FROM_QUEUE, *platform)


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


def schedule_rights() -> tuple[Permission, ...]:
    """The role of the schedule."""
    return (
        Permission(
            ("lambda:InvokeFunction",),
            lambda baseline: baseline.names.heal_function_arn,
            "Call the heal function",
        ),
        Permission(
            ("sqs:SendMessage",),
            lambda baseline: baseline.names.heal_dead_queue_arn,
            "Keep a call that could not be made",
        ),
    )


def satellite_rights(home: Names) -> tuple[Permission, ...]:
    """The role by which a region beyond home sends events there."""
    return (
        Permission(("events:PutEvents",), lambda _: home.bus_arn, "Send events to the home region"),
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
