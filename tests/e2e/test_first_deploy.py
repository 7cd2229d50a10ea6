"""A first deploy that fails once: what it leaves, what people are told, and that it is repeated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from stage.deployment import DeploymentError
from tests.e2e.empty_account import EmptyAccount, empty_account
from tests.e2e.pages import commands
from tests.e2e.stage import wait_for

PAGE = "docs/first-deploy.md"
DEPLOY = "npx cdk deploy --all"
TRAILS = [f"of-others-{number}" for number in range(5)]


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[EmptyAccount]:
    """An account that has as many trails as a region may have."""
    with empty_account(tmp_path, {}) as account:
        bucket = "bucket-of-others"
        account.client("s3").create_bucket(Bucket=bucket)
        allowed = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": ["s3:GetBucketAcl", "s3:PutObject"],
            "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        account.client("s3").put_bucket_policy(Bucket=bucket, Policy=document)
        for name in TRAILS:
            account.client("cloudtrail").create_trail(Name=name, S3BucketName=bucket)
        yield account


def test_it_leaves_nothing_leads_to_the_page_and_works_once_the_cause_is_gone(
    crowded: EmptyAccount,
) -> None:
    with pytest.raises(DeploymentError) as first:
        crowded.cdk.deploy()

    assert "MaximumNumberOfTrailsExceeded" in str(first.value)
    assert crowded.left() == set()
    keys = crowded.client("kms")
    states = [
        keys.describe_key(KeyId=each["KeyId"])["KeyMetadata"]["KeyState"]
        for each in keys.list_keys()["Keys"]
    ]
    assert set(states) <= {"PendingDeletion"}

    crowded.client("cloudtrail").delete_trail(Name=TRAILS[0])
    second = crowded.shell(DEPLOY, expect=1, synthesize=True)
    error = second.index("cannot be deleted while TerminationProtection is enabled\n")
    assert PAGE in second[:error]

    (switch_off,) = commands(PAGE, "## Repeat it")
    crowded.shell(switch_off)
    crowded.shell(DEPLOY)

    trail = crowded.client("cloudtrail").get_trail_status(Name="trailkeeper")
    assert trail["IsLogging"]
    logs = crowded.client("logs")
    wait_for(
        "the protection of the log group",
        lambda: logs.describe_log_groups(logGroupNamePrefix="/trailkeeper/trail")["logGroups"][0][
            "deletionProtectionEnabled"
        ],
    )
    stacks = crowded.client("cloudformation").describe_stacks(StackName="TrailkeeperEvidence")
    assert stacks["Stacks"][0]["EnableTerminationProtection"]
