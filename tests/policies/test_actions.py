"""The IAM action behind a call, where CloudTrail and IAM spell it differently."""

from __future__ import annotations

import pytest

from trailkeeper.policies.actions import action_of


@pytest.mark.parametrize(
    ("source", "event", "action"),
    [
        ("cloudtrail", "StopLogging", "cloudtrail:StopLogging"),
        ("s3", "PutBucketLifecycle", "s3:PutLifecycleConfiguration"),
        ("s3", "PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
        ("s3", "DeleteBucketLifecycle", "s3:PutLifecycleConfiguration"),
        ("s3", "DeleteBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
        ("s3", "DeleteBucketOwnershipControls", "s3:PutBucketOwnershipControls"),
        ("s3", "PutBucketEncryption", "s3:PutEncryptionConfiguration"),
        ("s3", "DeleteBucketReplication", "s3:PutReplicationConfiguration"),
        ("s3", "PutObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration"),
        ("s3", "PutBucketNotificationConfiguration", "s3:PutBucketNotification"),
        ("s3", "PutBucketCors", "s3:PutBucketCORS"),
        ("s3", "PutBucketPolicy", "s3:PutBucketPolicy"),
        ("s3", "DeleteBucketPolicy", "s3:DeleteBucketPolicy"),
        ("monitoring", "DeleteAlarms", "cloudwatch:DeleteAlarms"),
        ("lambda", "UpdateFunctionCode20150331v2", "lambda:UpdateFunctionCode"),
        ("lambda", "DeleteFunction20150331", "lambda:DeleteFunction"),
        ("kms", "ScheduleKeyDeletion", "kms:ScheduleKeyDeletion"),
    ],
)
def test_the_action_of_a_call(source: str, event: str, action: str) -> None:
    assert action_of(f"{source}.amazonaws.com", event) == action
