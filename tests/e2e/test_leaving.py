"""Leaving by the commands of the page, and coming back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.empty_account import EmptyAccount, empty_account
from tests.e2e.pages import commands
from tests.e2e.stage import wait_for

PAGE = "docs/leaving.md"


@pytest.fixture
def account(tmp_path: Path) -> Iterator[EmptyAccount]:
    with empty_account(tmp_path, {}) as made:
        made.cdk.deploy()
        yield made


def logs_events(account: EmptyAccount) -> bool:
    status = account.client("cloudtrail").get_trail_status(Name="trailkeeper")
    return bool(status["IsLogging"])


def test_nothing_is_left_and_the_next_deploy_guards_again(account: EmptyAccount) -> None:
    buckets = account.client("s3")
    name = f"trailkeeper-logs-{account.root.account}-{account.root.region}"
    wait_for("a log file", lambda: buckets.list_objects_v2(Bucket=name).get("KeyCount"))
    some = buckets.list_objects_v2(Bucket=name)["Contents"][0]["Key"]
    buckets.delete_object(Bucket=name, Key=some)
    key = account.client("ssm").get_parameter(Name="/trailkeeper/evidence-key-arn")
    arn = key["Parameter"]["Value"]

    # All at once removes the guard, and stops at the evidence.
    account.shell("npx cdk destroy --all", expect=1)
    assert logs_events(account)
    functions = account.client("lambda")
    assert functions.list_functions()["Functions"] == []

    for each in commands(PAGE, "## Give up the evidence as well"):
        account.shell(each)
    assert account.left() == set()
    old = account.client("kms").describe_key(KeyId=arn)["KeyMetadata"]
    assert old["KeyState"] == "PendingDeletion"

    account.cdk.deploy()
    account.client("cloudtrail").stop_logging(Name="trailkeeper")
    wait_for("the trail to be started again", lambda: logs_events(account))
