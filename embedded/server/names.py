"""What CloudTrail calls things: event sources, event names, which events it records and as what."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Category(Enum):
    """The category of an event; its value is the record's `eventCategory`."""

    MANAGEMENT = "Management"
    DATA = "Data"


GLOBAL_REGION = "us-east-1"
_GLOBAL_SERVICES = frozenset({"iam", "cloudfront", "route53", "organizations", "account"})

# The Lambda developer guide, "Lambda management events in CloudTrail", and recorded events.
_LAMBDA_SUFFIXES: Mapping[str, str] = {
    "AddLayerVersionPermission": "20181031",
    "AddPermission": "20150331v2",
    "CreateAlias": "20150331",
    "CreateEventSourceMapping": "20150331",
    "CreateFunction": "20150331",
    "DeleteAlias": "20150331",
    "DeleteEventSourceMapping": "20150331",
    "DeleteFunction": "20150331",
    "DeleteFunctionConcurrency": "20171031",
    "DeleteLayerVersion": "20181031",
    "GetAlias": "20150331",
    "GetEventSourceMapping": "20150331",
    "GetFunction": "20150331v2",
    "GetFunctionConfiguration": "20150331v2",
    "GetLayerVersion": "20181031",
    "GetLayerVersionPolicy": "20181031",
    "GetPolicy": "20150331v2",
    "ListAliases": "20150331",
    "ListEventSourceMappings": "20150331",
    "ListFunctions": "20150331",
    "ListLayerVersions": "20181031",
    "ListLayers": "20181031",
    "ListTags": "20170331",
    "ListVersionsByFunction": "20150331",
    "PublishLayerVersion": "20181031",
    "PublishVersion": "20150331",
    "PutFunctionConcurrency": "20171031",
    "RemoveLayerVersionPermission": "20181031",
    "RemovePermission": "20150331v2",
    "TagResource": "20170331v2",
    "UntagResource": "20170331v2",
    "UpdateAlias": "20150331",
    "UpdateEventSourceMapping": "20150331",
    "UpdateFunctionCode": "20150331v2",
    "UpdateFunctionConfiguration": "20150331v2",
}

