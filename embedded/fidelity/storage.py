"""Buckets, tables and parameters, read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from embedded.fidelity.clients import Clients, Document, Reader, or_nothing


def _bucket(clients: Clients, name: str, declared: Document) -> Document:
    buckets = clients("s3")
    encryption = or_nothing(buckets.get_bucket_encryption, Bucket=name)
    logging = or_nothing(buckets.get_bucket_logging, Bucket=name).get("LoggingEnabled", {})
    lock = or_nothing(buckets.get_object_lock_configuration, Bucket=name)
    lifecycle = or_nothing(buckets.get_bucket_lifecycle_configuration, Bucket=name)
    rules = encryption.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    lock_rules = lock.get("ObjectLockConfiguration", {})
    return {
        "BucketName": name if or_nothing(buckets.head_bucket, Bucket=name) else None,
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {
                    "ServerSideEncryptionByDefault": rule.get("ApplyServerSideEncryptionByDefault"),
                    "BucketKeyEnabled": rule.get("BucketKeyEnabled"),
                }
                for rule in rules
            ]
        },
        "LifecycleConfiguration": {
            "Rules": [_lifecycle_rule(rule) for rule in lifecycle.get("Rules", [])]
        },
        "LoggingConfiguration": {
            "DestinationBucketName": logging.get("TargetBucket"),
            "LogFilePrefix": logging.get("TargetPrefix"),
        },
        "NotificationConfiguration": _notification(clients, name),
        "ObjectLockEnabled": lock_rules.get("ObjectLockEnabled") == "Enabled",
        "ObjectLockConfiguration": lock_rules,
        "OwnershipControls": or_nothing(buckets.get_bucket_ownership_controls, Bucket=name).get(
            "OwnershipControls"
        ),
        "PublicAccessBlockConfiguration": or_nothing(
            buckets.get_public_access_block, Bucket=name
        ).get("PublicAccessBlockConfiguration"),
        "Tags": or_nothing(buckets.get_bucket_tagging, Bucket=name).get("TagSet"),
        "VersioningConfiguration": buckets.get_bucket_versioning(Bucket=name),
    }


def _notification(clients: Clients, name: str) -> Document:
    told = clients("s3").get_bucket_notification_configuration(Bucket=name)
    return {
        **told,
        "EventBridgeConfiguration": {"EventBridgeEnabled": "EventBridgeConfiguration" in told},
    }


def _lifecycle_rule(rule: Document) -> Document:
    expiration = rule.get("Expiration", {})
    known = rule.get("Filter", {})
    return {
        **rule,
        "Id": rule.get("ID"),
        "Prefix": known.get("Prefix", known.get("And", {}).get("Prefix")),
        "ExpirationInDays": expiration.get("Days"),
        "ExpirationDate": expiration.get("Date"),
        "ExpiredObjectDeleteMarker": expiration.get("ExpiredObjectDeleteMarker"),
        "Transitions": [
            {**each, "TransitionInDays": each.get("Days")} for each in rule.get("Transitions", [])
        ],
        "NoncurrentVersionTransitions": [
            {**each, "TransitionInDays": each.get("NoncurrentDays")}
            for each in rule.get("NoncurrentVersionTransitions", [])
        ],
    }


def _bucket_policy(clients: Clients, physical_id: str, declared: Document) -> Document:
    bucket = declared["Bucket"]
    return {
        "Bucket": bucket,
        "PolicyDocument": or_nothing(clients("s3").get_bucket_policy, Bucket=bucket).get("Policy"),
    }


def _table(clients: Clients, name: str, declared: Document) -> Document:
    tables = clients("dynamodb")
    table = tables.describe_table(TableName=name)["Table"]
    lifetime = tables.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    backups = tables.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    tags = tables.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    encryption = table.get("SSEDescription", {})
    return {
        **table,
        "BillingMode": table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": recovery == "ENABLED"},
        "SSESpecification": {
            "SSEEnabled": encryption.get("Status") == "ENABLED",
            "SSEType": encryption.get("SSEType"),
            "KMSMasterKeyId": encryption.get("KMSMasterKeyArn"),
        },
        "TimeToLiveSpecification": {
            "AttributeName": lifetime.get("AttributeName"),
            "Enabled": lifetime["TimeToLiveStatus"] == "ENABLED",
        },
        "ResourcePolicy": _table_policy(tables, table["TableArn"]),
        "Tags": tags,
    }


def _table_policy(tables: Any, arn: str) -> Document | None:
    try:
        answer = tables.get_resource_policy(ResourceArn=arn)
    except tables.exceptions.PolicyNotFoundException:
        return None
    return {"PolicyDocument": json.loads(answer["Policy"])}


def _parameter(clients: Clients, name: str, declared: Document) -> Document:
    parameters = clients("ssm")
    described = parameters.describe_parameters(
        ParameterFilters=[{"Key": "Name", "Values": [name]}]
    )["Parameters"]
    tags = parameters.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
    return {
        **described[0],
        **parameters.get_parameter(Name=name)["Parameter"],
        "Tags": {tag["Key"]: tag["Value"] for tag in tags},
    }


READERS: Mapping[str, Reader] = {
    "AWS::DynamoDB::Table": _table,
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::SSM::Parameter": _parameter,
}
