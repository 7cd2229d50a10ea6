"""The account behind the endpoint: the evidence as it is deployed, and a trail that can be hurt."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import LOG_GROUP

BASELINE = Baseline(
    partition="aws",
    region="us-east-1",
    account="123456789012",
    trail_name="trailkeeper",
    evidence_key_arn="arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555",
    log_retention_days=365,
    archive_after_days=90,
    expire_after_days=2557,
)

SUBSCRIBER = "ops@example.com"

# Every setting of a trail that UpdateTrail can weaken, weakened.
_MINIMISED = {
    "IncludeGlobalServiceEvents": False,
    "IsMultiRegionTrail": False,
    "LogFileValidationEnabled": False,
    "CloudWatchLogsLogGroupArn": None,
    "CloudWatchLogsRoleArn": None,
    "KmsKeyId": None,
}
_ARGUMENT = {"EnableLogFileValidation": "LogFileValidationEnabled"}
# S3 writes lists without a container, under the name of one member.
_MEMBER = {"Rules": "Rule", "Transitions": "Transition"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: status, body and content type."""

    status: int
    body: bytes
    kind: str


class Account:
    """Answers the calls that the measured handlers make; `baseline` is what is in order."""

    def __init__(self, baseline: Baseline = BASELINE) -> None:
        self.baseline = baseline
        self._wanted = documents.described_trail(baseline)
        self._answers = _reads(baseline) | {
            "GetTrailStatus": self._status,
            "StartLogging": self._start,
            "DescribeTrails": lambda _: _json({"trailList": [self.trail]}),
            "UpdateTrail": self._update,
            "GetItem": lambda _: _json({}),
            "PutItem": self._put_item,
            "DeleteItem": lambda _: _json({}),
            "Query": lambda _: _json({"Items": self._heals, "Count": len(self._heals)}),
            "DescribeAlarms": lambda _: _json({"MetricAlarms": []}),
            "SendMessage": self._tell,
            "Publish": self._publish,
        }
        self.set_scene("calm")

    def set_scene(self, scene: str) -> None:
        """calm: all in order; stopped: the trail does not log; minimised: its settings are gone."""
        now = time.time()
        self.trail: dict[str, Any] = dict(self._wanted)
        self.logging = scene != "stopped"
        self.starts = 0
        self.told = 0
        self._expects_start = scene == "stopped"
        self._started = now - 86400
        self._stopped = now if scene == "stopped" else None
        self._heals: list[dict[str, Any]] = []
        if scene == "minimised":
            self.trail |= {name: value for name, value in _MINIMISED.items() if value is not None}
            for name, value in _MINIMISED.items():
                if value is None:
                    del self.trail[name]

    def problems(self) -> list[str]:
        """What is not as it must be after an event; empty when it was really healed."""
        found = []
        if not self.logging:
            found.append("the trail does not log")
        if self._expects_start and self.starts != 1:
            found.append(f"{self.starts} calls of StartLogging instead of 1")
        if self.trail != self._wanted:
            found.append("the trail's settings were not restored")
        return found

    def answer(self, name: str, body: bytes) -> Answer | None:
        """Carry out a call; None for one that this account does not know."""
        answer = self._answers.get(name)
        return answer(body) if answer else None

    def _status(self, _: bytes) -> Answer:
        status = {
            "IsLogging": self.logging,
            "StartLoggingTime": self._started,
            "StopLoggingTime": self._stopped,
            "LatestDeliveryTime": time.time() - 60,
        }
        return _json({key: value for key, value in status.items() if value is not None})

    def _start(self, body: bytes) -> Answer:
        name = json.loads(body)["Name"]
        if name not in (self.baseline.trail_name, self.baseline.names.trail_arn):
            return _json({"__type": "TrailNotFoundException", "message": name}, 400)
        self.starts += not self.logging
        self.logging, self._started = True, time.time()
        return _json({})

    def _update(self, body: bytes) -> Answer:
        arguments = json.loads(body)
        arguments.pop("Name")
        for name, value in arguments.items():
            self.trail[_ARGUMENT.get(name, name)] = value
        return _json(self.trail)

    def _put_item(self, body: bytes) -> Answer:
        item = json.loads(body)["Item"]
        if item["id"] == {"S": "heal"}:
            self._heals.append(item)
        return _json({})

    def _tell(self, _: bytes) -> Answer:
        self.told += 1
        return _json({"MessageId": "1"})

    def _publish(self, _: bytes) -> Answer:
        self.told += 1
        return _query("Publish", {"MessageId": "1"})


Read = Callable[[bytes], Answer]


