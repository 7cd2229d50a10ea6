"""What AWS answers of evidence in order, and of each document that is not, written down by hand.

The shapes are those of the API references; nothing here is made by the code under test.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.deployed_evidence import BASELINE
from tests.golden import golden
from tests.recorded import Recorded

KEY = "arn:aws:kms:us-east-1:123456789012:key/EvidenceKey3D536D36"
TRAIL = "arn:aws:cloudtrail:us-east-1:123456789012:trail/trailkeeper"
LOG_BUCKET = "trailkeeper-logs-123456789012-us-east-1"
BOUNDARY = "arn:aws:iam::123456789012:policy/trailkeeper-delivery-boundary-us-east-1"
FALLBACK = "trailkeeper-fallback-123456789012-us-east-1"
NOW = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)

# The evidence with every setting that adds a document.
EVERYTHING = replace(
    BASELINE,
    evidence_key_arn=KEY,
    object_lock="governance",
    insight_types=("ApiErrorRateInsight", "ApiCallRateInsight"),
    tags=(("team", "security"),),
)

_DESCRIBED_TRAIL = {
    "Name": "trailkeeper",
    "S3BucketName": LOG_BUCKET,
    "IncludeGlobalServiceEvents": True,
    "IsMultiRegionTrail": True,
    "HomeRegion": "us-east-1",
    "TrailARN": TRAIL,
    "LogFileValidationEnabled": True,
    "CloudWatchLogsLogGroupArn": (
        "arn:aws:logs:us-east-1:123456789012:log-group:/trailkeeper/trail:*"
    ),
    "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/trailkeeper-delivery-us-east-1",
    "KmsKeyId": KEY,
    "HasCustomEventSelectors": True,
    "HasInsightSelectors": True,
    "IsOrganizationTrail": False,
}
_LOG_GROUP = {
    "logGroupName": "/trailkeeper/trail",
    "creationTime": 1_795_000_000_000,
    "retentionInDays": 365,
    "metricFilterCount": 1,
    "arn": "arn:aws:logs:us-east-1:123456789012:log-group:/trailkeeper/trail:*",
    "storedBytes": 0,
    # It had a mask once, so that whether it has one now is asked for.
    "dataProtectionStatus": "DELETED",
    "logGroupClass": "STANDARD",
    "logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/trailkeeper/trail",
    "deletionProtectionEnabled": True,
}
_NEXT_DOOR = {**_LOG_GROUP, "logGroupName": "/trailkeeper/trail-of-others", "retentionInDays": 1}


def _written(guard: str, document: str, call: int = 0) -> Any:
    """The arguments of the call that writes a document, as a person has read them."""
    return golden(guard)["written"][document][call][1]


_LIFECYCLE = _written("log-bucket", "lifecycle")["LifecycleConfiguration"]
_OWNERSHIP = _written("log-bucket", "ownership")["OwnershipControls"]
_LOGGING = _written("log-bucket", "access-logging")["BucketLoggingStatus"]
_LOCK = _written("log-bucket", "object-lock")["ObjectLockConfiguration"]
_ACCESS = _written("log-bucket", "public-access-block")["PublicAccessBlockConfiguration"]
_FILTER = _written("log-group", "metric-filters", 1)
_ROLE = {
    "RoleName": "trailkeeper-delivery-us-east-1",
    "AssumeRolePolicyDocument": json.dumps(golden("delivery-role-trust")),
    "PermissionsBoundary": {
        "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
        "PermissionsBoundaryArn": BOUNDARY,
    },
}

IN_ORDER: dict[str, Any] = {
    "GetTrailStatus": {
        "IsLogging": True,
        "StartLoggingTime": datetime(2026, 11, 1, tzinfo=UTC),
        "LatestDeliveryTime": datetime(2026, 11, 20, 3, 0, tzinfo=UTC),
    },
    "DescribeKey": {"KeyMetadata": {"KeyId": "EvidenceKey3D536D36", "KeyState": "Enabled"}},
    "GetKeyPolicy": {"Policy": json.dumps(golden("evidence-key-policy"))},
    "GetKeyRotationStatus": {"KeyRotationEnabled": True},
    "ListGrants": {"Grants": []},
    "GetBucketPolicy": {"Policy": json.dumps(golden("log-bucket-policy"))},
    "GetPublicAccessBlock": {"PublicAccessBlockConfiguration": _ACCESS},
    "GetBucketLifecycleConfiguration": _LIFECYCLE,
    "GetBucketVersioning": {"Status": "Enabled"},
    "GetBucketEncryption": {
        "ServerSideEncryptionConfiguration": {
            "Rules": [
                {
                    "ApplyServerSideEncryptionByDefault": {
                        "SSEAlgorithm": "aws:kms",
                        "KMSMasterKeyID": KEY,
                    },
                    "BucketKeyEnabled": True,
                    "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
                }
            ]
        }
    },
    "GetBucketOwnershipControls": {"OwnershipControls": _OWNERSHIP},
    "GetBucketLogging": _LOGGING,
    "GetObjectLockConfiguration": {"ObjectLockConfiguration": _LOCK},
    "GetBucketReplication": "ReplicationConfigurationNotFoundError",
    "GetBucketNotificationConfiguration": {
        "EventBridgeConfiguration": {},
        "ResponseMetadata": {"HTTPStatusCode": 200},
    },
    "GetBucketRequestPayment": {"Payer": "BucketOwner"},
    "DescribeLogGroups": {"logGroups": [_LOG_GROUP, _NEXT_DOOR]},
    "DescribeMetricFilters": {
        "metricFilters": [
            {**_FILTER, "creationTime": 1_795_000_000_000},
            {"filterName": "of people", "filterPattern": "{ $.x = 1 }"},
        ]
    },
    "DescribeSubscriptionFilters": {"subscriptionFilters": []},
    "DescribeAccountPolicies": {"accountPolicies": []},
    "GetDataProtectionPolicy": {"logGroupIdentifier": "/trailkeeper/trail"},
    "GetRole": {"Role": _ROLE},
    "ListRolePolicies": {"PolicyNames": ["deliver"]},
    "GetRolePolicy": {"PolicyDocument": json.dumps(golden("delivery-role-policy"))},
    "ListAttachedRolePolicies": {"AttachedPolicies": []},
    "GetPolicy": {"Policy": {"Arn": BOUNDARY, "DefaultVersionId": "v1"}},
    "GetPolicyVersion": {"PolicyVersion": {"Document": json.dumps(golden("delivery-boundary"))}},
    "DescribeTrails": {"trailList": [_DESCRIBED_TRAIL]},
    "GetEventSelectors": {"AdvancedEventSelectors": golden("event-selectors")},
    "GetInsightSelectors": {
        "InsightSelectors": [
            {"InsightType": "ApiErrorRateInsight"},
            {"InsightType": "ApiCallRateInsight"},
        ]
    },
    "GetEventConfiguration": {"MaxEventSize": "Standard", "ContextKeySelectors": []},
    "ListTags": {
        "ResourceTagList": [
            {
                "ResourceId": TRAIL,
                "TagsList": [
                    {"Key": "team", "Value": "security"},
                    {"Key": "of people", "Value": "x"},
                ],
            }
        ]
    },
}

# By guard and document: the answer that shows that somebody weakened it.
WEAKENED: dict[str, dict[str, Any]] = {
    "logging/status": {"GetTrailStatus": {"IsLogging": False}},
    "evidence-key/state": {"DescribeKey": {"KeyMetadata": {"KeyState": "Disabled"}}},
    "evidence-key/policy": {"GetKeyPolicy": {"Policy": "{}"}},
    "evidence-key/rotation": {"GetKeyRotationStatus": {"KeyRotationEnabled": False}},
    "log-bucket/policy": {"GetBucketPolicy": "NoSuchBucketPolicy"},
    "log-bucket/public-access-block": {
        "GetPublicAccessBlock": "NoSuchPublicAccessBlockConfiguration"
    },
    "log-bucket/lifecycle": {"GetBucketLifecycleConfiguration": "NoSuchLifecycleConfiguration"},
    "log-bucket/versioning": {"GetBucketVersioning": {"Status": "Suspended"}},
    "log-bucket/encryption": {
        "GetBucketEncryption": "ServerSideEncryptionConfigurationNotFoundError"
    },
    "log-bucket/ownership": {"GetBucketOwnershipControls": "OwnershipControlsNotFoundError"},
    "log-bucket/access-logging": {"GetBucketLogging": {}},
    "log-bucket/object-lock": {
        "GetObjectLockConfiguration": "ObjectLockConfigurationNotFoundError"
    },
    "log-bucket/notification": {"GetBucketNotificationConfiguration": {}},
    "log-bucket/request-payment": {"GetBucketRequestPayment": {"Payer": "Requester"}},
    "log-group/settings": {
        "DescribeLogGroups": {"logGroups": [{**_LOG_GROUP, "retentionInDays": 1}]}
    },
    "log-group/metric-filters": {"DescribeMetricFilters": {"metricFilters": []}},
    "log-group/data-protection": {
        "DescribeLogGroups": {"logGroups": [{**_LOG_GROUP, "dataProtectionStatus": "ACTIVATED"}]},
        "GetDataProtectionPolicy": {"policyDocument": "{}"},
    },
    "delivery-role/trust": {"GetRole": {"Role": {**_ROLE, "AssumeRolePolicyDocument": "{}"}}},
    "delivery-role/policies": {"ListRolePolicies": {"PolicyNames": ["deliver", "planted"]}},
    "delivery-role/attached-policies": {
        "ListAttachedRolePolicies": {
            "AttachedPolicies": [
                {"PolicyName": "AWSDenyAll", "PolicyArn": "arn:aws:iam::aws:policy/AWSDenyAll"}
            ]
        }
    },
    "trail/settings": {
        "DescribeTrails": {"trailList": [{**_DESCRIBED_TRAIL, "IsMultiRegionTrail": False}]}
    },
    "trail/event-selectors": {
        "GetEventSelectors": {
            "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": False}]
        }
    },
    "trail/insight-selectors": {"GetInsightSelectors": "InsightNotEnabledException"},
    "trail/event-configuration": {"GetEventConfiguration": {"MaxEventSize": "Large"}},
    "trail/tags": {"ListTags": {"ResourceTagList": []}},
}

# By guard: the answers that show that the whole resource is gone.
GONE: dict[str, dict[str, Any]] = {
    "log-bucket": {operation: "NoSuchBucket" for operation in IN_ORDER if "Bucket" in operation}
    | {"GetPublicAccessBlock": "NoSuchBucket", "GetObjectLockConfiguration": "NoSuchBucket"},
    "log-group": {"DescribeLogGroups": {"logGroups": [_NEXT_DOOR]}},
    "delivery-role": {"GetRole": "NoSuchEntity"},
    "trail": {
        "GetTrailStatus": "TrailNotFoundException",
        "DescribeTrails": {"trailList": []},
    },
}


def answering(*others: dict[str, Any]) -> Recorded:
    """Clients of an account in order, but for these answers, which no write ever changes."""
    answers = dict(IN_ORDER)
    for each in others:
        answers |= each
    return Recorded(answers)
