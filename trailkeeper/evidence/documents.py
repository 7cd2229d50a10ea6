"""Every document of the evidence, derived from the baseline, in the shape boto3 takes and gives.

The stacks deploy these and the guards restore these; there is no second copy anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.controls import CONTROLS, TRAIL_CHANGES
from trailkeeper.evidence.metrics import NAMESPACE
from trailkeeper.evidence.names import ACCESS_LOG_PREFIX, LOG_GROUP, PREFIX, STREAM_FILTER

Document = dict[str, Any]


def trail_settings(baseline: Baseline) -> Document:
    """The arguments of CreateTrail and UpdateTrail."""
    names = baseline.names
    settings: Document = {
        "S3BucketName": baseline.log_bucket,
        "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": True,
        "EnableLogFileValidation": True,
        "CloudWatchLogsLogGroupArn": f"{names.log_group_arn}:*",
        "CloudWatchLogsRoleArn": names.delivery_role_arn,
    }
    if baseline.evidence_key_arn:
        settings["KmsKeyId"] = baseline.evidence_key_arn
    return settings


def described_trail(baseline: Baseline) -> Document:
    """What DescribeTrails says of a trail in order; a field absent here must be empty there.

    RecursiveLogging is true unless somebody turned it off (CloudTrail API reference, Trail).
    """
    settings = trail_settings(baseline)
    settings["LogFileValidationEnabled"] = settings.pop("EnableLogFileValidation")
    return {
        "Name": baseline.trail_name,
        "TrailARN": baseline.names.trail_arn,
        "HomeRegion": baseline.region,
        "IsOrganizationTrail": False,
        "RecursiveLogging": True,
        **settings,
    }


EVERYTHING = ("*",)


def event_selectors(baseline: Baseline) -> list[Document]:
    """All management events of all services, and the data events that the settings ask for.

    Events of the objects in a bucket that the trail's own deliveries fill are never recorded: each
    delivery would make the next. Source: CloudTrail user guide, "Filtering data events by using
    advanced event selectors".
    """
    return [
        {
            "Name": "Management events selector",
            "FieldSelectors": [_equals("eventCategory", "Management")],
        },
        *_object_selectors(baseline),
        *_invocation_selectors(baseline),
    ]


def _object_selectors(baseline: Baseline) -> Iterator[Document]:
    names, arn = baseline.names, f"arn:{baseline.partition}:s3:::"
    if baseline.data_buckets == EVERYTHING:
        ours = (names.log_bucket, names.fallback_bucket, names.access_bucket)
        these = {"NotStartsWith": [f"{arn}{each}/" for each in ours]}
    elif baseline.data_buckets:
        these = {"StartsWith": [f"{arn}{each}/" for each in baseline.data_buckets]}
    else:
        return
    yield _data_selector("S3 objects selector", "AWS::S3::Object", these)


def _invocation_selectors(baseline: Baseline) -> Iterator[Document]:
    arn, kind = baseline.names.arn("lambda", "function:"), "AWS::Lambda::Function"
    if baseline.data_functions == EVERYTHING:
        yield _data_selector("Lambda functions selector", kind, {})
        return
    if baseline.own_invocations:
        own = {"StartsWith": [f"{arn}{PREFIX}"]}
        yield _data_selector("Trailkeeper functions selector", kind, own)
    if baseline.data_functions:
        these = {"Equals": [f"{arn}{each}" for each in baseline.data_functions]}
        yield _data_selector("Lambda functions selector", kind, these)


def _data_selector(name: str, kind: str, these: Mapping[str, list[str]]) -> Document:
    chosen = [{"Field": "resources.ARN", **these}] if these else []
    return {
        "Name": name,
        "FieldSelectors": [
            _equals("eventCategory", "Data"),
            _equals("resources.type", kind),
            *chosen,
        ],
    }


def _equals(field: str, value: str) -> Document:
    return {"Field": field, "Equals": [value]}


def insight_selectors(baseline: Baseline) -> list[Document]:
    """The kinds of CloudTrail Insights that are paid for; none by default."""
    return [{"InsightType": kind} for kind in sorted(baseline.insight_types)]


def tags(baseline: Baseline) -> list[Document]:
    """The tags that the settings ask for, of the trail and of all that is made again."""
    return [{"Key": key, "Value": value} for key, value in sorted(baseline.tags)]


def tls_only(bucket: str) -> Document:
    """The statement of a bucket's policy that refuses whoever comes without TLS."""
    return {
        "Sid": "DenyInsecureTransport",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def log_bucket_policy(baseline: Baseline) -> Document:
    """TLS only, and CloudTrail may write for our trail alone (aws:SourceArn).

    Source: CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail".
    """
    names = baseline.names
    bucket = baseline.log_bucket_arn
    service = {"Service": "cloudtrail.amazonaws.com"}
    return {
        "Version": "2012-10-17",
        "Statement": [
            tls_only(bucket),
            {
                "Sid": "CloudTrailAclCheck",
                "Effect": "Allow",
                "Principal": service,
                "Action": "s3:GetBucketAcl",
                "Resource": bucket,
                "Condition": {"StringEquals": {"aws:SourceArn": names.trail_arn}},
            },
            {
                "Sid": "CloudTrailWrite",
                "Effect": "Allow",
                "Principal": service,
                "Action": "s3:PutObject",
                "Resource": f"{bucket}/AWSLogs/{baseline.account}/*",
                "Condition": {
                    "StringEquals": {
                        "aws:SourceArn": names.trail_arn,
                        "s3:x-amz-acl": "bucket-owner-full-control",
                    }
                },
            },
        ],
    }


def public_access_block(_: Baseline) -> Document:
    """Nothing public, in no way."""
    return {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    }


def lifecycle_rules(baseline: Baseline) -> list[Document]:
    """Archive and expire as the settings say; broken uploads go in a week.

    In a versioned bucket expiry, like a deletion, only hides a file (S3 user guide, "Expiring
    objects"): it is gone for good once it was hidden for `keep_deleted_days`, and never where files
    never expire.
    """
    rule: Document = {
        "ID": "retention",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }
    if baseline.archive_after_days is not None:
        rule["Transitions"] = [
            {"Days": baseline.archive_after_days, "StorageClass": "GLACIER_IR"},
        ]
    if baseline.expire_after_days is not None:
        rule["Expiration"] = {"Days": baseline.expire_after_days}
        rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": baseline.keep_deleted_days}
    return [rule]


def bucket_encryption(baseline: Baseline) -> Document:
    """SSE-KMS with the evidence key and a bucket key, or SSE-S3 without one."""
    if baseline.evidence_key_arn:
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": baseline.evidence_key_arn}
        return {
            "Rules": [
                {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True},
            ]
        }
    return {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}


def bucket_ownership(_: Baseline) -> Document:
    """The account owns every object and ACLs count for nothing."""
    return {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def bucket_logging(baseline: Baseline) -> Document:
    """Who touched the log bucket is written to the access-log bucket."""
    return {"TargetBucket": baseline.names.access_bucket, "TargetPrefix": ACCESS_LOG_PREFIX}


def bucket_notification(_: Baseline) -> Document:
    """S3 tells EventBridge what happens in the bucket, and nobody else.

    `Object Deleted` events need no trail, so they come even while it is dark (S3 user guide, "Using
    EventBridge"). AWS charges nothing for them.
    """
    return {"EventBridgeConfiguration": {}}


def bucket_request_payment(_: Baseline) -> Document:
    """The account pays for requests; Requester Pays would refuse whoever does not offer to."""
    return {"Payer": "BucketOwner"}


def object_lock(baseline: Baseline) -> Document:
    """The default retention of new log files; empty when the setting is off."""
    if baseline.object_lock == "off":
        return {}
    retention = {"Mode": baseline.object_lock.upper(), "Days": baseline.object_lock_days}
    return {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}


def evidence_key_policy(baseline: Baseline) -> Document:
    """The account's IAM decides; CloudTrail may encrypt for our trail alone.

    Source: CloudTrail user guide, "Configure AWS KMS key policies for CloudTrail".
    """
    service = {"Service": "cloudtrail.amazonaws.com"}
    for_our_trail = {"aws:SourceArn": baseline.names.trail_arn}
    context = f"arn:{baseline.partition}:cloudtrail:*:{baseline.account}:trail/*"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AccountDecides",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{baseline.partition}:iam::{baseline.account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Sid": "CloudTrailEncrypts",
                "Effect": "Allow",
                "Principal": service,
                "Action": "kms:GenerateDataKey*",
                "Resource": "*",
                "Condition": {
                    "StringEquals": for_our_trail,
                    "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": context},
                },
            },
            {
                "Sid": "CloudTrailChecksTheKey",
                "Effect": "Allow",
                "Principal": service,
                "Action": ["kms:Decrypt", "kms:DescribeKey"],
                "Resource": "*",
                "Condition": {"StringEquals": for_our_trail},
            },
        ],
    }


