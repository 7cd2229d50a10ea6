"""Trails as CloudTrail's API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from embedded.server.records import iso_time
from embedded.server.selectors import DEFAULT_SELECTORS
from embedded.server.trails import Trail


def described(trail: Trail) -> dict[str, Any]:
    """The members of a trail's settings as the API answers them; what is not set is left out."""
    settings = trail.settings
    members = {
        "Name": trail.name,
        "S3BucketName": settings.s3_bucket_name,
        "S3KeyPrefix": settings.s3_key_prefix,
        "SnsTopicName": settings.sns_topic_arn.rsplit(":", 1)[-1],
        "SnsTopicARN": settings.sns_topic_arn,
        "IncludeGlobalServiceEvents": settings.include_global_service_events,
        "IsMultiRegionTrail": settings.is_multi_region_trail,
        "TrailARN": trail.arn,
        "LogFileValidationEnabled": settings.log_file_validation_enabled,
        "CloudWatchLogsLogGroupArn": settings.cloud_watch_logs_log_group_arn,
        "CloudWatchLogsRoleArn": settings.cloud_watch_logs_role_arn,
        "KmsKeyId": settings.kms_key_id,
        "IsOrganizationTrail": settings.is_organization_trail,
        "RecursiveLogging": settings.recursive_logging,
    }
    return {name: value for name, value in members.items() if value != ""}


def view(trail: Trail) -> dict[str, Any]:
    """A trail in GetTrail and DescribeTrails."""
    return described(trail) | {
        "HomeRegion": trail.home_region,
        "HasCustomEventSelectors": trail.selectors != DEFAULT_SELECTORS,
        "HasInsightSelectors": bool(trail.insight_selectors),
    }


def status(trail: Trail) -> dict[str, Any]:
    """A trail's state; digest files are not made here, so nothing is said of them."""
    state = trail.delivery
    known = {
        "IsLogging": trail.is_logging,
        "LatestDeliveryError": state.latest_delivery_error,
        "LatestDeliveryTime": _seconds(state.latest_delivery),
        "LatestCloudWatchLogsDeliveryError": state.latest_logs_delivery_error,
        "LatestCloudWatchLogsDeliveryTime": _seconds(state.latest_logs_delivery),
        "LatestNotificationError": state.latest_notification_error,
        "LatestNotificationTime": _seconds(state.latest_notification),
        "StartLoggingTime": _seconds(trail.started),
        "StopLoggingTime": _seconds(trail.stopped),
    }
    known = {name: value for name, value in known.items() if value not in (None, "")}
    return known | {
        "LatestDeliveryAttemptTime": _text(state.latest_delivery),
        "LatestDeliveryAttemptSucceeded": _text(state.latest_delivery),
        "LatestNotificationAttemptTime": _text(state.latest_notification),
        "LatestNotificationAttemptSucceeded": _text(state.latest_notification),
        "TimeLoggingStarted": _text(trail.started),
        "TimeLoggingStopped": _text(trail.stopped),
    }


def _seconds(at: datetime | None) -> float | None:
    return round(at.timestamp(), 3) if at else None


def _text(at: datetime | None) -> str:
    return iso_time(at) if at else ""
