"""Reads trail settings out of CreateTrail and UpdateTrail requests, and checks them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from embedded.adapter import identity, keys, logs, s3
from embedded.server import dependencies, trail_names
from embedded.server.api_error import ApiError
from embedded.server.trails import Trail, TrailSettings

# The request's member: the setting's name.
_TEXTS: Mapping[str, str] = {
    "S3BucketName": "s3_bucket_name",
    "S3KeyPrefix": "s3_key_prefix",
    "SnsTopicName": "sns_topic_arn",
    "CloudWatchLogsLogGroupArn": "cloud_watch_logs_log_group_arn",
    "CloudWatchLogsRoleArn": "cloud_watch_logs_role_arn",
    "KmsKeyId": "kms_key_id",
}
_SWITCHES: Mapping[str, str] = {
    "IncludeGlobalServiceEvents": "include_global_service_events",
    "IsMultiRegionTrail": "is_multi_region_trail",
    "EnableLogFileValidation": "log_file_validation_enabled",
    "IsOrganizationTrail": "is_organization_trail",
    "RecursiveLogging": "recursive_logging",
}
_TOGETHER = ("CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn")
_TOPIC_ARN = re.compile(r"arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]{1,256}(?:\.fifo)?")


def changed(settings: TrailSettings, request: Mapping[str, Any], trail: Trail) -> TrailSettings:
    """The settings with what a request names put in.

    Raises ApiError when the API would refuse the request, or the result.
    """
    _check_pair(request)
    given: dict[str, Any] = {
        name: request[member] or "" for member, name in _TEXTS.items() if member in request
    }
    for member, name in _SWITCHES.items():
        if request.get(member) is not None:
            if not isinstance(request[member], bool):
                raise ApiError("InvalidParameterException", f"{member} is not a boolean.")
            given[name] = request[member]
    if "sns_topic_arn" in given:
        given["sns_topic_arn"] = _topic_arn(given["sns_topic_arn"], trail)
    result = replace(settings, **given)
    result = _checked_key(result, trail, "kms_key_id" in given)
    _check_scope(result, settings, given)
    _check_bucket(result, trail)
    if "sns_topic_arn" in given:
        _check_topic(result, trail)
    if "cloud_watch_logs_log_group_arn" in given or "cloud_watch_logs_role_arn" in given:
        _check_logs(result, trail)
    return _without_global_events_in_one_region(result, settings, given)


def _check_pair(request: Mapping[str, Any]) -> None:
    """A request names the log group and the role together or not at all, whatever the trail has.

    (CloudTrail API reference, UpdateTrail: each is "not required unless you specify" the other; the
    words are those quoted in terraform-provider-aws issue 148.)
    """
    group, role = (member in request for member in _TOGETHER)
    if group and not role:
        raise ApiError(
            "InvalidCloudWatchLogsRoleArnException",
            "You must specify a role ARN as well as a log group.",
        )
    if role and not group:
        raise ApiError(
            "InvalidCloudWatchLogsLogGroupArnException",
            "You must specify a log group as well as a role ARN.",
        )


def _checked_key(settings: TrailSettings, trail: Trail, given: bool) -> TrailSettings:
    if not given or not settings.kms_key_id:
        return settings
    key = keys.find(trail.account_id, _region_of(settings.kms_key_id, trail), settings.kms_key_id)
    if key is None:
        raise ApiError("KmsKeyNotFoundException", f"Key {settings.kms_key_id} does not exist.")
    if key.state != "Enabled":
        raise ApiError("KmsKeyDisabledException", f"Key {key.arn} is {key.state}, not Enabled.")
    if not dependencies.key_admits(trail.arn, trail.account_id, key):
        raise ApiError(
            "InsufficientEncryptionPolicyException",
            f"The policy of key {key.arn} does not let CloudTrail encrypt for {trail.arn}.",
        )
    return replace(settings, kms_key_id=key.arn)


def _check_scope(settings: TrailSettings, before: TrailSettings, given: Mapping[str, Any]) -> None:
    if settings.is_organization_trail:
        raise ApiError(
            "OrganizationsNotInUseException", "The account is not part of an organization."
        )
    asks_for_all_regions = given.get("is_multi_region_trail", before.is_multi_region_trail)
    if asks_for_all_regions and given.get("include_global_service_events") is False:
        raise ApiError(
            "InvalidParameterCombinationException",
            "Multi-Region trail must include global service events.",
        )


def _without_global_events_in_one_region(
    settings: TrailSettings, before: TrailSettings, given: Mapping[str, Any]
) -> TrailSettings:
    """A trail reduced to one region loses global service events, one extended to all gets them.

    (CloudTrail user guide, converting a multi-region trail to a single-region trail.)
    """
    if (
        settings.is_multi_region_trail == before.is_multi_region_trail
        or "include_global_service_events" in given
    ):
        return settings
    return replace(settings, include_global_service_events=settings.is_multi_region_trail)


def _check_bucket(settings: TrailSettings, trail: Trail) -> None:
    bucket = settings.s3_bucket_name
    trail_names.check_bucket_name(bucket)
    trail_names.check_prefix(settings.s3_key_prefix)
    if s3.bucket_policy(bucket) is None:
        raise ApiError("S3BucketDoesNotExistException", f"S3 bucket {bucket} does not exist!")
    if not dependencies.bucket_admits(trail.arn, trail.account_id, settings):
        raise ApiError(
            "InsufficientS3BucketPolicyException",
            f"Incorrect S3 bucket policy is detected for bucket: {bucket}",
        )


def _check_logs(settings: TrailSettings, trail: Trail) -> None:
    group_arn = settings.cloud_watch_logs_log_group_arn
    role_arn = settings.cloud_watch_logs_role_arn
    if not group_arn and not role_arn:
        return
    if not role_arn:
        raise ApiError(
            "InvalidCloudWatchLogsRoleArnException", "A log group needs a role to write to it with."
        )
    group = dependencies.log_group(group_arn)
    if group is None or group.region != trail.home_region or not group_arn.endswith(":*"):
        raise ApiError(
            "InvalidCloudWatchLogsLogGroupArnException",
            f"{group_arn!r} is not the ARN, ending in :*, of a log group in {trail.home_region}.",
        )
    if not logs.group_exists(group.account_id, group.region, group.name):
        raise ApiError("InvalidCloudWatchLogsLogGroupArnException", f"{group.name} does not exist.")
    stream = f"{trail.account_id}_CloudTrail_{trail.home_region}"
    if not identity.role_exists(role_arn):
        raise ApiError("InvalidCloudWatchLogsRoleArnException", f"{role_arn} does not exist.")
    refusal = identity.caller_may_pass(role_arn, dependencies.SERVICE)
    if refusal:
        raise ApiError("AccessDeniedException", refusal)
    if not dependencies.role_admits(role_arn, group, stream):
        raise ApiError(
            "InvalidCloudWatchLogsRoleArnException",
            f"{role_arn} does not let CloudTrail create and write log stream {stream}.",
        )


def _check_topic(settings: TrailSettings, trail: Trail) -> None:
    arn = settings.sns_topic_arn
    if not arn:
        return
    if not _TOPIC_ARN.fullmatch(arn):
        raise ApiError("InvalidSnsTopicNameException", f"{arn!r} is not the name of a topic.")
    if not dependencies.topic_admits(trail.arn, trail.account_id, arn):
        raise ApiError(
            "InsufficientSnsTopicPolicyException",
            f"SNS topic {arn} does not exist, or its policy does not let CloudTrail publish.",
        )


def _topic_arn(name: str, trail: Trail) -> str:
    if not name or name.startswith("arn:"):
        return name
    return f"arn:aws:sns:{trail.home_region}:{trail.account_id}:{name}"


def _region_of(key: str, trail: Trail) -> str:
    return key.split(":")[3] if key.startswith("arn:") else trail.home_region