def delivery_role_trust(_: Baseline) -> Document:
    """CloudTrail may take the delivery role."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "cloudtrail.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }


DELIVERY_POLICY_NAME = "deliver"
DELIVERY_ROLE_DESCRIPTION = "Trailkeeper: CloudTrail writes events to the trail's log group"


def delivery_role_policy(baseline: Baseline) -> Document:
    """Write to the trail's streams of our log group, nothing else.

    Source: CloudTrail user guide, "Role policy document for CloudTrail to use CloudWatch Logs".
    """
    stream = f"{baseline.account}_CloudTrail_{baseline.region}*"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": f"{baseline.names.log_group_arn}:log-stream:{stream}",
            }
        ],
    }


def delivery_boundary(baseline: Baseline) -> Document:
    """The most that the delivery role can ever do, whatever its policies say: what it has to do.

    The heal function may write the role's policies, so without a boundary whoever takes the heal
    function's rights could give the role any right, and then take the role.
    """
    return delivery_role_policy(baseline)


def metric_filters(baseline: Baseline) -> list[Document]:
    """Counts the calls of the CIS controls that the settings ask for, from the log group.

    Changes to trails are always counted: a second witness beside EventBridge. There is no default
    value, so a metric costs nothing in hours without a match.
    """
    return [
        {
            "filterName": control.id,
            "filterPattern": control.pattern,
            "metricTransformations": [
                {
                    "metricName": control.metric,
                    "metricNamespace": NAMESPACE,
                    "metricValue": "1",
                }
            ],
        }
        for control in CONTROLS.values()
        if control is TRAIL_CHANGES or control.id in baseline.controls
    ]


def subscription_filters(baseline: Baseline) -> list[Document]:
    """What reads the log group along: the stream of the settings, and nobody else."""
    if baseline.stream_to is None:
        return []
    return [{"filterName": STREAM_FILTER, "destinationArn": baseline.stream_to}]


def described_log_group(baseline: Baseline) -> Document:
    """What DescribeLogGroups says of a log group in order.

    It is deliberately not encrypted with the evidence key: one disabled key must not blind both
    copies of the events.
    """
    return {
        "logGroupName": LOG_GROUP,
        "retentionInDays": baseline.log_retention_days,
        "deletionProtectionEnabled": True,
    }
