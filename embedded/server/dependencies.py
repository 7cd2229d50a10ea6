"""What a trail depends on: its bucket, key, log group and topic, and do they let it deliver."""

from __future__ import annotations

import re
from dataclasses import dataclass

from embedded.adapter import identity, keys, logs, s3, topics
from embedded.server.trails import Trail, TrailSettings

SERVICE = "cloudtrail.amazonaws.com"
_LOG_GROUP_ARN = re.compile(
    r"arn:aws[\w-]*:logs:(?P<region>[\w-]+):(?P<account>\d{12}):log-group:(?P<name>[^:*]+)(?::\*)?"
)


@dataclass(frozen=True)
class LogGroup:
    """Where a log group is."""

    account_id: str
    region: str
    name: str

    @property
    def arn(self) -> str:
        """The group's ARN, without the `:*` that CloudTrail's setting carries."""
        return f"arn:aws:logs:{self.region}:{self.account_id}:log-group:{self.name}"


def log_group(arn: str) -> LogGroup | None:
    """The log group that an ARN names; None when it is not an ARN of one."""
    found = _LOG_GROUP_ARN.fullmatch(arn)
    return LogGroup(found["account"], found["region"], found["name"]) if found else None


def bucket_admits(trail_arn: str, account_id: str, settings: TrailSettings) -> bool:
    """Whether the bucket's policy lets CloudTrail look at it and write this trail's files."""
    prefix = f"{settings.s3_key_prefix}/" if settings.s3_key_prefix else ""
    region = trail_arn.split(":")[3]
    key = f"{prefix}AWSLogs/{account_id}/CloudTrail/{region}/probe.json.gz"
    bucket = f"arn:aws:s3:::{settings.s3_bucket_name}"
    return _bucket_allows(trail_arn, account_id, settings, "s3:GetBucketAcl", bucket) and (
        _bucket_allows(trail_arn, account_id, settings, "s3:PutObject", f"{bucket}/{key}")
    )


def key_admits(trail_arn: str, account_id: str, key: keys.Key) -> bool:
    """Whether the key's policy lets CloudTrail encrypt this trail's files with it."""
    return identity.service_is_allowed(
        key.policy,
        service=SERVICE,
        action="kms:GenerateDataKey",
        resource=key.arn,
        region=key.arn.split(":")[3],
        account_id=account_id,
        conditions={
            "aws:SourceArn": trail_arn,
            "aws:SourceAccount": account_id,
            "kms:EncryptionContext:aws:cloudtrail:arn": trail_arn,
        },
    )


def role_admits(role_arn: str, group: LogGroup, stream: str) -> bool:
    """Whether the role can be assumed by CloudTrail and lets it write the stream."""
    resource = f"{group.arn}:log-stream:{stream}"
    return identity.role_trusts(role_arn, SERVICE) and all(
        identity.role_is_allowed(role_arn, action=action, resource=resource, region=group.region)
        for action in ("logs:CreateLogStream", "logs:PutLogEvents")
    )


def topic_admits(trail_arn: str, account_id: str, topic_arn: str) -> bool:
    """Whether the topic's policy lets CloudTrail publish for this trail."""
    return identity.service_is_allowed(
        topics.policy(topic_arn),
        service=SERVICE,
        action="sns:Publish",
        resource=topic_arn,
        region=topic_arn.split(":")[3],
        account_id=account_id,
        conditions={"aws:SourceArn": trail_arn, "aws:SourceAccount": account_id},
    )


def bucket_delivery_problem(trail: Trail, settings: TrailSettings, key: str) -> str:
    """The S3 error code that delivering a file would meet; "" when it would be written."""
    if s3.bucket_policy(settings.s3_bucket_name) is None:
        return "NoSuchBucket"
    resource = f"arn:aws:s3:::{settings.s3_bucket_name}/{key}"
    if not _bucket_allows(trail.arn, trail.account_id, settings, "s3:PutObject", resource):
        return "AccessDenied"
    if not settings.kms_key_id:
        return ""
    return _key_delivery_problem(trail, settings.kms_key_id)


def logs_delivery_problem(trail: Trail, settings: TrailSettings, stream: str) -> str:
    """The error code that delivering to the log group would meet; "" when it takes the events."""
    group = log_group(settings.cloud_watch_logs_log_group_arn)
    if group is None or not logs.group_exists(group.account_id, group.region, group.name):
        return "ResourceNotFoundException"
    return "" if role_admits(settings.cloud_watch_logs_role_arn, group, stream) else "AccessDenied"


def _key_delivery_problem(trail: Trail, key_arn: str) -> str:
    found = keys.find(trail.account_id, key_arn.split(":")[3], key_arn)
    if found is None:
        return "KMS.NotFoundException"
    if found.state == "Disabled":
        return "KMS.DisabledException"
    if found.state != "Enabled":
        return "KMS.KMSInvalidStateException"
    return "" if key_admits(trail.arn, trail.account_id, found) else "AccessDenied"


def _bucket_allows(
    trail_arn: str, account_id: str, settings: TrailSettings, action: str, resource: str
) -> bool:
    conditions = {"aws:SourceArn": trail_arn, "aws:SourceAccount": account_id}
    if action == "s3:PutObject":
        conditions["s3:x-amz-acl"] = "bucket-owner-full-control"
        if settings.kms_key_id:
            conditions["s3:x-amz-server-side-encryption"] = "aws:kms"
            conditions["s3:x-amz-server-side-encryption-aws-kms-key-id"] = settings.kms_key_id
    return identity.service_is_allowed(
        s3.bucket_policy(settings.s3_bucket_name),
        service=SERVICE,
        action=action,
        resource=resource,
        region=trail_arn.split(":")[3],
        account_id=account_id,
        conditions=conditions,
    )