# The S3 user guide, "Amazon S3 CloudTrail events": bucket calls keep the names of the REST API.
_S3_NAMES: Mapping[str, str] = {
    "DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
    "GetBucketLifecycleConfiguration": "GetBucketLifecycle",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "ListObjectsV2": "ListObjects",
    "PutBucketLifecycleConfiguration": "PutBucketLifecycle",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
_S3_CONTROL_NAMES: Mapping[str, str] = {
    "DeletePublicAccessBlock": "DeleteAccountPublicAccessBlock",
    "GetPublicAccessBlock": "GetAccountPublicAccessBlock",
    "PutPublicAccessBlock": "PutAccountPublicAccessBlock",
}

_DATA_TYPES: Mapping[str, str] = {
    "dynamodb": "AWS::DynamoDB::Table",
    "kinesis": "AWS::Kinesis::Stream",
    "lambda": "AWS::Lambda::Function",
    "cloudwatch": "AWS::CloudWatch::Metric",
    "s3": "AWS::S3::Object",
    "sns": "AWS::SNS::Topic",
    "sqs": "AWS::SQS::Queue",
}
_DATA_EVENTS: Mapping[str, frozenset[str]] = {
    "cloudwatch": frozenset(
        {"GetMetricData", "GetMetricStatistics", "ListMetrics", "PutMetricData"}
    ),
    "dynamodb": frozenset(
        {
            "BatchExecuteStatement",
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "ExecuteStatement",
            "ExecuteTransaction",
            "GetItem",
            "PutItem",
            "Query",
            "Scan",
            "TransactGetItems",
            "TransactWriteItems",
            "UpdateItem",
        }
    ),
    "kinesis": frozenset({"GetRecords", "GetShardIterator", "PutRecord", "PutRecords"}),
    "lambda": frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"}),
    "s3": frozenset(
        {
            "AbortMultipartUpload",
            "CompleteMultipartUpload",
            "CopyObject",
            "CreateMultipartUpload",
            "DeleteObject",
            "DeleteObjectTagging",
            "DeleteObjects",
            "GetObject",
            "GetObjectAcl",
            "GetObjectAttributes",
            "GetObjectLegalHold",
            "GetObjectRetention",
            "GetObjectTagging",
            "GetObjectTorrent",
            "HeadBucket",
            "HeadObject",
            "ListMultipartUploads",
            "ListObjectVersions",
            "ListObjects",
            "ListObjectsV2",
            "ListParts",
            "PutObject",
            "PutObjectAcl",
            "PutObjectLegalHold",
            "PutObjectRetention",
            "PutObjectTagging",
            "RestoreObject",
            "SelectObjectContent",
            "UpdateObjectEncryption",
            "UploadPart",
            "UploadPartCopy",
        }
    ),
    "sns": frozenset({"Publish", "PublishBatch"}),
    "sqs": frozenset(
        {
            "ChangeMessageVisibility",
            "ChangeMessageVisibilityBatch",
            "DeleteMessage",
            "DeleteMessageBatch",
            "GetQueueUrl",
            "ReceiveMessage",
            "SendMessage",
            "SendMessageBatch",
        }
    ),
}
# Calls that leave no event that a trail of this account could select.
_NOT_RECORDED: Mapping[str, frozenset[str]] = {
    "events": frozenset({"PutEvents"}),
    "firehose": frozenset({"PutRecord", "PutRecordBatch"}),
    "logs": frozenset({"FilterLogEvents", "GetLogEvents", "PutLogEvents"}),
}

_READ_PREFIXES = (
    "BatchGet",
    "Check",
    "Describe",
    "Detect",
    "Estimate",
    "Filter",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Preview",
    "Query",
    "Receive",
    "Scan",
    "Search",
    "Select",
    "Simulate",
    "Test",
    "TransactGet",
    "Validate",
    "View",
)
# Names that do not look like reads although CloudTrail marks them so.
_READS: Mapping[str, frozenset[str]] = {
    "kms": frozenset(
        {
            "Decrypt",
            "DeriveSharedSecret",
            "Encrypt",
            "GenerateDataKey",
            "GenerateDataKeyPair",
            "GenerateDataKeyPairWithoutPlaintext",
            "GenerateDataKeyWithoutPlaintext",
            "GenerateMac",
            "GenerateRandom",
            "ReEncrypt",
            "Sign",
            "Verify",
            "VerifyMac",
        }
    ),
    "logs": frozenset({"StartQuery", "StopQuery"}),
    "sts": frozenset(
        {
            "AssumeRole",
            "AssumeRoleWithSAML",
            "AssumeRoleWithWebIdentity",
            "DecodeAuthorizationMessage",
        }
    ),
}


def event_source(signing_name: str) -> str:
    """The event source of the service that a request was signed for."""
    return f"{signing_name}.amazonaws.com"


def bus_source(source: str) -> str:
    """The `source` of the EventBridge event about a call to an event source."""
    return "aws." + source.removesuffix(".amazonaws.com")


def event_name(service: str, operation: str) -> str:
    """The name of the event that an operation leaves; `service` is the model's name."""
    if service == "lambda":
        return operation + _LAMBDA_SUFFIXES.get(operation, "")
    if service == "s3":
        return _S3_NAMES.get(operation, operation)
    if service == "s3control":
        return _S3_CONTROL_NAMES.get(operation, operation)
    return operation


def category(service: str, operation: str) -> Category | None:
    """Whether a call leaves a management or a data event; None when it leaves none."""
    if operation in _NOT_RECORDED.get(service, ()):
        return None
    is_data = operation in _DATA_EVENTS.get(service, ())
    return Category.DATA if is_data else Category.MANAGEMENT


def data_resource_type(service: str) -> str:
    """The resource type that a selector names to select a service's data events."""
    return _DATA_TYPES[service]


def is_read_only(service: str, operation: str) -> bool:
    """Whether CloudTrail marks the event as one that changes nothing."""
    return operation in _READS.get(service, ()) or operation.startswith(_READ_PREFIXES)


def event_region(service: str, signed_region: str) -> str:
    """The region an event belongs to: of a global service always us-east-1."""
    return GLOBAL_REGION if service in _GLOBAL_SERVICES else signed_region


def is_global(service: str) -> bool:
    """Whether a service is one whose events only IncludeGlobalServiceEvents selects."""
    return service in _GLOBAL_SERVICES


def error_code(service: str, code: str) -> str:
    """An API error's code as CloudTrail spells it.

    EC2 puts the fault's side in front; a refusal by IAM is AccessDenied in CloudTrail's own and in
    Organizations' records although their APIs answer AccessDeniedException (recorded events).
    """
    if service == "ec2":
        return f"Client.{code}"
    if service in ("cloudtrail", "organizations") and code == "AccessDeniedException":
        return "AccessDenied"
    return code