def _reads(baseline: Baseline) -> dict[str, Read]:
    """The answers that never change."""
    group = {**documents.described_log_group(baseline), "arn": baseline.names.log_group_arn}
    role = {
        "Path": "/",
        "RoleName": baseline.names.delivery_role,
        "RoleId": "AROAEXAMPLE",
        "Arn": baseline.names.delivery_role_arn,
        "CreateDate": "2026-01-01T00:00:00Z",
        "AssumeRolePolicyDocument": quote(json.dumps(documents.delivery_role_trust(baseline))),
        "PermissionsBoundary": {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": baseline.names.delivery_boundary_arn,
        },
    }
    boundary = quote(json.dumps(documents.delivery_boundary(baseline)))
    policy_name = documents.DELIVERY_POLICY_NAME
    role_policy = {
        "RoleName": baseline.names.delivery_role,
        "PolicyName": policy_name,
        "PolicyDocument": quote(json.dumps(documents.delivery_role_policy(baseline))),
    }
    stack = {
        "StackName": "Trailkeeper",
        "StackStatus": "CREATE_COMPLETE",
        "CreationTime": "2026-01-01T00:00:00Z",
    }
    subscription = {
        "SubscriptionArn": f"{baseline.names.alerts_topic_arn}:1",
        "Owner": baseline.account,
        "Protocol": "email",
        "Endpoint": SUBSCRIBER,
        "TopicArn": baseline.names.alerts_topic_arn,
    }
    confirmed = {"key": "PendingConfirmation", "value": "false"}
    fixed = {
        "GetEventSelectors": _json(
            {
                "TrailARN": baseline.names.trail_arn,
                "AdvancedEventSelectors": documents.event_selectors(baseline),
            }
        ),
        "GetInsightSelectors": _json(
            {"__type": "InsightNotEnabledException", "message": "no insights"}, 400
        ),
        "GetEventConfiguration": _json(
            {"TrailARN": baseline.names.trail_arn, "MaxEventSize": "Standard"}
        ),
        "ListTags": _json({"ResourceTagList": []}),
        "GetResources": _json({"ResourceTagMappingList": []}),
        "DescribeKey": _json({"KeyMetadata": {"KeyId": "1", "KeyState": "Enabled"}}),
        "GetKeyPolicy": _json({"Policy": json.dumps(documents.evidence_key_policy(baseline))}),
        "GetKeyRotationStatus": _json({"KeyRotationEnabled": True}),
        "ListGrants": _json({"Grants": []}),
        "DescribeLogGroups": _json({"logGroups": [group]}),
        "DescribeMetricFilters": _json({"metricFilters": documents.metric_filters(baseline)}),
        "DescribeSubscriptionFilters": _json({"subscriptionFilters": []}),
        "DescribeAccountPolicies": _json({"accountPolicies": []}),
        "GetDataProtectionPolicy": _json({}),
        "GetParameterHistory": _json({"__type": "ParameterNotFound", "message": "none"}, 400),
        "GetRole": _query("GetRole", {"Role": role}),
        "ListRolePolicies": _query(
            "ListRolePolicies", {"PolicyNames": {"member": policy_name}, "IsTruncated": "false"}
        ),
        "GetRolePolicy": _query("GetRolePolicy", role_policy),
        "ListAttachedRolePolicies": _query(
            "ListAttachedRolePolicies", {"AttachedPolicies": "", "IsTruncated": "false"}
        ),
        "ListAccountAliases": _query(
            "ListAccountAliases", {"AccountAliases": "", "IsTruncated": "false"}
        ),
        "ListSubscriptionsByTopic": _query(
            "ListSubscriptionsByTopic", {"Subscriptions": {"member": subscription}}
        ),
        "GetSubscriptionAttributes": _query(
            "GetSubscriptionAttributes", {"Attributes": {"entry": confirmed}}
        ),
        "GetCallerIdentity": _query(
            "GetCallerIdentity",
            {
                "Arn": baseline.names.heal_role_arn,
                "UserId": "AROAEXAMPLE:bench",
                "Account": baseline.account,
            },
        ),
        "DescribeStacks": _query("DescribeStacks", {"Stacks": {"member": stack}}),
        "GetBucketPolicy": _json(documents.log_bucket_policy(baseline)),
        "GetPublicAccessBlock": _xml(
            "PublicAccessBlockConfiguration", documents.public_access_block(baseline)
        ),
        "GetBucketLifecycleConfiguration": _xml(
            "LifecycleConfiguration", {"Rules": documents.lifecycle_rules(baseline)}
        ),
        "GetBucketVersioning": _xml("VersioningConfiguration", {"Status": "Enabled"}),
        "GetBucketEncryption": _xml(
            "ServerSideEncryptionConfiguration", documents.bucket_encryption(baseline)
        ),
        "GetBucketOwnershipControls": _xml(
            "OwnershipControls", documents.bucket_ownership(baseline)
        ),
        "GetBucketLogging": _xml(
            "BucketLoggingStatus", {"LoggingEnabled": documents.bucket_logging(baseline)}
        ),
        "GetBucketReplication": _xml(
            "Error", {"Code": "ReplicationConfigurationNotFoundError", "Message": "none"}, 404
        ),
        "GetPolicy": _query(
            "GetPolicy",
            {"Policy": {"Arn": baseline.names.delivery_boundary_arn, "DefaultVersionId": "v1"}},
        ),
        "GetPolicyVersion": _query(
            "GetPolicyVersion", {"PolicyVersion": {"VersionId": "v1", "Document": boundary}}
        ),
        "GetBucketNotificationConfiguration": _xml(
            "NotificationConfiguration", documents.bucket_notification(baseline)
        ),
        "GetBucketRequestPayment": _xml(
            "RequestPaymentConfiguration", documents.bucket_request_payment(baseline)
        ),
    }
    assert group["logGroupName"] == LOG_GROUP
    return {name: _always(answer) for name, answer in fixed.items()}


def _always(answer: Answer) -> Read:
    return lambda _: answer


def _json(document: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(document).encode(), "application/x-amz-json-1.1")


def _query(operation: str, result: dict[str, Any]) -> Answer:
    inner = _elements({f"{operation}Result": result, "ResponseMetadata": {"RequestId": "bench"}})
    return Answer(200, f"<{operation}Response>{inner}</{operation}Response>".encode(), "text/xml")


def _xml(root: str, document: dict[str, Any], status: int = 200) -> Answer:
    body = f"<{root}>{_elements(document)}</{root}>"
    return Answer(status, body.encode(), "application/xml")


def _elements(document: Any) -> str:
    if not isinstance(document, dict):
        worded = str(document).lower() if isinstance(document, bool) else str(document)
        return escape(worded)
    return "".join(
        f"<{_MEMBER.get(name, name)}>{_elements(each)}</{_MEMBER.get(name, name)}>"
        for name, value in document.items()
        for each in (value if isinstance(value, list) else [value])
    )
