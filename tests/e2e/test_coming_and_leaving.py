"""A first deploy that fails and is repeated, leaving by the commands of the page, and coming back.

One account for all of it: what one test leaves, a deploy that is done, is what the other begins
with, and makes where it is not there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from botocore.exceptions import ClientError

from stage.deployment import DeploymentError
from tests.e2e.empty_account import EmptyAccount, empty_account
from tests.e2e.pages import commands
from tests.e2e.stage import wait_for

DEPLOY = "npx cdk deploy --all"
TRAILS = [f"of-others-{number}" for number in range(5)]


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmptyAccount]:
    """An account that has as many trails as a region may have."""
    with empty_account(tmp_path_factory.mktemp("crowded")) as account:
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


@pytest.fixture
def deployed(crowded: EmptyAccount) -> EmptyAccount:
    """The same account with one trail less, and ours."""
    with suppress(ClientError):
        crowded.client("cloudtrail").delete_trail(Name=TRAILS[0])
    crowded.cdk.deploy()
    return crowded


def test_a_first_deploy_that_fails_leaves_nothing_and_works_once_the_cause_is_gone(
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
    second = crowded.shell(DEPLOY, expect=1)
    assert "cannot be deleted while TerminationProtection is enabled\n" in second

    (switch_off,) = commands("docs/first-deploy.md", "## Repeat it")
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


def logs_events(account: EmptyAccount) -> bool:
    status = account.client("cloudtrail").get_trail_status(Name="trailkeeper")
    return bool(status["IsLogging"])


def _around_a_bucket(script: str, name: str) -> tuple[str, str, str]:
    """The names a script begins with, and its commands before and after a bucket is empty."""
    ours = f"delete-bucket --bucket {name.rpartition('-logs-')[0]}-logs-"
    lines = script.splitlines(keepends=True)
    names = [line for line in lines if re.match("[A-Z]+=", line) and not line.startswith("KEY=")]
    (end,) = (number for number, line in enumerate(lines) if ours in line)
    return "".join(names), "".join(lines[len(names) : end]), "".join(lines[end:])


def test_after_leaving_nothing_is_left_and_the_next_deploy_guards_again(
    deployed: EmptyAccount,
) -> None:
    account = deployed
    buckets = account.client("s3")
    name = f"trailkeeper-logs-{account.root.account}-{account.root.region}"
    wait_for("a log file", lambda: buckets.list_objects_v2(Bucket=name).get("KeyCount"))
    some = buckets.list_objects_v2(Bucket=name)["Contents"][0]["Key"]
    buckets.delete_object(Bucket=name, Key=some)
    key = account.client("ssm").get_parameter(Name="/trailkeeper/evidence-key-arn")
    arn = key["Parameter"]["Value"]

    # All at once stops at what watches over the guard.
    stopped = account.shell("npx cdk destroy --all", expect=1)
    assert "TrailkeeperWatcher" in stopped
    functions = account.client("lambda")
    names = {each["FunctionName"] for each in functions.list_functions()["Functions"]}
    assert names >= {"trailkeeper-heal", "trailkeeper-watcher"}

    for each in commands("docs/leaving.md", "## Take the guard away"):
        account.shell(each)
    assert functions.list_functions()["Functions"] == []
    assert logs_events(account)

    *before, last = commands("docs/leaving.md", "## Give up the evidence as well")
    for each in before:
        account.shell(each)
    names, emptied, deleted = _around_a_bucket(last, name)
    account.root.control.fault(deliver="s3", drop=True)
    account.shell(names + emptied)
    account.root.control.no_faults()
    account.root.control.settle()  # what the trail still had to deliver comes now
    account.shell(names + deleted)
    assert account.left() == set()
    old = account.client("kms").describe_key(KeyId=arn)["KeyMetadata"]
    assert old["KeyState"] == "PendingDeletion"

    account.cdk.deploy()
    account.client("cloudtrail").stop_logging(Name="trailkeeper")
    wait_for("the trail to be started again", lambda: logs_events(account))
