"""A typical ending for each detection, for previews and the documentation; none of it happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from trailkeeper.detections.catalogue import Detection
from trailkeeper.evidence.drift import ABSENT, Change
from trailkeeper.evidence.outcome import Gap, Outcome, Report, Result

HEAL_SECONDS = 4

_HEALED: Mapping[str, tuple[str, str, Change]] = {
    "trail-changed": (
        "trail",
        "settings",
        Change("S3BucketName", "somebody-elses-bucket", "trailkeeper-logs-111122223333-us-east-1"),
    ),
    "trail-selectors-changed": (
        "trail",
        "event-selectors",
        Change("AdvancedEventSelectors[0].FieldSelectors[1].Equals", "true", ABSENT),
    ),
    "trail-insights-changed": (
        "trail",
        "insight-selectors",
        Change("[0].InsightType", ABSENT, "ApiCallRateInsight"),
    ),
    "trail-event-configuration-changed": (
        "trail",
        "event-configuration",
        Change("MaxEventSize", "Large", "Standard"),
    ),
    "trail-tags-changed": ("trail", "tags", Change("team", ABSENT, "security")),
    "log-bucket-policy-changed": (
        "log-bucket",
        "policy",
        Change("Statement[1]", ABSENT, "Allow s3:PutObject to cloudtrail.amazonaws.com"),
    ),
    "log-bucket-opened": (
        "log-bucket",
        "public-access-block",
        Change("BlockPublicPolicy", "false", "true"),
    ),
    "log-bucket-lifecycle-changed": (
        "log-bucket",
        "lifecycle",
        Change("Rules[0].Expiration.Days", "1", "2557"),
    ),
    "log-bucket-protection-changed": (
        "log-bucket",
        "versioning",
        Change("Status", "Suspended", "Enabled"),
    ),
    "evidence-key-disabled": ("evidence-key", "state", Change("KeyState", "Disabled", "Enabled")),
    "evidence-key-policy-changed": (
        "evidence-key",
        "policy",
        Change("Statement[1]", ABSENT, "Allow kms:GenerateDataKey* to cloudtrail.amazonaws.com"),
    ),
    "log-group-changed": ("log-group", "settings", Change("retentionInDays", "1", "365")),
    "log-group-filters-changed": (
        "log-group",
        "subscription-filters",
        Change("[0].filterName", "exfiltrate", ABSENT),
    ),
    "delivery-role-changed": (
        "delivery-role",
        "policies",
        Change("deliver.Statement[0].Action", ABSENT, "logs:PutLogEvents"),
    ),
}
_TOLD: Mapping[str, tuple[str, str, Change]] = {
    "log-bucket-observers-changed": (
        "log-bucket",
        "replication",
        Change("Rules[0].Destination.Bucket", "arn:aws:s3:::somebody-elses-bucket", ABSENT),
    ),
    "evidence-key-access-changed": (
        "evidence-key",
        "grants",
        Change("[0].GranteePrincipal", "arn:aws:iam::444455556666:root", ABSENT),
    ),
}
_LOST: Mapping[str, tuple[str, str]] = {
    "trail-deleted": ("logging", "status"),
    "log-bucket-deleted": ("log-bucket", "policy"),
    "log-group-deleted": ("log-group", "settings"),
}


def typical_report(detection: Detection, called: datetime) -> Report:
    """What a reconcile typically comes to after a call of this detection at that time."""
    if detection.id == "trail-stopped":
        change = Change("IsLogging", "false", "true")
        gap = Gap(called, called + timedelta(seconds=HEAL_SECONDS))
        return Report((Outcome("logging", "status", Result.HEALED, (change,)),), gap)
    if detection.id in _LOST:
        guard, document = _LOST[detection.id]
        gap = Gap(None, called + timedelta(seconds=HEAL_SECONDS))
        lost = Outcome(guard, document, Result.HEALED, gone=True)
        return Report((lost,), gap if guard == "logging" else None)
    if detection.id in _TOLD:
        guard, document, change = _TOLD[detection.id]
        return Report((Outcome(guard, document, Result.TOLD, (change,), "machine_must_not"),))
    if detection.id in _HEALED:
        guard, document, change = _HEALED[detection.id]
        return Report((Outcome(guard, document, Result.HEALED, (change,)),))
    return Report()
