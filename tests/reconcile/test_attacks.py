"""Every way to weaken the evidence in a moto account ends with the baseline restored."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE, Account, deploy
from tests.reconcile.evidence_bed import (
    assert_in_order,
    bucket,
    reconcile,
    trail,
)
from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import LOG_GROUP

Attack = Callable[[Account, Baseline], object]


ATTACKS: dict[str, Attack] = {
    "stopped": lambda a, b: a.cloudtrail.stop_logging(Name=trail(b)),
    "deleted": lambda a, b: a.cloudtrail.delete_trail(Name=b.trail_name),
    "deleted and created by a stranger": lambda a, b: (
        a.cloudtrail.delete_trail(Name=b.trail_name),
        a.cloudtrail.create_trail(Name=b.trail_name, S3BucketName=b.names.access_bucket),
        a.cloudtrail.start_logging(Name=trail(b)),
    ),
    "bucket swapped": lambda a, b: a.cloudtrail.update_trail(
        Name=trail(b), S3BucketName=b.names.access_bucket
    ),
    "prefix swapped": lambda a, b: a.cloudtrail.update_trail(Name=trail(b), S3KeyPrefix="x"),
    "single region": lambda a, b: a.cloudtrail.update_trail(
        Name=trail(b), IsMultiRegionTrail=False
    ),
    "global events off": lambda a, b: a.cloudtrail.update_trail(
        Name=trail(b), IncludeGlobalServiceEvents=False
    ),
    "validation off": lambda a, b: a.cloudtrail.update_trail(
        Name=trail(b), EnableLogFileValidation=False
    ),
    "log group link swapped": lambda a, b: a.cloudtrail.update_trail(
        Name=trail(b),
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:us-east-1:{b.account}:log-group:other:*",
        CloudWatchLogsRoleArn=f"arn:aws:iam::{b.account}:role/other",
    ),
    "log group alone swapped": lambda a, b: a.cloudtrail.update_trail(
        Name=trail(b),
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:us-east-1:{b.account}:log-group:other:*",
        CloudWatchLogsRoleArn=b.names.delivery_role_arn,
    ),
    "delivery role alone swapped": lambda a, b: a.cloudtrail.update_trail(
        Name=trail(b),
        CloudWatchLogsLogGroupArn=f"{b.names.log_group_arn}:*",
        CloudWatchLogsRoleArn=f"arn:aws:iam::{b.account}:role/other",
    ),
    "events of the bucket kept from EventBridge": lambda a, b: (
        a.s3.put_bucket_notification_configuration(**bucket(b), NotificationConfiguration={})
    ),
    "requester pays": lambda a, b: a.s3.put_bucket_request_payment(
        **bucket(b), RequestPaymentConfiguration={"Payer": "Requester"}
    ),
    "management events off": lambda a, b: a.cloudtrail.put_event_selectors(
        TrailName=trail(b),
        EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": False}],
    ),
    "reads only": lambda a, b: a.cloudtrail.put_event_selectors(
        TrailName=trail(b),
        EventSelectors=[{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}],
    ),
    "writes only": lambda a, b: a.cloudtrail.put_event_selectors(
        TrailName=trail(b),
        EventSelectors=[{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}],
    ),
    "a source excluded": lambda a, b: a.cloudtrail.put_event_selectors(
        TrailName=trail(b),
        EventSelectors=[
            {
                "ReadWriteType": "All",
                "IncludeManagementEvents": True,
                "ExcludeManagementEventSources": ["kms.amazonaws.com"],
            }
        ],
    ),
    "data events under an innocent name": lambda a, b: a.cloudtrail.put_event_selectors(
        TrailName=trail(b),
        AdvancedEventSelectors=[
            {
                "Name": "Management events selector",
                "FieldSelectors": [
                    {"Field": "eventCategory", "Equals": ["Data"]},
                    {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                ],
            }
        ],
    ),
    "event configuration": lambda a, b: a.cloudtrail.put_event_configuration(
        TrailName=trail(b), MaxEventSize="Large"
    ),
    "bucket policy deleted": lambda a, b: a.s3.delete_bucket_policy(**bucket(b)),
    "bucket policy widened": lambda a, b: a.s3.put_bucket_policy(
        **bucket(b), Policy=json.dumps(_widened(documents.log_bucket_policy(b)))
    ),
    "public access block off": lambda a, b: a.s3.delete_public_access_block(**bucket(b)),
    "life cycle of one day": lambda a, b: a.s3.put_bucket_lifecycle_configuration(
        **bucket(b),
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "innocent",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "Expiration": {"Days": 1},
                }
            ]
        },
    ),
    "life cycle removed": lambda a, b: a.s3.delete_bucket_lifecycle(**bucket(b)),
    "versioning suspended": lambda a, b: a.s3.put_bucket_versioning(
        **bucket(b), VersioningConfiguration={"Status": "Suspended"}
    ),
    "encryption removed": lambda a, b: a.s3.delete_bucket_encryption(**bucket(b)),
    "ownership given up": lambda a, b: a.s3.put_bucket_ownership_controls(
        **bucket(b), OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    ),
    "access logging off": lambda a, b: a.s3.put_bucket_logging(**bucket(b), BucketLoggingStatus={}),
    "bucket deleted": lambda a, b: a.s3.delete_bucket(**bucket(b)),
    "log group deleted": lambda a, b: a.logs.delete_log_group(logGroupName=LOG_GROUP),
    "retention shortened": lambda a, b: a.logs.put_retention_policy(
        logGroupName=LOG_GROUP, retentionInDays=1
    ),
    "deletion protection off": lambda a, b: a.logs.put_log_group_deletion_protection(
        logGroupIdentifier=LOG_GROUP, deletionProtectionEnabled=False
    ),
    "events masked": lambda a, b: a.logs.put_data_protection_policy(
        logGroupIdentifier=LOG_GROUP, policyDocument="{}"
    ),
    "metric filter deleted": lambda a, b: a.logs.delete_metric_filter(
        logGroupName=LOG_GROUP, filterName="trail-changes"
    ),
    "delivery role's policy gone": lambda a, b: a.iam.delete_role_policy(
        RoleName=b.names.delivery_role, PolicyName="deliver"
    ),
    "a deny added to the delivery role": lambda a, b: a.iam.put_role_policy(
        RoleName=b.names.delivery_role, PolicyName="x", PolicyDocument=json.dumps(DENY)
    ),
    "trust of the delivery role changed": lambda a, b: a.iam.update_assume_role_policy(
        RoleName=b.names.delivery_role,
        PolicyDocument=json.dumps(STRANGERS_TRUST),
    ),
    "delivery role deleted": lambda a, b: (
        a.iam.delete_role_policy(RoleName=b.names.delivery_role, PolicyName="deliver"),
        a.iam.delete_role(RoleName=b.names.delivery_role),
    ),
    "everything at once": lambda a, b: (
        a.cloudtrail.stop_logging(Name=trail(b)),
        a.s3.delete_bucket_policy(**bucket(b)),
        a.s3.delete_bucket_lifecycle(**bucket(b)),
        a.cloudtrail.update_trail(Name=trail(b), IsMultiRegionTrail=False),
    ),
}


DENY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "logs:*", "Resource": "*"}],
}


STRANGERS_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


KEY_ATTACKS: dict[str, Attack] = {
    "disabled": lambda a, b: a.kms.disable_key(KeyId=b.evidence_key_arn),
    "deletion scheduled": lambda a, b: a.kms.schedule_key_deletion(KeyId=b.evidence_key_arn),
    "policy changed": lambda a, b: a.kms.put_key_policy(
        KeyId=b.evidence_key_arn,
        PolicyName="default",
        Policy=json.dumps(_without_cloudtrail(documents.evidence_key_policy(b))),
    ),
    "rotation off": lambda a, b: a.kms.disable_key_rotation(KeyId=b.evidence_key_arn),
    "removed from the trail": lambda a, b: a.cloudtrail.update_trail(Name=trail(b), KmsKeyId=""),
    "removed from the bucket": lambda a, b: a.s3.delete_bucket_encryption(**bucket(b)),
}


def _widened(policy: dict[str, Any]) -> dict[str, Any]:
    everybody = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": policy["Statement"][0]["Resource"][1],
    }
    return {**policy, "Statement": [*policy["Statement"], everybody]}


def _without_cloudtrail(policy: dict[str, Any]) -> dict[str, Any]:
    return {**policy, "Statement": policy["Statement"][:1]}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_attack_is_healed_and_healing_twice_writes_once(account: Account, attack: Attack) -> None:
    baseline = deploy(account)
    attack(account, baseline)

    report = reconcile(account, baseline)

    assert report.healed
    assert not report.failed
    assert_in_order(account, baseline)


@pytest.mark.parametrize("attack", KEY_ATTACKS.values(), ids=KEY_ATTACKS.keys())
def test_attack_on_the_key_is_healed(account: Account, attack: Attack) -> None:
    baseline = deploy(account, replace(BASELINE, evidence_key_arn="new"))
    attack(account, baseline)

    report = reconcile(account, baseline)

    assert report.healed
    assert not report.failed
    assert_in_order(account, baseline)
