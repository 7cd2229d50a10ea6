"""What botocore writes onto the wire is read back as it was meant, in every protocol."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from embedded.server import wire, wire_requests

BUCKET = {"Bucket": "logs"}
POLICY = '{"Version": "2012-10-17", "Statement": []}'

CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("cloudtrail", "StopLogging", {"Name": "trail"}),
    ("cloudtrail", "LookupEvents", {"MaxResults": 5}),
    (
        "cloudtrail",
        "PutEventSelectors",
        {
            "TrailName": "trail",
            "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": False}],
        },
    ),
    ("kms", "PutKeyPolicy", {"KeyId": "key", "PolicyName": "default", "Policy": POLICY}),
    ("events", "RemoveTargets", {"Rule": "rule", "Ids": ["1", "2"]}),
    ("sqs", "SendMessage", {"QueueUrl": "http://127.0.0.1/1/q", "MessageBody": "hello & bye"}),
    ("cloudwatch", "DeleteAlarms", {"AlarmNames": ["one", "two"]}),
    ("cloudwatch", "SetAlarmState", {"AlarmName": "a", "StateValue": "OK", "StateReason": "é"}),
    ("iam", "PutRolePolicy", {"RoleName": "r", "PolicyName": "p", "PolicyDocument": POLICY}),
    ("iam", "TagRole", {"RoleName": "r", "Tags": [{"Key": "a", "Value": ""}]}),
    ("sns", "SetTopicAttributes", {"TopicArn": "t", "AttributeName": "a", "AttributeValue": "v"}),
    ("sns", "CreateTopic", {"Name": "t", "Attributes": {"DisplayName": "x y", "Policy": POLICY}}),
    (
        "sts",
        "AssumeRole",
        {"RoleArn": "arn:aws:iam::111122223333:role/r", "RoleSessionName": "eve"},
    ),
    (
        "cloudformation",
        "CreateStack",
        {"StackName": "s", "Parameters": [{"ParameterKey": "k", "ParameterValue": "v"}]},
    ),
    ("ec2", "StopInstances", {"InstanceIds": ["i-0123456789abcdef0"], "Force": True}),
    (
        "ec2",
        "DescribeInstances",
        {"Filters": [{"Name": "tag:Name", "Values": ["a", "b"]}], "MaxResults": 5},
    ),
    (
        "lambda",
        "DeleteFunction",
        {"FunctionName": "arn:aws:lambda:us-east-1:111122223333:function:f"},
    ),
    ("lambda", "PutFunctionConcurrency", {"FunctionName": "f", "ReservedConcurrentExecutions": 0}),
    ("lambda", "RemovePermission", {"FunctionName": "f", "StatementId": "s"}),
    ("lambda", "UpdateFunctionConfiguration", {"FunctionName": "f", "Timeout": 1, "Layers": []}),
    ("scheduler", "DeleteSchedule", {"Name": "s", "GroupName": "g"}),
    ("s3", "GetBucketPolicy", BUCKET),
    ("s3", "PutBucketPolicy", {**BUCKET, "Policy": POLICY}),
    ("s3", "DeleteBucket", BUCKET),
    ("s3", "HeadBucket", BUCKET),
    ("s3", "ListObjectsV2", {**BUCKET, "Prefix": "AWSLogs/", "MaxKeys": 10}),
    ("s3", "ListObjectVersions", BUCKET),
    ("s3", "GetObject", {**BUCKET, "Key": "a b/ü.json", "VersionId": "v"}),
    ("s3", "PutObject", {**BUCKET, "Key": "a/b", "Body": b"x"}),
    ("s3", "CopyObject", {**BUCKET, "Key": "a/b", "CopySource": "other/key"}),
    ("s3", "DeleteObjects", {**BUCKET, "Delete": {"Objects": [{"Key": "a"}]}}),
    ("s3", "UploadPart", {**BUCKET, "Key": "a", "PartNumber": 1, "UploadId": "u", "Body": b"x"}),
    ("s3", "PutBucketVersioning", {**BUCKET, "VersioningConfiguration": {"Status": "Suspended"}}),
    ("s3", "PutPublicAccessBlock", {**BUCKET, "PublicAccessBlockConfiguration": {}}),
    (
        "s3",
        "PutBucketLifecycleConfiguration",
        {**BUCKET, "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "Prefix": ""}]}},
    ),
    (
        "s3control",
        "PutPublicAccessBlock",
        {"AccountId": "111122223333", "PublicAccessBlockConfiguration": {}},
    ),
]
_IN_BODY = {"Body", "Policy", "Delete"}


class HeldBackError(Exception):
    """Ends a call of boto3 before anything is sent."""


@cache
def client(service: str) -> Any:
    session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="us-east-1")
    return session.client(
        service,
        endpoint_url="http://127.0.0.1:1",
        config=Config(signature_version="v4", inject_host_prefix=False),
    )


def sent(service: str, operation: str, parameters: dict[str, Any]) -> wire.Request:
    """The request that boto3 would send."""
    kept: list[Any] = []

    def hold(request: Any, **_: Any) -> Any:
        kept.append(request)
        raise HeldBackError

    caller = client(service)
    method = next(
        name for name, api in caller.meta.method_to_api_mapping.items() if api == operation
    )
    caller.meta.events.register("before-send", hold)
    try:
        with pytest.raises(HeldBackError):
            getattr(caller, method)(**parameters)
    finally:
        caller.meta.events.unregister("before-send", hold)
    (request,) = kept
    url = urlsplit(request.url)
    body = request.body or b""
    body = body.read() if hasattr(body, "read") else body
    return wire.Request(
        method=request.method,
        path=url.path or "/",
        query=wire.query_of(url.query),
        headers={
            name.lower(): value.decode() if isinstance(value, bytes) else str(value)
            for name, value in request.headers.items()
        },
        body=body.encode() if isinstance(body, str) else body,
        source_address="127.0.0.1",
    )


@pytest.mark.parametrize(("service", "operation", "parameters"), CALLS)
def test_requests_are_read_back(service: str, operation: str, parameters: dict[str, Any]):
    request = sent(service, operation, parameters)
    signature = wire.signature(request.headers, request.query)
    assert signature is not None
    assert (signature.access_key_id, signature.region) == ("AKIAIOSFODNN7EXAMPLE", "us-east-1")
    call = wire_requests.read_request(request, signature.service)
    assert (call.service, call.name) == (service, operation)
    documents = _IN_BODY if service == "s3" else set()
    expected = {
        name: value
        for name, value in parameters.items()
        if name not in documents
        and not (service.startswith("s3") and name.endswith("Configuration"))
    }
    assert expected.items() <= call.parameters.items()


def test_a_presigned_url_tells_who_signed_it():
    url = client("s3").generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"})
    signature = wire.signature({}, wire.query_of(urlsplit(url).query))
    assert signature is not None
    assert (signature.service, signature.in_query) == ("s3", True)


def test_an_unsigned_request_has_no_signature():
    assert wire.signature({"authorization": "Bearer x"}, {}) is None


@pytest.mark.parametrize(
    ("target", "body"),
    [("CloudTrail_20131101.Nonsense", b"{}"), ("CloudTrail_20131101.StopLogging", b"{nonsense")],
)
def test_what_no_model_describes_is_unreadable(target: str, body: bytes):
    request = wire.Request("POST", "/", {}, {"x-amz-target": target}, body, "127.0.0.1")
    with pytest.raises(wire.UnreadableError):
        wire_requests.read_request(request, "cloudtrail")
