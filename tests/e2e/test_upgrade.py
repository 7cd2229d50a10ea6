"""From the stacks of an earlier version to these: nothing of the evidence is lost or replaced.

`upgrade/` holds the templates that commit b85b4dc synthesized, without CDK's metadata, and what its
functions would have left in the state table and in the queue of alerts.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded import subscriptions
from tests.e2e.empty_account import EmptyAccount, empty_account
from tests.e2e.stage import wait_for

BEFORE = Path(__file__).parent / "upgrade"
STACKS = ("TrailkeeperEvidence", "TrailkeeperResponse")
HANDLERS = "def handler(event, context):\n    return {}\n"
# Long enough for the new functions to be there when it comes.
DELAY_SECONDS = 25


@pytest.fixture
def account(tmp_path: Path) -> Iterator[EmptyAccount]:
    with empty_account(tmp_path) as made:
        yield made


def deploy_before(account: EmptyAccount) -> None:
    """Deploy the earlier templates; their functions do nothing, as only what is left counts."""
    templates = {name: (BEFORE / f"{name}.json").read_text(encoding="utf-8") for name in STACKS}
    bucket = f"cdk-hnb659fds-assets-{account.root.account}-{account.root.region}"
    for resource in json.loads(templates[STACKS[1]])["Resources"].values():
        own = resource.get("Properties", {})
        code = own.get("Code") or own.get("Content") or {}
        if "S3Key" in code:
            account.client("s3").put_object(Bucket=bucket, Key=code["S3Key"], Body=_package())
    stacks = account.client("cloudformation")
    for name, template in templates.items():
        stacks.create_stack(
            StackName=name, TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"]
        )
        waiter = stacks.get_waiter("stack_create_complete")
        waiter.wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    stacks.update_termination_protection(StackName=STACKS[0], EnableTerminationProtection=True)
    subscriptions.confirm(account.client("sns"), account.root.mailbox, seconds=20)


def _package() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for function in ("heal", "alert"):
            archive.writestr(f"lambdas/{function}/handler.py", HANDLERS)
    return packed.getvalue()


def physical(account: EmptyAccount, stack: str) -> dict[str, str]:
    """What the resources of a stack are called in the account, by logical id."""
    answer = account.client("cloudformation").describe_stack_resources(StackName=stack)
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"] for each in answer["StackResources"]
    }


def table(account: EmptyAccount) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = account.client("dynamodb").scan(TableName="trailkeeper-state")[
        "Items"
    ]
    return items


def test_no_evidence_is_replaced_nothing_is_lost_and_nobody_is_alarmed(
    account: EmptyAccount,
) -> None:
    deploy_before(account)
    left = json.loads((BEFORE / "left-behind.json").read_text(encoding="utf-8"))
    before = physical(account, STACKS[0])
    bucket = before["LogBucket81C7223E"]
    files = account.client("s3")
    wait_for("a log file", lambda: files.list_objects_v2(Bucket=bucket).get("KeyCount"))
    file = files.list_objects_v2(Bucket=bucket)["Contents"][0]["Key"]
    for item in left["items"]:
        account.client("dynamodb").put_item(TableName="trailkeeper-state", Item=item)
    queues = account.client("sqs")
    queues.send_message(
        QueueUrl=queues.get_queue_url(QueueName="trailkeeper-alerts")["QueueUrl"],
        MessageBody=json.dumps(left["alert"]),
        DelaySeconds=DELAY_SECONDS,
    )

    account.cdk.deploy()

    after = physical(account, STACKS[0])
    assert {id_: after.get(id_) for id_ in before} == before
    assert files.get_object(Bucket=bucket, Key=file)["Body"].read()
    heals = [item for item in left["items"] if item["id"]["S"] == "heal"]
    assert [item for item in table(account) if item["id"]["S"] == "heal"] == heals
    mails = account.root.mailbox

    def subjects() -> list[str]:
        texts = [path.read_text(encoding="utf-8") for path in mails.glob("*.eml")]
        return [
            line.removeprefix("Subject: ")
            for text in texts
            for line in text.splitlines()
            if line.startswith("Subject: ") and "Subscription Confirmation" not in line
        ]

    wait_for("the alert that waited", subjects, seconds=DELAY_SECONDS + 20)
    account.root.control.tick("trailkeeper-sweep")
    logs = account.client("logs")
    wait_for(
        "the protection of the log group",
        lambda: logs.describe_log_groups(logGroupNamePrefix="/trailkeeper/trail")["logGroups"][0][
            "deletionProtectionEnabled"
        ],
    )
    account.root.control.settle()
    # Nobody confirms the way of last resort, which people hear of in one check of a day.
    told = [each for each in subjects() if "Who gets alerts had changed" not in each]
    waited, alive = sorted(told, key=lambda each: "The guard is alive" in each)
    assert "user deploy-bot, StopLogging" in waited
    assert "The guard is alive" in alive
    _every_event_is_streamed_on(account)
    assert account.client("cloudtrail").get_trail_status(Name="trailkeeper")["IsLogging"]


def _every_event_is_streamed_on(account: EmptyAccount) -> None:
    """What is written into the log group reaches the stream of the settings."""
    account.client("ec2").create_vpc(CidrBlock="10.98.0.0/16")

    def arrived() -> bool:
        return "CreateVpc" in {each["eventName"] for each in account.streamed()}

    wait_for("the call to come through the stream", arrived)
