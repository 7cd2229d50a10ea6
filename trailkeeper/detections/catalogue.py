"""The catalogue: which API calls can hurt the evidence, and the EventBridge rules made from that.

Patterns stay wide (event names, not resource names; no exemption for our own role): comparing with
the baseline decides, so a shortened ARN, an omitted body or a stolen role slips through nowhere.
Event names are CloudTrail's, which differ from the API's (PutBucketLifecycle ...).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from trailkeeper.events.event import ApiCall
from trailkeeper.words.text import Severity

Target = Literal["heal", "alert"]

API_CALL = "AWS API Call via CloudTrail"
STATE_CHANGE = "EC2 Instance State-change Notification"
INSTANCE_CALLS = ("RunInstances", "StartInstances", "StopInstances", "TerminateInstances")


@dataclass(frozen=True, slots=True)
class Detection:
    """API calls that mean the same to a reader.

    `id` names the texts, the fixtures and the filter attribute of the alert. `severity` is that of
    a carried-out call before Trailkeeper did anything about it.
    """

    id: str
    event_source: str
    events: tuple[str, ...]
    severity: Severity
    category: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One EventBridge rule of the default bus."""

    name: str
    description: str
    pattern: dict[str, Any]
    target: Target


CLOUDTRAIL = "cloudtrail.amazonaws.com"
S3 = "s3.amazonaws.com"
KMS = "kms.amazonaws.com"
LOGS = "logs.amazonaws.com"
IAM = "iam.amazonaws.com"
MONITORING = "monitoring.amazonaws.com"

_WARNING, _CRITICAL, _INFO = Severity.WARNING, Severity.CRITICAL, Severity.INFO

DETECTIONS: tuple[Detection, ...] = (
    Detection("trail-stopped", CLOUDTRAIL, ("StopLogging",), _CRITICAL, "trail"),
    Detection("trail-deleted", CLOUDTRAIL, ("DeleteTrail",), _CRITICAL, "trail"),
    Detection("trail-changed", CLOUDTRAIL, ("UpdateTrail",), _CRITICAL, "trail"),
    Detection("trail-created", CLOUDTRAIL, ("CreateTrail",), _WARNING, "trail"),
    Detection("trail-selectors-changed", CLOUDTRAIL, ("PutEventSelectors",), _CRITICAL, "trail"),
    Detection("trail-insights-changed", CLOUDTRAIL, ("PutInsightSelectors",), _WARNING, "trail"),
    Detection(
        "trail-event-configuration-changed",
        CLOUDTRAIL,
        ("PutEventConfiguration",),
        _WARNING,
        "trail",
    ),
    Detection("trail-tags-changed", CLOUDTRAIL, ("AddTags", "RemoveTags"), _INFO, "trail"),
    Detection(
        "log-bucket-policy-changed",
        S3,
        ("PutBucketPolicy", "DeleteBucketPolicy"),
        _CRITICAL,
        "log-bucket",
    ),
    Detection(
        "log-bucket-opened",
        S3,
        (
            "PutBucketPublicAccessBlock",
            "DeleteBucketPublicAccessBlock",
            "PutBucketAcl",
            "PutBucketOwnershipControls",
            "DeleteBucketOwnershipControls",
        ),
        _CRITICAL,
        "log-bucket",
    ),
    Detection(
        "log-bucket-lifecycle-changed",
        S3,
        (
            "PutBucketLifecycle",
            "PutBucketLifecycleConfiguration",
            "DeleteBucketLifecycle",
            "DeleteBucketLifecycleConfiguration",
        ),
        _CRITICAL,
        "log-bucket",
    ),
    Detection(
        "log-bucket-protection-changed",
        S3,
        (
            "PutBucketVersioning",
            "PutBucketEncryption",
            "DeleteBucketEncryption",
            "PutBucketObjectLockConfiguration",
            "PutObjectLockConfiguration",
        ),
        _CRITICAL,
        "log-bucket",
    ),
    Detection(
        "log-bucket-observers-changed",
        S3,
        (
            "PutBucketLogging",
            "PutBucketReplication",
            "DeleteBucketReplication",
            "PutBucketNotification",
            "PutBucketNotificationConfiguration",
        ),
        _WARNING,
        "log-bucket",
    ),
    Detection("log-bucket-deleted", S3, ("DeleteBucket",), _CRITICAL, "log-bucket"),
    Detection(
        "evidence-key-disabled",
        KMS,
        ("DisableKey", "ScheduleKeyDeletion", "DeleteImportedKeyMaterial", "DisableKeyRotation"),
        _CRITICAL,
        "evidence-key",
    ),
    Detection("evidence-key-policy-changed", KMS, ("PutKeyPolicy",), _CRITICAL, "evidence-key"),
    Detection(
        "evidence-key-access-changed",
        KMS,
        (
            "CreateGrant",
            "RevokeGrant",
            "RetireGrant",
            "UpdateAlias",
            "DeleteAlias",
            "DisconnectCustomKeyStore",
        ),
        _WARNING,
        "evidence-key",
    ),
    Detection(
        "log-group-deleted",
        LOGS,
        ("DeleteLogGroup", "DeleteLogStream"),
        _CRITICAL,
        "log-group",
    ),
    Detection(
        "log-group-changed",
        LOGS,
        (
            "PutRetentionPolicy",
            "DeleteRetentionPolicy",
            "PutLogGroupDeletionProtection",
            "AssociateKmsKey",
            "DisassociateKmsKey",
            "PutDataProtectionPolicy",
            "DeleteDataProtectionPolicy",
            "PutAccountPolicy",
        ),
        _WARNING,
        "log-group",
    ),
    Detection(
        "log-group-filters-changed",
        LOGS,
        (
            "PutMetricFilter",
            "DeleteMetricFilter",
            "PutSubscriptionFilter",
            "DeleteSubscriptionFilter",
        ),
        _WARNING,
        "log-group",
    ),
    Detection(
        "delivery-role-changed",
        IAM,
        (
            "DeleteRole",
            "PutRolePolicy",
            "DeleteRolePolicy",
            "AttachRolePolicy",
            "DetachRolePolicy",
            "UpdateAssumeRolePolicy",
            "PutRolePermissionsBoundary",
            "DeleteRolePermissionsBoundary",
        ),
        _CRITICAL,
        "log-group",
    ),
    Detection(
        "alarm-changed",
        MONITORING,
        (
            "DeleteAlarms",
            "DisableAlarmActions",
            "PutMetricAlarm",
            "SetAlarmState",
            "PutAlarmMuteRule",
        ),
        _WARNING,
        "alarm",
    ),
)

