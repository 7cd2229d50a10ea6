"""Trailkeeper's own parts, as policies name them: whoever holds these holds the guard.

Any region is meant, and every name that begins like ours, so that a part that is added later is
protected from its first day. What CloudFormation names itself begins with the stack's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import ALERTS_QUEUE, KEY_ALIASES, PREFIX, STACK_PREFIX
from trailkeeper.evidence.permission import Permission, Resource, everything

BREAK_GLASS_TAG = "trailkeeper-break-glass"
"""The tag of a user, or of a session, that with MFA lifts what is denied; its value is `yes`."""
BREAK_GLASS_VALUE = "yes"


@dataclass(frozen=True, slots=True)
class Part:
    """What we deployed of one service, and the actions that weaken it.

    More of them come from the detections of the service.
    """

    arns: Resource
    actions: tuple[str, ...] = ()


def _anywhere(service: str, *resources: str) -> Resource:
    """These resources of the account, in every region."""
    return lambda baseline: tuple(
        f"arn:{baseline.partition}:{service}:*:{baseline.account}:{each}" for each in resources
    )


def _globally(service: str, *resources: str) -> Resource:
    """These resources of a service that knows no regions."""
    return lambda baseline: tuple(
        f"arn:{baseline.partition}:{service}::{baseline.account}:{each}" for each in resources
    )


def _buckets(baseline: Baseline) -> tuple[str, ...]:
    """The access logs, and the files in every bucket of the evidence."""
    names = baseline.names
    buckets = (names.log_bucket_arn, names.fallback_bucket_arn, names.access_bucket_arn)
    return (names.access_bucket_arn, *(f"{each}/*" for each in buckets))


# By the prefix of the service's actions.
PARTS: Mapping[str, Part] = {
    "s3": Part(
        _buckets,
        # None of these is a management event, so no detection tells of them.
        (
            "s3:BypassGovernanceRetention",
            "s3:DeleteObject",
            "s3:DeleteObjectVersion",
            "s3:PutObject",
            "s3:PutObjectAcl",
            "s3:PutObjectLegalHold",
            "s3:PutObjectRetention",
            "s3:PutObjectVersionAcl",
            "s3:ReplicateDelete",
        ),
    ),
    "logs": Part(
        _anywhere("logs", f"log-group:/aws/lambda/{PREFIX}*"),
        # A forged event is as bad as a deleted one.
        ("logs:PutLogEvents",),
    ),
    "iam": Part(
        _globally(
            "iam",
            *(f"role/{PREFIX}*", f"role/{STACK_PREFIX}*"),
            *(f"policy/{PREFIX}*", f"group/{PREFIX}*"),
        ),
        (
            "iam:AttachGroupPolicy",
            "iam:DeleteGroup",
            "iam:DeleteGroupPolicy",
            "iam:DetachGroupPolicy",
            "iam:PutGroupPolicy",
            "iam:RemoveUserFromGroup",
            "iam:UpdateGroup",
        ),
    ),
    "cloudwatch": Part(_anywhere("cloudwatch", f"alarm:{PREFIX}*")),
    "events": Part(
        _anywhere("events", f"rule/{PREFIX}*"),
        (
            "events:DeleteRule",
            "events:DisableRule",
            "events:PutRule",
            "events:PutTargets",
            "events:RemoveTargets",
        ),
    ),
    "scheduler": Part(
        _anywhere("scheduler", f"schedule/*/{PREFIX}*"),
        ("scheduler:DeleteSchedule", "scheduler:UpdateSchedule"),
    ),
    "lambda": Part(
        _anywhere("lambda", f"function:{PREFIX}*"),
        (
            "lambda:AddPermission",
            "lambda:DeleteAlias",
            "lambda:DeleteFunction",
            "lambda:DeleteFunctionConcurrency",
            "lambda:DeleteFunctionEventInvokeConfig",
            "lambda:PutFunctionConcurrency",
            "lambda:PutFunctionEventInvokeConfig",
            "lambda:PutFunctionRecursionConfig",
            "lambda:PutRuntimeManagementConfig",
            "lambda:RemovePermission",
            "lambda:UpdateAlias",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
            "lambda:UpdateFunctionEventInvokeConfig",
        ),
    ),
    "sns": Part(
        _anywhere("sns", f"{PREFIX}*"),
        (
            "sns:AddPermission",
            "sns:DeleteTopic",
            "sns:PutDataProtectionPolicy",
            "sns:RemovePermission",
            "sns:SetTopicAttributes",
        ),
    ),
    "sqs": Part(
        _anywhere("sqs", f"{PREFIX}*"),
        (
            "sqs:AddPermission",
            "sqs:DeleteQueue",
            "sqs:PurgeQueue",
            "sqs:RemovePermission",
            "sqs:SetQueueAttributes",
        ),
    ),
    "dynamodb": Part(
        _anywhere("dynamodb", f"table/{PREFIX}*"),
        (
            "dynamodb:BatchWriteItem",
            "dynamodb:DeleteItem",
            "dynamodb:DeleteResourcePolicy",
            "dynamodb:DeleteTable",
            "dynamodb:PartiQLDelete",
            "dynamodb:PartiQLInsert",
            "dynamodb:PartiQLUpdate",
            "dynamodb:PutItem",
            "dynamodb:PutResourcePolicy",
            "dynamodb:UpdateItem",
            "dynamodb:UpdateTable",
            "dynamodb:UpdateTimeToLive",
        ),
    ),
    "ssm": Part(
        _anywhere("ssm", "parameter/trailkeeper/*"),
        ("ssm:DeleteParameter", "ssm:DeleteParameters", "ssm:PutParameter"),
    ),
    "cloudformation": Part(
        _anywhere("cloudformation", f"stack/{STACK_PREFIX}*/*"),
        (
            "cloudformation:CreateChangeSet",
            "cloudformation:DeleteStack",
            "cloudformation:ExecuteChangeSet",
            "cloudformation:SetStackPolicy",
            "cloudformation:UpdateStack",
            "cloudformation:UpdateTerminationProtection",
        ),
    ),
    "chatbot": Part(
        _globally("chatbot", f"chat-configuration/*/{PREFIX}*"),
        ("chatbot:DeleteSlackChannelConfiguration", "chatbot:UpdateSlackChannelConfiguration"),
    ),
}


def keys(baseline: Baseline) -> str:
    """Every key; `KEY_CONDITION` picks ours, whose ids nobody knows before they are made."""
    return f"arn:{baseline.partition}:kms:*:{baseline.account}:key/*"


def key_aliases(baseline: Baseline) -> str:
    """The names of our keys."""
    return f"arn:{baseline.partition}:kms:*:{baseline.account}:{KEY_ALIASES}"


KEY_CONDITION = {"ForAnyValue:StringLike": {"kms:ResourceAliases": KEY_ALIASES}}
"""KMS developer guide, "Use aliases to control access to KMS keys"."""

# What the statement of a service cannot say: other resources, or a condition.
APART: tuple[Permission, ...] = (
    Permission(
        ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"),
        _anywhere("sqs", ALERTS_QUEUE),
        "Nobody but the alert function takes alerts out of their queue",
        denied=True,
    ),
    Permission(
        ("lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping"),
        everything,
        "The alert function goes on getting alerts; a mapping is known by its function alone",
        lambda baseline: {
            "ArnLike": {
                "lambda:FunctionArn": (
                    f"arn:{baseline.partition}:lambda:*:{baseline.account}:function:{PREFIX}*"
                )
            }
        },
        denied=True,
    ),
)


def tags_kept(planned: Iterable[str] = ()) -> Permission:
    """That nobody gives or takes the tags that decide something.

    `planned` are the keys of tags by which `expected_actors` tells whose changes are planned.
    """
    # Keys of tags of users and roles are the same in any case (IAM user guide, "Rules for
    # tagging in IAM and AWS STS").
    keys = sorted({BREAK_GLASS_TAG, *planned})
    return Permission(
        ("iam:TagRole", "iam:TagUser", "iam:UntagRole", "iam:UntagUser"),
        everything,
        "Nobody gives himself the break-glass tag, or one of expected_actors; somebody outside of "
        "the group does",
        lambda _: {"ForAnyValue:StringEqualsIgnoreCase": {"aws:TagKeys": keys}},
        denied=True,
    )


# Others have subscriptions, too.
SUBSCRIPTIONS_KEPT = Permission(
    ("sns:SetSubscriptionAttributes", "sns:Unsubscribe"),
    everything,
    "People go on getting alerts; AWS knows no resource for these actions",
    denied=True,
)
