"""What the evidence stack promises: nothing is lost or open, and CloudTrail alone may write."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stacks.conftest import EVERYTHING, MINIMUM, NOBODY, baseline
from tests.stacks.deployed import ACCOUNT, REGION, Deployed, allowed
from trailkeeper.evidence import documents
from trailkeeper.evidence.names import LOG_GROUP

LOG_BUCKET = f"trailkeeper-logs-{ACCOUNT}-{REGION}"
ACCESS_BUCKET = f"trailkeeper-access-{ACCOUNT}-{REGION}"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/EvidenceKey3D536D36"

# Another logical id would make CloudFormation create the resource again, under a name that exists.
PINNED = {
    "EvidenceKey3D536D36": "AWS::KMS::Key",
    "EvidenceKeyAliasCFE47076": "AWS::KMS::Alias",
    "EvidenceKeyArn82F6C848": "AWS::SSM::Parameter",
    "AccessBucketBA0BC757": "AWS::S3::Bucket",
    "AccessBucketPolicy9142C5B8": "AWS::S3::BucketPolicy",
    "LogBucket81C7223E": "AWS::S3::Bucket",
    "LogBucketPolicy03E02C2B": "AWS::S3::BucketPolicy",
    "LogGroupC54F5106": "AWS::Logs::LogGroup",
    "LogGroupDeliveryBoundary9E390F4F": "AWS::IAM::ManagedPolicy",
    "LogGroupDeliveryRole43CF66C4": "AWS::IAM::Role",
    "LogGrouptrailchanges206AB50C": "AWS::Logs::MetricFilter",
    "Trail8987F129": "AWS::CloudTrail::Trail",
}

POLICIES = "AWS::S3::BucketPolicy"
BUCKETS = "AWS::S3::Bucket"
TRAILS = "AWS::CloudTrail::Trail"


def test_it_holds_these_resources_under_these_logical_ids_and_no_others(
    evidence: Deployed,
) -> None:
    assert {id_: each["Type"] for id_, each in evidence.resources.items()} == PINNED


def test_nothing_in_it_is_deleted_once_it_was_deployed(full_evidence: Deployed) -> None:
    for id_, each in full_evidence.resources.items():
        if id_ not in switched_filters(full_evidence):
            assert each["DeletionPolicy"] == "RetainExceptOnCreate", id_
            assert each["UpdateReplacePolicy"] == "Retain", id_


def switched_filters(stack: Deployed) -> set[str]:
    """The metric filters that come and go with a setting; they hold nothing."""
    return {
        id_
        for id_, each in stack.resources.items()
        if each["Type"] == "AWS::Logs::MetricFilter" and id_ not in PINNED
    }


def test_a_filter_that_is_turned_off_is_gone_so_that_it_can_be_turned_on_again(
    full_evidence: Deployed,
) -> None:
    switched = switched_filters(full_evidence)

    assert len(switched) == 13
    assert {full_evidence.resources[id_]["DeletionPolicy"] for id_ in switched} == {"Delete"}


def test_settings_that_add_filters_change_the_id_of_nothing(full_evidence: Deployed) -> None:
    ids = full_evidence.resources.keys()

    assert ids - switched_filters(full_evidence) == PINNED.keys()


def test_the_trail_comes_last_so_a_failed_first_deploy_leaves_empty_buckets(
    full_evidence: Deployed,
) -> None:
    trail = full_evidence.resources["Trail8987F129"]

    assert {"Trail8987F129", *trail["DependsOn"]} == full_evidence.resources.keys()


def test_it_is_protected_against_termination(assembly: Any) -> None:
    manifest = (assembly("nobody") / "manifest.json").read_text(encoding="utf-8")

    assert '"terminationProtection": true' in manifest


def test_no_stack_refers_to_another(evidence: Deployed, response: Deployed) -> None:
    for stack in (evidence, response):
        assert "Fn::ImportValue" not in stack.text
        assert "Fn::GetStackOutput" not in stack.text
        assert not any("Export" in each for each in stack.template["Outputs"].values())


@pytest.mark.parametrize(
    ("stack", "settings"), [("evidence", NOBODY), ("full_evidence", EVERYTHING)]
)
def test_policies_are_the_baselines(
    stack: str, settings: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    deployed: Deployed = request.getfixturevalue(stack)
    expected = baseline(settings)

    policy = deployed.one(POLICIES, Bucket=LOG_BUCKET)["PolicyDocument"]
    key = deployed.one("AWS::KMS::Key")
    role = deployed.one("AWS::IAM::Role")

    assert policy == documents.log_bucket_policy(expected)
    assert key["KeyPolicy"] == documents.evidence_key_policy(expected)
    assert role["AssumeRolePolicyDocument"] == documents.delivery_role_trust(expected)
    assert role["Policies"] == [
        {
            "PolicyName": documents.DELIVERY_POLICY_NAME,
            "PolicyDocument": documents.delivery_role_policy(expected),
        }
    ]


def test_services_may_use_bucket_and_key_for_our_trail_alone(evidence: Deployed) -> None:
    trail = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/trailkeeper"
    policies = [
        evidence.one(POLICIES, Bucket=LOG_BUCKET)["PolicyDocument"],
        evidence.one("AWS::KMS::Key")["KeyPolicy"],
    ]

    services = [each for each in allowed(policies) if "Service" in each["Principal"]]

    assert len(services) == 4
    for each in services:
        assert each["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
        assert each["Condition"]["StringEquals"]["aws:SourceArn"] == trail


def test_both_buckets_are_versioned_private_and_owned_by_the_account(
    evidence: Deployed,
) -> None:
    for own in evidence.all(BUCKETS).values():
        assert own["VersioningConfiguration"] == {"Status": "Enabled"}
        assert own["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        assert own["PublicAccessBlockConfiguration"] == {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        }


def test_both_buckets_refuse_plain_http(evidence: Deployed) -> None:
    for own in evidence.all(POLICIES).values():
        bucket = f"arn:aws:s3:::{own['Bucket']}"
        (deny,) = (each for each in own["PolicyDocument"]["Statement"] if each["Effect"] == "Deny")
        assert deny["Principal"] == {"AWS": "*"}
        assert deny["Action"] == "s3:*"
        assert deny["Resource"] == [bucket, f"{bucket}/*"]
        assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_log_bucket_tells_eventbridge_and_nobody_else(evidence: Deployed) -> None:
    log_bucket = evidence.one(BUCKETS, BucketName=LOG_BUCKET)

    assert log_bucket["NotificationConfiguration"] == {
        "EventBridgeConfiguration": {"EventBridgeEnabled": True}
    }


def test_log_files_are_encrypted_by_the_evidence_key(evidence: Deployed) -> None:
    assert evidence.one(BUCKETS, BucketName=LOG_BUCKET)["BucketEncryption"] == {
        "ServerSideEncryptionConfiguration": [
            {
                "BucketKeyEnabled": True,
                "ServerSideEncryptionByDefault": {
                    "KMSMasterKeyID": KEY_ARN,
                    "SSEAlgorithm": "aws:kms",
                },
            }
        ]
    }
    assert evidence.one(TRAILS)["KMSKeyId"] == KEY_ARN


def test_access_logs_go_to_a_bucket_that_can_take_them(full_evidence: Deployed) -> None:
    log_bucket = full_evidence.one(BUCKETS, BucketName=LOG_BUCKET)
    target = full_evidence.one(BUCKETS, BucketName=ACCESS_BUCKET)
    policy = full_evidence.one(POLICIES, Bucket=ACCESS_BUCKET)["PolicyDocument"]

    assert log_bucket["LoggingConfiguration"] == {
        "DestinationBucketName": ACCESS_BUCKET,
        "LogFilePrefix": "log-bucket/",
    }
    assert "aws:kms" not in str(target)
    assert "ObjectLockConfiguration" not in target
    assert "LoggingConfiguration" not in target
    assert allowed([policy]) == [
        {
            "Sid": "AccessLogsOfTheLogBucket",
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": ["s3:PutObject"],
            "Resource": [f"arn:aws:s3:::{ACCESS_BUCKET}/log-bucket/*"],
            "Condition": {
                "ArnLike": {
                    "aws:SourceArn": [
                        f"arn:aws:s3:::{LOG_BUCKET}",
                        f"arn:aws:s3:::trailkeeper-fallback-{ACCOUNT}-{REGION}",
                    ]
                },
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
            },
        }
    ]


def test_the_trail_sees_everything_everywhere_and_proves_it(evidence: Deployed) -> None:
    trail = evidence.one(TRAILS)

    assert trail["IsLogging"] is True
    assert trail["IsMultiRegionTrail"] is True
    assert trail["IncludeGlobalServiceEvents"] is True
    assert trail["EnableLogFileValidation"] is True
    assert trail["S3BucketName"] == LOG_BUCKET
    assert trail["AdvancedEventSelectors"] == documents.event_selectors(baseline(NOBODY))
    assert "EventSelectors" not in trail
    assert "InsightSelectors" not in trail


def test_the_trail_writes_to_a_log_group_that_is_kept(evidence: Deployed) -> None:
    group = evidence.one("AWS::Logs::LogGroup")
    trail = evidence.one(TRAILS)

    assert group["LogGroupName"] == LOG_GROUP
    assert group["RetentionInDays"] == 365
    # A protected group could not be removed again when a first deploy fails.
    assert "DeletionProtectionEnabled" not in group
    assert trail["CloudWatchLogsLogGroupArn"] == (
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{LOG_GROUP}:*"
    )
    assert trail["CloudWatchLogsRoleArn"] == (
        f"arn:aws:iam::{ACCOUNT}:role/trailkeeper-delivery-{REGION}"
    )


def test_changes_to_trails_are_counted_in_the_log_group(evidence: Deployed) -> None:
    (expected,) = documents.metric_filters(baseline(NOBODY))
    (transformation,) = expected["metricTransformations"]

    assert evidence.one("AWS::Logs::MetricFilter") == {
        "LogGroupName": LOG_GROUP,
        "FilterName": expected["filterName"],
        "FilterPattern": expected["filterPattern"],
        "MetricTransformations": [
            {
                "MetricName": transformation["metricName"],
                "MetricNamespace": transformation["metricNamespace"],
                "MetricValue": transformation["metricValue"],
            }
        ],
    }
    assert len(expected["filterPattern"]) <= 1024


def test_the_key_rotates_and_says_where_it_is(evidence: Deployed) -> None:
    assert evidence.one("AWS::KMS::Key")["EnableKeyRotation"] is True
    assert evidence.one("AWS::KMS::Alias")["AliasName"] == "alias/trailkeeper-evidence"
    assert evidence.one("AWS::SSM::Parameter")["Name"] == "/trailkeeper/evidence-key-arn"
    assert evidence.one("AWS::SSM::Parameter")["Value"] == KEY_ARN


def test_without_kms_there_is_no_key_anywhere(minimal_evidence: Deployed) -> None:
    bucket = minimal_evidence.one(BUCKETS, BucketName=LOG_BUCKET)

    assert not {each for each in minimal_evidence.types() if "KMS" in each or "SSM" in each}
    assert "KMSKeyId" not in minimal_evidence.one(TRAILS)
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"] == [
        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    ]


def test_log_files_move_and_expire_as_the_settings_say(
    evidence: Deployed, minimal_evidence: Deployed
) -> None:
    (rule,) = evidence.one(BUCKETS, BucketName=LOG_BUCKET)["LifecycleConfiguration"]["Rules"]
    kept = minimal_evidence.one(BUCKETS, BucketName=LOG_BUCKET)["LifecycleConfiguration"]["Rules"]

    assert rule["Transitions"] == [{"StorageClass": "GLACIER_IR", "TransitionInDays": 90}]
    assert rule["ExpirationInDays"] == 2557
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert not {"Transitions", "ExpirationInDays"} & kept[0].keys()
    assert documents.lifecycle_rules(baseline(MINIMUM))[0]["ID"] == kept[0]["Id"]


def test_object_lock_is_there_when_it_is_wanted(
    evidence: Deployed, full_evidence: Deployed
) -> None:
    locked = full_evidence.one(BUCKETS, BucketName=LOG_BUCKET)

    assert "ObjectLockEnabled" not in evidence.one(BUCKETS, BucketName=LOG_BUCKET)
    assert locked["ObjectLockEnabled"] is True
    assert locked["ObjectLockConfiguration"] == documents.object_lock(baseline(EVERYTHING))


def test_insights_and_tags_are_the_settings(full_evidence: Deployed) -> None:
    trail = full_evidence.one(TRAILS)

    assert trail["InsightSelectors"] == documents.insight_selectors(baseline(EVERYTHING))
    assert trail["Tags"] == documents.tags(baseline(EVERYTHING))