_RULE_WORDS = {
    CLOUDTRAIL: ("trailkeeper-trail", "Calls that can stop, delete, narrow or redirect a trail"),
    S3: ("trailkeeper-log-bucket", "Calls that can open, empty or remove a log bucket"),
    KMS: ("trailkeeper-evidence-key", "Calls that can make a key useless or let others use it"),
    LOGS: ("trailkeeper-log-group", "Calls that can delete, shorten or mask a log group"),
    IAM: ("trailkeeper-delivery-role", "Calls that can take a role's rights (only in us-east-1)"),
    MONITORING: ("trailkeeper-alarm-changes", "Calls that can silence an alarm"),
}

# The EventBridge source of CloudWatch's calls is written both ways in AWS's documents.
_EVENTBRIDGE_SOURCES = {MONITORING: ["aws.monitoring", "aws.cloudwatch"]}


def detect(call: ApiCall) -> Detection | None:
    """The detection an API call belongs to; another service's call of the same name is none."""
    for detection in DETECTIONS:
        if call.source == detection.event_source and call.name in detection.events:
            return detection
    return None


def _tamper_rule(event_source: str, detections: Iterable[Detection]) -> Rule:
    name, description = _RULE_WORDS[event_source]
    service = event_source.removesuffix(".amazonaws.com")
    return Rule(
        name=name,
        description=description,
        pattern={
            "source": _EVENTBRIDGE_SOURCES.get(event_source, [f"aws.{service}"]),
            "detail-type": [API_CALL],
            "detail": {
                "eventSource": [event_source],
                "eventName": [name for detection in detections for name in detection.events],
            },
        },
        target="heal",
    )


RULES: tuple[Rule, ...] = (
    *(
        _tamper_rule(source, [each for each in DETECTIONS if each.event_source == source])
        for source in _RULE_WORDS
    ),
    Rule(
        name="trailkeeper-instance-calls",
        description="Who runs, starts, stops or terminates EC2 instances, and who tries to",
        pattern={
            "source": ["aws.ec2"],
            "detail-type": [API_CALL],
            "detail": {"eventSource": ["ec2.amazonaws.com"], "eventName": list(INSTANCE_CALLS)},
        },
        target="alert",
    ),
)


def instance_state_rule(states: Iterable[str]) -> Rule:
    """The rule for EC2 state changes.

    Source: EC2 user guide, "Monitor instance states"; the states are pending, running, stopping,
    stopped, shutting-down and terminated.
    """
    return Rule(
        name="trailkeeper-instance-states",
        description="EC2 instances that reach a state people want to hear of",
        pattern={
            "source": ["aws.ec2"],
            "detail-type": [STATE_CHANGE],
            "detail": {"state": list(states)},
        },
        target="alert",
    )
