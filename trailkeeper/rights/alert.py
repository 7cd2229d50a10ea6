"""What the alert function may do, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trailkeeper.alerts.dead_letters import QUEUES
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import (
    ALERTS_DEAD_QUEUE,
    DELIVERIES_SILENT,
    LOOKS_SILENT,
    SWEEPS_SILENT,
)
from trailkeeper.evidence.permission import Permission, everything

PERMISSIONS: tuple[Permission, ...] = (
    Permission(
        ("sns:Publish",),
        lambda baseline: baseline.names.alerts_topic_arn,
        "send alerts to people",
    ),
    Permission(
        ("sqs:ChangeMessageVisibility", "sqs:SendMessage"),
        lambda baseline: baseline.names.alerts_queue_arn,
        "put off the summary of a group, and bring a failed message again soon",
    ),
    Permission(
        ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"),
        lambda baseline: tuple(
            baseline.names.arn("sqs", each) for each in (ALERTS_DEAD_QUEUE, *QUEUES.values())
        ),
        "tell dead alerts again, and show or remove what other functions gave up",
    ),
    Permission(
        (
            "dynamodb:BatchGetItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ),
        lambda baseline: baseline.names.state_table_arn,
        "send every alert once, hold happenings for a summary, join calls with state changes",
    ),
    Permission(
        ("cloudwatch:DescribeAlarms",),
        lambda baseline: tuple(
            baseline.names.arn("cloudwatch", f"alarm:{name}")
            for name in (LOOKS_SILENT, SWEEPS_SILENT, DELIVERIES_SILENT)
        ),
        "see whether an alarm that went off right after a deploy is over",
    ),
    Permission(
        ("logs:FilterLogEvents",),
        lambda baseline: f"{baseline.names.log_group_arn}:*",
        "read the calls behind an alarm of a CIS control",
    ),
    Permission(
        ("ec2:DescribeInstances",),
        everything,
        "name, type and tags of an instance; AWS knows no resource for this call",
    ),
)

CHAT_PERMISSIONS: tuple[Permission, ...] = (
    Permission(
        ("sns:Publish",),
        lambda baseline: baseline.names.chat_topic_arn,
        "send alerts to the chat channel of Amazon Q",
    ),
)


def last_resort_permissions(topics: tuple[str, ...]) -> tuple[Permission, ...]:
    """What the second way to people takes, by the ARNs of its topics; nothing without one."""
    if not topics:
        return ()
    return (
        Permission(
            ("sns:Publish",),
            lambda _: topics,
            "tell people by the second way what every channel refused for ten minutes",
        ),
    )


def secret_permissions(reference: str) -> tuple[Permission, ...]:
    """What reading the secret behind `ssm:/name` or `secretsmanager:name-or-arn` takes."""
    store, _, name = reference.partition(":")
    if store == "ssm":
        return _parameter_permissions(name)
    return _secret_permissions(name)


def _parameter_permissions(name: str) -> tuple[Permission, ...]:
    def arn(baseline: Baseline) -> str:
        return baseline.names.arn("ssm", f"parameter/{name.removeprefix('/')}")

    def only_this(baseline: Baseline) -> Mapping[str, Any]:
        return _by_way_of("ssm", baseline, "PARAMETER_ARN", arn(baseline))

    return (
        Permission(("ssm:GetParameter",), arn, "read the URL of the Slack webhook"),
        Permission(
            ("kms:Decrypt",), _any_key, "decrypt that parameter, and nothing else", only_this
        ),
    )


def _secret_permissions(name: str) -> tuple[Permission, ...]:
    def arn(baseline: Baseline) -> str:
        # Secrets Manager puts six random characters behind the name.
        whole = name.startswith("arn:")
        return name if whole else baseline.names.arn("secretsmanager", f"secret:{name}-??????")

    def only_this(baseline: Baseline) -> Mapping[str, Any]:
        return _by_way_of("secretsmanager", baseline, "SecretARN", arn(baseline))

    return (
        Permission(("secretsmanager:GetSecretValue",), arn, "read the URL of the Slack webhook"),
        Permission(("kms:Decrypt",), _any_key, "decrypt that secret, and nothing else", only_this),
    )


def _any_key(baseline: Baseline) -> str:
    """Whoever keeps the secret chose the key; the conditions tie the right to the one secret."""
    return baseline.names.arn("kms", "key/*")


def _by_way_of(service: str, baseline: Baseline, context: str, arn: str) -> Mapping[str, Any]:
    suffix = "amazonaws.com.cn" if baseline.partition == "aws-cn" else "amazonaws.com"
    return {
        "StringEquals": {"kms:ViaService": f"{service}.{baseline.region}.{suffix}"},
        "StringLike": {f"kms:EncryptionContext:{context}": arn},
    }
