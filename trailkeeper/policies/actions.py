"""The IAM action that a call needs, by the name that CloudTrail gives the call.

Most are spelled alike. Source: the Service Authorization Reference, "Actions, resources, and
condition keys" of each service; for S3 the API operations that each action is for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# The prefix of a service's actions, where it is not that of its event source.
_PREFIXES = {"monitoring": "cloudwatch"}
# S3 has one action for writing and for removing most of a bucket's settings.
_S3: Mapping[str, str] = {
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
# CloudTrail names Lambda's calls with the version of the API: UpdateFunctionCode20150331v2.
_VERSION = re.compile(r"20\d{6}(?:v\d+)?\Z")


def action_of(event_source: str, event: str) -> str:
    """The action, such as `s3:PutLifecycleConfiguration`, for a call as CloudTrail names it."""
    service = event_source.removesuffix(".amazonaws.com")
    name = _VERSION.sub("", event) if service == "lambda" else event
    if service == "s3":
        name = _S3.get(name, name)
    return f"{_PREFIXES.get(service, service)}:{name}"
