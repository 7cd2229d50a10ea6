"""AWS::S3::Bucket: the properties that the emulator drops, put through S3's own API."""

from __future__ import annotations

from typing import Any

from embedded.adapter import gateway
from embedded.adapter.cloudformation import Properties


def complete(bucket: str, old: Properties, new: Properties) -> None:
    """Put every configuration that the template declares, and remove those it no longer does."""
    buckets = gateway.client("s3")
    _versioning(buckets, bucket, old, new)
    _encryption(buckets, bucket, old, new)
    _lifecycle(buckets, bucket, old, new)
    if "OwnershipControls" in new:
        buckets.put_bucket_ownership_controls(
            Bucket=bucket, OwnershipControls=new["OwnershipControls"]
        )
    if "LoggingConfiguration" in new or "LoggingConfiguration" in old:
        buckets.put_bucket_logging(
            Bucket=bucket, BucketLoggingStatus=_logging(new.get("LoggingConfiguration"), bucket)
        )
    if "ObjectLockConfiguration" in new or new.get("ObjectLockEnabled"):
        buckets.put_object_lock_configuration(
            Bucket=bucket, ObjectLockConfiguration=_object_lock(new)
        )
    if "NotificationConfiguration" in new or "NotificationConfiguration" in old:
        buckets.put_bucket_notification_configuration(
            Bucket=bucket,
            NotificationConfiguration=_notification(new.get("NotificationConfiguration", {})),
        )
    if "Tags" in new:
        buckets.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": new["Tags"]})
    elif "Tags" in old:
        buckets.delete_bucket_tagging(Bucket=bucket)


def _versioning(buckets: Any, bucket: str, old: Properties, new: Properties) -> None:
    """A bucket that was versioned can only be suspended, never unversioned."""
    if "VersioningConfiguration" in new:
        status = new["VersioningConfiguration"]["Status"]
    elif new.get("ObjectLockEnabled"):
        status = "Enabled"
    elif "VersioningConfiguration" in old:
        status = "Suspended"
    else:
        return
    buckets.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})


def _encryption(buckets: Any, bucket: str, old: Properties, new: Properties) -> None:
    if "BucketEncryption" in new:
        rules = [
            {
                "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
                **{k: v for k, v in rule.items() if k != "ServerSideEncryptionByDefault"},
            }
            for rule in new["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        ]
        buckets.put_bucket_encryption(
            Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules}
        )
    elif "BucketEncryption" in old:
        buckets.delete_bucket_encryption(Bucket=bucket)


def _lifecycle(buckets: Any, bucket: str, old: Properties, new: Properties) -> None:
    if "LifecycleConfiguration" in new:
        rules = [_lifecycle_rule(rule) for rule in new["LifecycleConfiguration"]["Rules"]]
        buckets.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": rules}
        )
    elif "LifecycleConfiguration" in old:
        buckets.delete_bucket_lifecycle(Bucket=bucket)


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """A template's rule as the API spells it."""
    made: dict[str, Any] = {"Status": rule["Status"], "Filter": _lifecycle_filter(rule)}
    if "Id" in rule:
        made["ID"] = rule["Id"]
    expiration = {
        "Days": rule.get("ExpirationInDays"),
        "Date": rule.get("ExpirationDate"),
        "ExpiredObjectDeleteMarker": rule.get("ExpiredObjectDeleteMarker"),
    }
    if any(value is not None for value in expiration.values()):
        made["Expiration"] = {k: v for k, v in expiration.items() if v is not None}
    if "Transitions" in rule:
        made["Transitions"] = [_transition(t, "Days") for t in rule["Transitions"]]
    if "NoncurrentVersionTransitions" in rule:
        made["NoncurrentVersionTransitions"] = [
            _transition(t, "NoncurrentDays") for t in rule["NoncurrentVersionTransitions"]
        ]
    if "NoncurrentVersionExpiration" in rule:
        made["NoncurrentVersionExpiration"] = dict(rule["NoncurrentVersionExpiration"])
    elif "NoncurrentVersionExpirationInDays" in rule:
        days = rule["NoncurrentVersionExpirationInDays"]
        made["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
    if "AbortIncompleteMultipartUpload" in rule:
        made["AbortIncompleteMultipartUpload"] = dict(rule["AbortIncompleteMultipartUpload"])
    return made


def _lifecycle_filter(rule: dict[str, Any]) -> dict[str, Any]:
    tags = [{"Key": tag["Key"], "Value": tag["Value"]} for tag in rule.get("TagFilters", [])]
    parts = {
        "Prefix": rule.get("Prefix"),
        "ObjectSizeGreaterThan": _integer(rule.get("ObjectSizeGreaterThan")),
        "ObjectSizeLessThan": _integer(rule.get("ObjectSizeLessThan")),
    }
    given: dict[str, Any] = {name: value for name, value in parts.items() if value is not None}
    if len(given) + len(tags) > 1:
        return {"And": {**given, **({"Tags": tags} if tags else {})}}
    if tags:
        return {"Tag": tags[0]}
    return given or {"Prefix": ""}


def _transition(transition: dict[str, Any], days: str) -> dict[str, Any]:
    made = {"StorageClass": transition["StorageClass"]}
    if "TransitionInDays" in transition:
        made[days] = int(transition["TransitionInDays"])
    if "TransitionDate" in transition:
        made["Date"] = transition["TransitionDate"]
    if "NewerNoncurrentVersions" in transition:
        made["NewerNoncurrentVersions"] = int(transition["NewerNoncurrentVersions"])
    return made


def _logging(configuration: dict[str, Any] | None, bucket: str) -> dict[str, Any]:
    if not configuration:
        return {}
    enabled = {
        "TargetBucket": configuration.get("DestinationBucketName", bucket),
        "TargetPrefix": configuration.get("LogFilePrefix", ""),
    }
    if "TargetObjectKeyFormat" in configuration:
        enabled["TargetObjectKeyFormat"] = configuration["TargetObjectKeyFormat"]
    return {"LoggingEnabled": enabled}


def _notification(configuration: dict[str, Any]) -> dict[str, Any]:
    """Only events to EventBridge, which a template turns on by a flag and the API by an empty map.

    Raises NotImplementedError for queues, topics and functions: a bucket must not look as if it
    told them.
    """
    others = sorted(configuration.keys() - {"EventBridgeConfiguration"})
    if others:
        message = f"NotificationConfiguration: {', '.join(others)} is not supported here"
        raise NotImplementedError(message)
    told = configuration.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled", False)
    return {"EventBridgeConfiguration": {}} if str(told).lower() == "true" else {}


def _object_lock(properties: Properties) -> dict[str, Any]:
    configuration = properties.get("ObjectLockConfiguration", {})
    rule = configuration.get("Rule")
    return {"ObjectLockEnabled": "Enabled", **({"Rule": rule} if rule else {})}


def _integer(value: Any) -> int | None:
    return None if value is None else int(value)
