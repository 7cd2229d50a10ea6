"""Turns the baseline's documents from boto3's shape into CDK's; nothing is decided here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_events as events
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

Document = Mapping[str, Any]


class UntranslatedError(ValueError):
    """When a document holds a field that would be lost on its way into the template."""


def _renamed(document: Document, **names: str) -> dict[str, Any]:
    """The document with its keys renamed (`boto3 name = CDK name`), refusing what is not named."""
    unknown = document.keys() - names.keys()
    if unknown:
        message = f"no CloudFormation spelling for {sorted(unknown)}; known are {sorted(names)}"
        raise UntranslatedError(message)
    return {names[key]: value for key, value in document.items()}


def by_reference(document: Any, references: Mapping[str, str]) -> Any:
    """The document with ARNs replaced by references to resources of the stack.

    CloudFormation makes the same text of it, but it and its checkers see what depends on what.
    """
    match document:
        case str():
            for arn, reference in references.items():
                document = document.replace(arn, reference)
            return document
        case Mapping():
            return {key: by_reference(value, references) for key, value in document.items()}
        case list():
            return [by_reference(each, references) for each in document]
        case _:
            return document


def trail_properties(settings: Document) -> dict[str, Any]:
    """CreateTrail's arguments as those of CfnTrail."""
    return _renamed(
        settings,
        S3BucketName="s3_bucket_name",
        IncludeGlobalServiceEvents="include_global_service_events",
        IsMultiRegionTrail="is_multi_region_trail",
        EnableLogFileValidation="enable_log_file_validation",
        CloudWatchLogsLogGroupArn="cloud_watch_logs_log_group_arn",
        CloudWatchLogsRoleArn="cloud_watch_logs_role_arn",
        KmsKeyId="kms_key_id",
    )


def advanced_event_selectors(
    selectors: Sequence[Document],
) -> list[cloudtrail.CfnTrail.AdvancedEventSelectorProperty]:
    """PutEventSelectors' AdvancedEventSelectors."""
    return [
        cloudtrail.CfnTrail.AdvancedEventSelectorProperty(
            name=selector["Name"],
            field_selectors=[
                cloudtrail.CfnTrail.AdvancedFieldSelectorProperty(
                    **_renamed(
                        each,
                        Field="field",
                        Equals="equal_to",
                        NotEquals="not_equals",
                        StartsWith="starts_with",
                        NotStartsWith="not_starts_with",
                        EndsWith="ends_with",
                        NotEndsWith="not_ends_with",
                    )
                )
                for each in selector["FieldSelectors"]
            ],
        )
        for selector in selectors
    ]


def insight_selectors(
    selectors: Sequence[Document],
) -> list[cloudtrail.CfnTrail.InsightSelectorProperty]:
    """PutInsightSelectors' InsightSelectors."""
    return [
        cloudtrail.CfnTrail.InsightSelectorProperty(
            **_renamed(each, InsightType="insight_type", EventCategories="event_categories")
        )
        for each in selectors
    ]


def bucket_encryption(document: Document) -> s3.CfnBucket.BucketEncryptionProperty:
    """PutBucketEncryption's ServerSideEncryptionConfiguration."""
    rules = []
    for rule in document["Rules"]:
        fields = _renamed(
            rule,
            ApplyServerSideEncryptionByDefault="server_side_encryption_by_default",
            BucketKeyEnabled="bucket_key_enabled",
        )
        default = _renamed(
            fields.pop("server_side_encryption_by_default"),
            SSEAlgorithm="sse_algorithm",
            KMSMasterKeyID="kms_master_key_id",
        )
        rules.append(
            s3.CfnBucket.ServerSideEncryptionRuleProperty(
                server_side_encryption_by_default=(
                    s3.CfnBucket.ServerSideEncryptionByDefaultProperty(**default)
                ),
                **fields,
            )
        )
    return s3.CfnBucket.BucketEncryptionProperty(server_side_encryption_configuration=rules)


def bucket_lifecycle(rules: Sequence[Document]) -> s3.CfnBucket.LifecycleConfigurationProperty:
    """PutBucketLifecycleConfiguration's Rules."""
    return s3.CfnBucket.LifecycleConfigurationProperty(rules=[_lifecycle_rule(r) for r in rules])


