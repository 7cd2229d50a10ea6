"""The guards of the evidence see whatever weakens it, and take no other spelling for that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.account_answers import EVERYTHING, IN_ORDER, KEY, answering
from tests.golden import golden
from trailkeeper.evidence.drift import Drift
from trailkeeper.guards.evidence import EVIDENCE

DOCUMENTS = {
    f"{guard.name}/{document.name}": (guard, document)
    for guard in EVIDENCE
    for document in guard.documents
}
THEIRS = "arn:aws:kms:us-east-1:999999999999:key/theirs"
Said = tuple[str, str, str]


def seen(name: str, answers: dict[str, Any]) -> list[Said]:
    """Where a document differs when AWS answers so, what is there, and what is wanted."""
    guard, document = DOCUMENTS[name]
    found = guard.compare(document, answering(answers), EVERYTHING)
    assert found is None or isinstance(found, Drift), found
    return [(each.path, each.before, each.after) for each in found.changes] if found else []


def encrypted(**changed: Any) -> dict[str, Any]:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True, **changed}
    return {"GetBucketEncryption": {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}}


def lifecycle(**changed: Any) -> dict[str, Any]:
    (rule,) = golden("log-bucket")["written"]["lifecycle"][0][1]["LifecycleConfiguration"]["Rules"]
    kept = {key: value for key, value in {**rule, **changed}.items() if value is not None}
    return {"GetBucketLifecycleConfiguration": {"Rules": [kept]}}


def configured(**said: Any) -> dict[str, Any]:
    return {"GetEventConfiguration": said}


def trail(**changed: Any) -> dict[str, Any]:
    return {
        "DescribeTrails": {"trailList": [{**IN_ORDER["DescribeTrails"]["trailList"][0], **changed}]}
    }


def group(**changed: Any) -> dict[str, Any]:
    there, next_door = IN_ORDER["DescribeLogGroups"]["logGroups"]
    return {"DescribeLogGroups": {"logGroups": [next_door, {**there, **changed}]}}


def counting(**changed: Any) -> dict[str, Any]:
    there, of_people = IN_ORDER["DescribeMetricFilters"]["metricFilters"]
    return {"DescribeMetricFilters": {"metricFilters": [of_people, {**there, **changed}]}}


def on_the_second_page(asked: Mapping[str, Any]) -> dict[str, Any]:
    ours, of_people = IN_ORDER["DescribeMetricFilters"]["metricFilters"]
    if "nextToken" in asked:
        assert asked == {"logGroupName": "/trailkeeper/trail", "nextToken": "2"}
        return {"metricFilters": [ours]}
    return {"metricFilters": 50 * [of_people], "nextToken": "2"}


def role(**changed: Any) -> dict[str, Any]:
    return {"GetRole": {"Role": {**IN_ORDER["GetRole"]["Role"], **changed}}}


SMALLER = {"Templates": ["API_ACTIVITY"], "EventCategory": "Data"}
_MAY_WRITE = (
    '[{"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Effect": "Allow", "Resource": '
    '["arn:aws:logs:us-east-1:123456789012:log-group:/trailkeeper/trail:log-stream:'
    '123456789012_CloudTrail_us-east-1*"]}]'
)
NO_BOUNDARY = [("Statement", "-", _MAY_WRITE), ("Version", "-", "2012-10-17")]
CONTEXT = {"Type": "TagContext", "Equals": ["team"]}
WEAKENED: dict[str, tuple[str, dict[str, Any], list[Said]]] = {
    "somebody may use the key by a grant": (
        "evidence-key/grants",
        {
            "ListGrants": {
                "Grants": [
                    {
                        "GrantId": "1",
                        "GranteePrincipal": "arn:aws:iam::999999999999:root",
                        "Operations": ["Decrypt"],
                    }
                ]
            }
        },
        [
            (
                "",
                '[{"GranteePrincipal": "arn:aws:iam::999999999999:root", '
                '"Operations": ["Decrypt"]}]',
                "-",
            )
        ],
    ),
    "log files are encrypted by another key": (
        "log-bucket/encryption",
        encrypted(
            ApplyServerSideEncryptionByDefault={
                "SSEAlgorithm": "aws:kms",
                "KMSMasterKeyID": THEIRS,
            }
        ),
        [("Rules[].ApplyServerSideEncryptionByDefault.KMSMasterKeyID", THEIRS, KEY)],
    ),
    "each log file is a call of KMS": (
        "log-bucket/encryption",
        encrypted(BucketKeyEnabled=False),
        [("Rules[].BucketKeyEnabled", "-", "true")],
    ),
    "log files expire tomorrow": (
        "log-bucket/lifecycle",
        lifecycle(Expiration={"Days": 1}),
        [("[].Expiration.Days", "1", "2557")],
    ),
    "only some log files are kept as long": (
        "log-bucket/lifecycle",
        lifecycle(Filter={"Prefix": "AWSLogs/"}),
        [("[].Filter", '{"Prefix": "AWSLogs/"}', "-")],
    ),
    "log files are copied to another bucket": (
        "log-bucket/replication",
        {"GetBucketReplication": {"ReplicationConfiguration": {"Role": "theirs", "Rules": []}}},
        [("Role", "theirs", "-")],
    ),
    "S3 tells a queue of somebody's": (
        "log-bucket/notification",
        {
            "GetBucketNotificationConfiguration": {
                "EventBridgeConfiguration": {},
                "QueueConfigurations": [{"QueueArn": "theirs", "Events": ["s3:ObjectCreated:*"]}],
            }
        },
        [
            (
                "QueueConfigurations",
                '[{"Events": ["s3:ObjectCreated:*"], "QueueArn": "theirs"}]',
                "-",
            )
        ],
    ),
    "access logs go elsewhere": (
        "log-bucket/access-logging",
        {"GetBucketLogging": {"LoggingEnabled": {"TargetBucket": "x", "TargetPrefix": ""}}},
        [
            ("TargetBucket", "x", "trailkeeper-access-123456789012-us-east-1"),
            ("TargetPrefix", "-", "log-bucket/"),
        ],
    ),
    "log files can be deleted sooner": (
        "log-bucket/object-lock",
        {
            "GetObjectLockConfiguration": {
                "ObjectLockConfiguration": {
                    "ObjectLockEnabled": "Enabled",
                    "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
                }
            }
        },
        [("Rule.DefaultRetention.Days", "1", "365")],
    ),
    "whoever writes an object owns it": (
        "log-bucket/ownership",
        {
            "GetBucketOwnershipControls": {
                "OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
            }
        },
        [("Rules[].ObjectOwnership", "ObjectWriter", "BucketOwnerEnforced")],
    ),
    "the bucket may be opened by its policy": (
        "log-bucket/public-access-block",
        {
            "GetPublicAccessBlock": {
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "IgnorePublicAcls": True,
                    "BlockPublicPolicy": False,
                    "RestrictPublicBuckets": True,
                }
            }
        },
        [("BlockPublicPolicy", "false", "true")],
    ),
    "events are encrypted by another key": (
        "log-group/settings",
        group(kmsKeyId=THEIRS),
        [("kmsKeyId", THEIRS, "-")],
    ),
    "anybody may delete the log group": (
        "log-group/settings",
        group(deletionProtectionEnabled=False),
        [("deletionProtectionEnabled", "false", "true")],
    ),
    "a policy of the account decides how long events are kept": (
        "log-group/settings",
        group(retentionInDays=3, retentionPolicyName="short"),
        [("retentionInDays", "3", "365"), ("retentionPolicyName", "short", "-")],
    ),
    "a filter counts nothing": (
        "log-group/metric-filters",
        counting(filterPattern="{ $.x = 1 }"),
        [
            (
                "[].filterPattern",
                "{ $.x = 1 }",
                IN_ORDER["DescribeMetricFilters"]["metricFilters"][0]["filterPattern"],
            )
        ],
    ),
    "a filter counts what a transformer left": (
        "log-group/metric-filters",
        counting(applyOnTransformedLogs=True),
        [("[].applyOnTransformedLogs", "true", "-")],
    ),
    "a filter counts some accounts alone": (
        "log-group/metric-filters",
        counting(fieldSelectionCriteria='@aws.account = "1"'),
        [("[].fieldSelectionCriteria", '@aws.account = "1"', "-")],
    ),
    "a filter counts in seconds": (
        "log-group/metric-filters",
        counting(
            metricTransformations=[
                {
                    "metricName": "TrailChanges",
                    "metricNamespace": "Trailkeeper",
                    "metricValue": "1",
                    "unit": "Seconds",
                }
            ]
        ),
        [("[].metricTransformations[].unit", "Seconds", "-")],
    ),
    "events are masked": (
        "log-group/data-protection",
        {"GetDataProtectionPolicy": {"policyDocument": '{"Name": "mask"}'}},
        [("policyDocument", '{"Name": "mask"}', "-")],
    ),
    "the delivery role has no boundary": (
        "delivery-role/trust",
        {
            "GetRole": {
                "Role": {
                    k: v
                    for k, v in IN_ORDER["GetRole"]["Role"].items()
                    if k != "PermissionsBoundary"
                }
            }
        },
        [
            (
                "boundary",
                "-",
                "arn:aws:iam::123456789012:policy/trailkeeper-delivery-boundary-us-east-1",
            )
        ],
    ),
    "the delivery role has another boundary": (
        "delivery-role/trust",
        role(PermissionsBoundary={"PermissionsBoundaryArn": "theirs"}),
        [
            (
                "boundary",
                "theirs",
                "arn:aws:iam::123456789012:policy/trailkeeper-delivery-boundary-us-east-1",
            )
        ],
    ),
    "the boundary of the delivery role is gone": (
        "delivery-role/boundary",
        {"GetPolicy": "NoSuchEntity"},
        NO_BOUNDARY,
    ),
    "the version of the boundary is gone": (
        "delivery-role/boundary",
        {"GetPolicyVersion": "NoSuchEntity"},
        NO_BOUNDARY,
    ),
    "the delivery role may do more": (
        "delivery-role/attached-policies",
        {
            "ListAttachedRolePolicies": {
                "AttachedPolicies": [{"PolicyName": "A", "PolicyArn": "arn:aws:iam::aws:policy/A"}]
            }
        },
        [("", '["arn:aws:iam::aws:policy/A"]', "-")],
    ),
    "the trail tells a topic": (
        "trail/settings",
        trail(SnsTopicName="x", SnsTopicARN="arn:aws:sns:us-east-1:123456789012:x"),
        [("SnsTopicName", "x", "-")],
    ),
    "the trail delivers under a prefix": (
        "trail/settings",
        trail(S3KeyPrefix="x"),
        [("S3KeyPrefix", "x", "-")],
    ),
    "the trail's own deliveries are not recorded": (
        "trail/settings",
        trail(RecursiveLogging=False),
        [("RecursiveLogging", "false", "true")],
    ),
    "the trail is an organization's": (
        "trail/settings",
        trail(IsOrganizationTrail=True),
        [("IsOrganizationTrail", "true", "false")],
    ),
    "only some kinds of insights are paid for": (
        "trail/insight-selectors",
        {"GetInsightSelectors": {"InsightSelectors": [{"InsightType": "ApiCallRateInsight"}]}},
        [("[]", "-", '[{"InsightType": "ApiErrorRateInsight"}]')],
    ),
    "a tag has another value": (
        "trail/tags",
        {"ListTags": {"ResourceTagList": [{"TagsList": [{"Key": "team", "Value": "x"}]}]}},
        [("[].Value", "x", "security")],
    ),
    "events are aggregated": (
        "trail/event-configuration",
        configured(MaxEventSize="Standard", AggregationConfigurations=[SMALLER]),
        [("AggregationConfigurations", json.dumps([dict(sorted(SMALLER.items()))]), "-")],
    ),
    "events are enriched": (
        "trail/event-configuration",
        configured(MaxEventSize="Standard", ContextKeySelectors=[CONTEXT]),
        [("ContextKeySelectors", json.dumps([dict(sorted(CONTEXT.items()))]), "-")],
    ),
    "events are larger": (
        "trail/event-configuration",
        configured(MaxEventSize="Large"),
        [("MaxEventSize", "Large", "Standard")],
    ),
}


@pytest.mark.parametrize("how", WEAKENED)
def test_what_weakens_the_evidence_is_seen_where_it_is(how: str) -> None:
    document, answers, said = WEAKENED[how]

    assert seen(document, answers) == said


SAME: dict[str, tuple[str, dict[str, Any]]] = {
    "a rule for the whole bucket without a filter": (
        "log-bucket/lifecycle",
        lifecycle(Filter=None, Prefix=""),
    ),
    "a rule with an empty filter": ("log-bucket/lifecycle", lifecycle(Filter={})),
    "a bucket that is not replicated": ("log-bucket/replication", {"GetBucketReplication": {}}),
    "a log group of another class, with another number of filters": (
        "log-group/settings",
        group(logGroupClass="DELIVERY", metricFilterCount=9, storedBytes=7),
    ),
    "a log group whose mask is gone": (
        "log-group/settings",
        group(dataProtectionStatus="DELETED"),
    ),
    "a trust in another spelling": (
        "delivery-role/trust",
        role(
            AssumeRolePolicyDocument=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": {
                        "Sid": "x",
                        "Effect": "Allow",
                        "Action": ["STS:AssumeRole"],
                        "Principal": {"Service": ["cloudtrail.amazonaws.com"]},
                    },
                }
            )
        ),
    ),
    "a filter of the unit None": (
        "log-group/metric-filters",
        counting(
            metricTransformations=[
                {
                    "metricName": "TrailChanges",
                    "metricNamespace": "Trailkeeper",
                    "metricValue": "1",
                    "unit": "None",
                }
            ]
        ),
    ),
    "a filter behind fifty of other people's": (
        "log-group/metric-filters",
        {"DescribeMetricFilters": on_the_second_page},
    ),
    "a trail that somebody has looked at": (
        "trail/settings",
        trail(HasCustomEventSelectors=False, HasInsightSelectors=False, RecursiveLogging=True),
    ),
    "a trail with nothing in what must be empty": (
        "trail/settings",
        trail(SnsTopicName="", S3KeyPrefix=""),
    ),
    "a configuration of events that is not set": ("trail/event-configuration", configured()),
    "a trail of a partition without a configuration of events": (
        "trail/event-configuration",
        {"GetEventConfiguration": "UnsupportedOperationException"},
    ),
    "a trail of a partition that does not know the call": (
        "trail/event-configuration",
        {"GetEventConfiguration": "UnknownOperationException"},
    ),
}


@pytest.mark.parametrize("how", SAME)
def test_another_spelling_of_the_same_is_in_order(how: str) -> None:
    assert seen(*SAME[how]) == []
