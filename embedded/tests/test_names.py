"""The names that CloudTrail gives to services, calls and errors."""

from __future__ import annotations

import pytest

from embedded.server import names
from embedded.server.names import Category


@pytest.mark.parametrize(
    ("service", "operation", "name"),
    [
        ("cloudtrail", "StopLogging", "StopLogging"),
        ("s3", "PutBucketLifecycleConfiguration", "PutBucketLifecycle"),
        ("s3", "DeleteBucketLifecycle", "DeleteBucketLifecycle"),
        ("s3", "PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
        ("s3", "PutBucketNotificationConfiguration", "PutBucketNotification"),
        ("s3", "PutBucketEncryption", "PutBucketEncryption"),
        ("s3", "ListObjectsV2", "ListObjects"),
        ("s3control", "PutPublicAccessBlock", "PutAccountPublicAccessBlock"),
        ("lambda", "UpdateFunctionCode", "UpdateFunctionCode20150331v2"),
        ("lambda", "PutFunctionConcurrency", "PutFunctionConcurrency20171031"),
        ("lambda", "PutFunctionEventInvokeConfig", "PutFunctionEventInvokeConfig"),
        ("lambda", "Invoke", "Invoke"),
    ],
)
def test_events_are_named_as_in_recorded_logs(service: str, operation: str, name: str):
    assert names.event_name(service, operation) == name


@pytest.mark.parametrize(
    ("service", "operation", "category"),
    [
        ("s3", "PutObject", Category.DATA),
        ("s3", "PutBucketPolicy", Category.MANAGEMENT),
        ("lambda", "Invoke", Category.DATA),
        ("lambda", "UpdateFunctionCode", Category.MANAGEMENT),
        ("sqs", "DeleteMessage", Category.DATA),
        ("sqs", "DeleteQueue", Category.MANAGEMENT),
        ("sns", "Publish", Category.DATA),
        ("dynamodb", "UpdateItem", Category.DATA),
        ("kms", "Decrypt", Category.MANAGEMENT),
        ("logs", "PutLogEvents", None),
        ("events", "PutEvents", None),
    ],
)
def test_management_data_and_what_is_not_recorded(
    service: str, operation: str, category: Category | None
):
    assert names.category(service, operation) is category


@pytest.mark.parametrize(
    ("service", "operation", "reads"),
    [
        ("cloudtrail", "GetTrailStatus", True),
        ("cloudtrail", "LookupEvents", True),
        ("cloudtrail", "StopLogging", False),
        ("kms", "GenerateDataKey", True),
        ("kms", "DisableKey", False),
        ("sts", "AssumeRole", True),
        ("events", "TestEventPattern", True),
        ("events", "PutRule", False),
    ],
)
def test_what_only_reads(service: str, operation: str, reads: bool):
    assert names.is_read_only(service, operation) is reads


def test_sources_of_events():
    assert names.event_source("monitoring") == "monitoring.amazonaws.com"
    assert names.bus_source("cloudtrail.amazonaws.com") == "aws.cloudtrail"


def test_events_of_global_services_are_in_one_region():
    assert names.event_region("iam", "eu-west-1") == "us-east-1"
    assert names.event_region("kms", "eu-west-1") == "eu-west-1"


def test_errors_are_spelt_as_in_recorded_logs():
    assert names.error_code("ec2", "UnauthorizedOperation") == "Client.UnauthorizedOperation"
    assert names.error_code("cloudtrail", "AccessDeniedException") == "AccessDenied"
    assert names.error_code("s3", "NoSuchBucket") == "NoSuchBucket"