def _lifecycle_rule(rule: Document) -> s3.CfnBucket.RuleProperty:
    fields = _renamed(
        rule,
        ID="id",
        Status="status",
        Filter="prefix",
        AbortIncompleteMultipartUpload="abort_incomplete_multipart_upload",
        Transitions="transitions",
        Expiration="expiration_in_days",
        NoncurrentVersionExpiration="noncurrent_version_expiration",
    )
    fields["prefix"] = _only(fields["prefix"], "Prefix")
    if "abort_incomplete_multipart_upload" in fields:
        days = _only(fields["abort_incomplete_multipart_upload"], "DaysAfterInitiation")
        fields["abort_incomplete_multipart_upload"] = (
            s3.CfnBucket.AbortIncompleteMultipartUploadProperty(days_after_initiation=days)
        )
    if "transitions" in fields:
        fields["transitions"] = [
            s3.CfnBucket.TransitionProperty(
                **_renamed(each, Days="transition_in_days", StorageClass="storage_class")
            )
            for each in fields["transitions"]
        ]
    if "expiration_in_days" in fields:
        fields["expiration_in_days"] = _only(fields["expiration_in_days"], "Days")
    if "noncurrent_version_expiration" in fields:
        days = _only(fields["noncurrent_version_expiration"], "NoncurrentDays")
        fields["noncurrent_version_expiration"] = s3.CfnBucket.NoncurrentVersionExpirationProperty(
            noncurrent_days=days
        )
    return s3.CfnBucket.RuleProperty(**fields)


def _only(document: Document, key: str) -> Any:
    """The value of a document that may have no other field."""
    return _renamed(document, **{key: key})[key]


def bucket_ownership(document: Document) -> s3.CfnBucket.OwnershipControlsProperty:
    """PutBucketOwnershipControls' OwnershipControls."""
    return s3.CfnBucket.OwnershipControlsProperty(
        rules=[
            s3.CfnBucket.OwnershipControlsRuleProperty(
                **_renamed(each, ObjectOwnership="object_ownership")
            )
            for each in document["Rules"]
        ]
    )


def bucket_logging(document: Document) -> s3.CfnBucket.LoggingConfigurationProperty:
    """PutBucketLogging's LoggingEnabled."""
    return s3.CfnBucket.LoggingConfigurationProperty(
        **_renamed(document, TargetBucket="destination_bucket_name", TargetPrefix="log_file_prefix")
    )


def bucket_notification(document: Document) -> s3.CfnBucket.NotificationConfigurationProperty:
    """PutBucketNotificationConfiguration's NotificationConfiguration; EventBridge takes no more."""
    fields = _renamed(document, EventBridgeConfiguration="event_bridge_configuration")
    _renamed(fields["event_bridge_configuration"])
    enabled = s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
    return s3.CfnBucket.NotificationConfigurationProperty(event_bridge_configuration=enabled)


def public_access_block(document: Document) -> s3.CfnBucket.PublicAccessBlockConfigurationProperty:
    """PutPublicAccessBlock's PublicAccessBlockConfiguration."""
    return s3.CfnBucket.PublicAccessBlockConfigurationProperty(
        **_renamed(
            document,
            BlockPublicAcls="block_public_acls",
            IgnorePublicAcls="ignore_public_acls",
            BlockPublicPolicy="block_public_policy",
            RestrictPublicBuckets="restrict_public_buckets",
        )
    )


def object_lock(document: Document) -> s3.CfnBucket.ObjectLockConfigurationProperty:
    """PutObjectLockConfiguration's ObjectLockConfiguration."""
    retention = _only(document["Rule"], "DefaultRetention")
    return s3.CfnBucket.ObjectLockConfigurationProperty(
        object_lock_enabled=document["ObjectLockEnabled"],
        rule=s3.CfnBucket.ObjectLockRuleProperty(
            default_retention=s3.CfnBucket.DefaultRetentionProperty(
                **_renamed(retention, Mode="mode", Days="days", Years="years")
            )
        ),
    )


def metric_filter(document: Document) -> dict[str, Any]:
    """PutMetricFilter's arguments, without the log group, as those of CfnMetricFilter."""
    fields = _renamed(
        document,
        filterName="filter_name",
        filterPattern="filter_pattern",
        metricTransformations="metric_transformations",
    )
    fields["metric_transformations"] = [
        logs.CfnMetricFilter.MetricTransformationProperty(
            **_renamed(
                each,
                metricName="metric_name",
                metricNamespace="metric_namespace",
                metricValue="metric_value",
                defaultValue="default_value",
                unit="unit",
            )
        )
        for each in fields["metric_transformations"]
    ]
    return fields


def event_pattern(pattern: Document) -> events.EventPattern:
    """An EventBridge pattern as it is written in JSON."""
    fields = {
        "source": "source",
        "detail-type": "detail_type",
        "region": "region",
        "detail": "detail",
    }
    return events.EventPattern(**_renamed(pattern, **fields))
