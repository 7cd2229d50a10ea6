"""Cuts what botocore knows of AWS down to what the functions call: a cold start reads all of it."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

# Every call that the functions make, by botocore's names; a test finds the ones that are missing.
OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "cloudformation": ("DescribeStackResource", "DescribeStacks", "UpdateTerminationProtection"),
    "cloudtrail": (
        *("AddTags", "CreateTrail", "DescribeTrails", "GetEventConfiguration"),
        *("GetEventSelectors", "GetInsightSelectors", "GetTrailStatus", "ListTags", "LookupEvents"),
        *("PutEventConfiguration", "PutEventSelectors", "PutInsightSelectors", "StartLogging"),
        "UpdateTrail",
    ),
    "dynamodb": (
        *("BatchGetItem", "BatchWriteItem", "CreateTable", "DeleteItem", "DescribeTable"),
        *("DescribeTimeToLive", "GetItem", "GetResourcePolicy", "PutItem", "PutResourcePolicy"),
        *("Query", "UpdateItem", "UpdateTable", "UpdateTimeToLive"),
    ),
    "ec2": ("DescribeInstances",),
    "events": ("ListRules", "ListTargetsByRule", "PutRule", "PutTargets", "RemoveTargets"),
    "iam": (
        *("AttachRolePolicy", "AttachUserPolicy", "CreateRole", "DeleteRolePolicy"),
        "DetachRolePolicy",
        *("GetPolicy", "GetPolicyVersion", "GetRole", "GetRolePolicy"),
        *("ListAttachedRolePolicies", "ListRolePolicies", "ListRoleTags", "ListUserTags"),
        *("PutRolePermissionsBoundary", "PutRolePolicy", "UpdateAssumeRolePolicy"),
    ),
    "kms": (
        *("CancelKeyDeletion", "CreateAlias", "DescribeKey", "EnableKey", "EnableKeyRotation"),
        *("GetKeyPolicy", "GetKeyRotationStatus", "ListGrants", "PutKeyPolicy", "UpdateAlias"),
    ),
    "lambda": (
        *("AddPermission", "CreateAlias", "CreateEventSourceMapping", "DeleteFunctionConcurrency"),
        *("DeleteFunctionUrlConfig", "GetAccountSettings", "GetAlias", "GetFunctionConcurrency"),
        *("GetFunctionConfiguration", "GetFunctionEventInvokeConfig", "GetLayerVersionByArn"),
        *("ListAliases", "ListEventSourceMappings", "ListFunctionUrlConfigs"),
        "ListVersionsByFunction",
        *("PutFunctionConcurrency", "PutFunctionEventInvokeConfig", "RemovePermission"),
        "UpdateAlias",
        *("GetPolicy", "UpdateEventSourceMapping"),
    ),
    "logs": (
        *("CreateLogGroup", "DeleteDataProtectionPolicy", "DescribeAccountPolicies"),
        *("DescribeLogGroups", "FilterLogEvents"),
        *("DescribeMetricFilters", "DescribeSubscriptionFilters", "DisassociateKmsKey"),
        *("GetDataProtectionPolicy", "PutLogGroupDeletionProtection", "PutMetricFilter"),
        "PutRetentionPolicy",
    ),
    "s3": (
        *("CreateBucket", "GetBucketEncryption", "GetBucketLifecycleConfiguration"),
        *("GetBucketLogging", "GetBucketNotificationConfiguration"),
        *("GetBucketOwnershipControls", "GetBucketPolicy", "GetBucketReplication"),
        "GetObject",
        *("GetBucketRequestPayment", "GetBucketVersioning", "GetObjectLockConfiguration"),
        "GetPublicAccessBlock",
        *("ListBuckets", "PutBucketEncryption", "PutBucketLifecycleConfiguration"),
        *("PutBucketLogging", "PutBucketNotificationConfiguration", "PutBucketOwnershipControls"),
        *("PutBucketPolicy", "PutBucketRequestPayment"),
        *("PutBucketVersioning", "PutObjectLockConfiguration", "PutPublicAccessBlock"),
        # Botocore's own: it asks where a bucket is when it was sent to the wrong region.
        "HeadBucket",
    ),
    "scheduler": ("CreateSchedule", "GetSchedule", "UpdateSchedule"),
    "secretsmanager": ("GetSecretValue",),
    "sns": (
        *("CreateTopic", "GetSubscriptionAttributes"),
        *("GetTopicAttributes", "ListSubscriptionsByTopic", "Publish"),
        *("SetSubscriptionAttributes", "SetTopicAttributes", "Subscribe"),
    ),
    "cloudwatch": ("DescribeAlarms", "GetMetricStatistics", "PutMetricAlarm"),
    "sqs": (
        *("ChangeMessageVisibilityBatch", "CreateQueue", "DeleteMessage", "GetQueueAttributes"),
        *("ReceiveMessage", "SendMessage", "SetQueueAttributes"),
    ),
    "ssm": ("GetParameter", "GetParameterHistory", "PutParameter"),
}

# What botocore reads whatever the service is.
_SHARED = ("_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json")
_NEEDLESS = ("examples-1", "completions-1")

Model = dict[str, Any]


class UnknownOperationError(ValueError):
    """When botocore knows no such service or operation."""


def trim(data: Path, operations: Mapping[str, Iterable[str]] = OPERATIONS) -> None:
    """Cut botocore's data folder, in place, down to these operations.

    Each service keeps its latest version. What is left is stored uncompressed and without blanks:
    the asset is an archive already, and inflating again would cost every cold start.

    Raises:
        UnknownOperationError: botocore knows no such service or operation.
    """
    prefixes = set()
    for service in operations:
        if not (data / service).is_dir():
            raise UnknownOperationError(f"botocore has no service {service!r}")
    for place in data.iterdir():
        if place.name not in operations and place.name not in _SHARED:
            _remove(place)
    for service, names in operations.items():
        folder = _latest_alone(data / service)
        _inflate(folder)
        model = _read(folder / "service-2.json")
        prefixes |= {service, model["metadata"]["endpointPrefix"]}
        _write(folder / "service-2.json", trimmed_model(model, frozenset(names)))
    endpoints = data / "endpoints.json"
    _write(endpoints, trimmed_endpoints(_read(endpoints), frozenset(prefixes)))


def trimmed_model(model: Model, operations: frozenset[str]) -> Model:
    """A service model with these operations, the shapes they need, and no documentation.

    Raises:
        UnknownOperationError: the service has no such operation.
    """
    unknown = operations - model["operations"].keys()
    if unknown:
        service = model["metadata"]["serviceId"]
        raise UnknownOperationError(f"botocore's {service} has no operation {sorted(unknown)}")
    kept = {
        name: _undocumented(each)
        for name, each in model["operations"].items()
        if name in operations
    }
    shapes = model["shapes"]
    needed: set[str] = set()
    waiting = [name for operation in kept.values() for name in _shapes_in(operation)]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += _shapes_in(shapes[name])
    used = {name: _undocumented(shape) for name, shape in shapes.items() if name in needed}
    return {**model, "operations": kept, "shapes": used}


def trimmed_endpoints(endpoints: Model, prefixes: frozenset[str]) -> Model:
    """The endpoints of these services, in every partition and region."""
    partitions = [
        {
            **partition,
            "services": {
                name: each for name, each in partition["services"].items() if name in prefixes
            },
        }
        for partition in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def _shapes_in(part: Any) -> list[str]:
    """The names of the shapes that an operation or a shape refers to."""
    if isinstance(part, list):
        return [name for each in part for name in _shapes_in(each)]
    if not isinstance(part, dict):
        return []
    named = part.get("shape")
    own = [named] if isinstance(named, str) else []
    return [*own, *(name for each in part.values() for name in _shapes_in(each))]


def _undocumented(part: Any) -> Any:
    """Without the texts; a member that is called `documentation` is no text and stays."""
    if isinstance(part, list):
        return [_undocumented(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: _undocumented(each)
        for name, each in part.items()
        if not (name == "documentation" and isinstance(each, str))
    }


def _latest_alone(service: Path) -> Path:
    *older, latest = sorted(service.iterdir())
    for each in older:
        _remove(each)
    for each in latest.iterdir():
        if each.name.startswith(_NEEDLESS):
            _remove(each)
    return latest


def _inflate(folder: Path) -> None:
    for packed in folder.glob("*.json.gz"):
        _write(packed.with_suffix(""), json.loads(gzip.decompress(packed.read_bytes())))
        packed.unlink()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _read(path: Path) -> Model:
    model: Model = json.loads(path.read_text(encoding="utf-8"))
    return model


def _write(path: Path, document: Model) -> None:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text, encoding="utf-8")
