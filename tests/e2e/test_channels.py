"""Alerts reach mail and Slack; what a channel does not take is retried, kept, sent again once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from stage.slack import SlackChannel, take
from tests import block_kit
from tests.e2e.asked import looked_up
from tests.e2e.command_line import trailkeeper
from tests.e2e.conftest import Deployed
from tests.e2e.stage import Stage, wait_for
from trailkeeper.alerts.alert import Alert
from trailkeeper.evidence.names import (
    ALERT_FUNCTION,
    ALERTS_DEAD_QUEUE,
    ALERTS_QUEUE,
    STATE_TABLE,
)
from trailkeeper.words.text import Severity, Text


@pytest.fixture
def stage(deployed: Deployed) -> Stage:
    return Stage(deployed.ready)


@pytest.fixture
def slack(deployed: Deployed) -> Iterator[SlackChannel]:
    yield deployed.slack
    deployed.slack.answer = take


@pytest.fixture
def impatient(stage: Stage) -> Iterator[None]:
    """A queue that gives up at the first failure, not after minutes."""
    url = stage.sqs.get_queue_url(QueueName=ALERTS_QUEUE)["QueueUrl"]
    before = stage.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    policy = json.loads(before["Attributes"]["RedrivePolicy"])

    def limit(receives: int) -> None:
        wanted = json.dumps(policy | {"maxReceiveCount": receives})
        stage.sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": wanted})

    stage.forget_floods()
    limit(1)
    yield
    limit(policy["maxReceiveCount"])


def posted(messages: list[dict[str, Any]], words: str) -> list[dict[str, Any]]:
    return [each for each in list(messages) if words in json.dumps(each)]


def denied_try(stage: Stage, user: str) -> str:
    """Somebody without rights tries to stop the trail; a name that its alert carries."""
    name = f"{user}-{uuid4().hex[:6]}"
    stage.iam.create_user(UserName=name)
    key = stage.iam.create_access_key(UserName=name)["AccessKey"]
    client = stage.ready.session().client(
        "cloudtrail",
        endpoint_url=stage.ready.endpoint,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    with pytest.raises(client.exceptions.ClientError):
        client.stop_logging(Name=stage.trail)
    return name


def mails_about(stage: Stage, words: str) -> list[Any]:
    return [mail for mail in stage.mails() if words in mail.subject + mail.text]


def test_the_same_alert_twice_is_one_mail_and_one_message(
    stage: Stage, slack: SlackChannel
) -> None:
    def send(name: str) -> None:
        alert = Alert(
            detection="trail-stopped",
            category="trail",
            severity=Severity.CRITICAL,
            what=Text("actor.user", {"name": name}),
            dedup_key=name,
        )
        stage.send(ALERTS_QUEUE, alert.to_json())

    for name in ("said-once", "said-once", "said-after"):
        send(name)
    wait_for("the last mail", lambda: mails_about(stage, "said-after"))
    wait_for("the first mail", lambda: mails_about(stage, "said-once"))
    wait_for("the last message", lambda: posted(slack.messages, "said-after"))

    assert len(mails_about(stage, "said-once")) == 1
    assert len(posted(slack.messages, "said-once")) == 1


def test_many_instances_are_few_mails_and_none_is_lost(stage: Stage) -> None:
    count, before = 25, len(stage.mails())
    image = "ami-0123456789abcdef0"
    stage.ec2.run_instances(ImageId=image, MinCount=count, MaxCount=count)

    def told() -> list[int]:
        subjects = [mail.subject for mail in stage.mails()[before:]]
        return [running(subject) for subject in subjects if running(subject)]

    wait_for(f"{count} instances told", lambda: sum(told()) >= count, seconds=60)
    assert sum(told()) == count
    assert len(told()) <= 4
    for mail in [each for each in stage.mails()[before:] if running(each.subject)]:
        assert any("RunInstances" in row for row in looked_up(stage, mail)), mail.subject


def test_deleted_log_files_are_counted_and_told_apart(stage: Stage) -> None:
    bucket = f"trailkeeper-logs-{stage.ready.account}-{stage.ready.region}"
    found = stage.s3.list_objects_v2(Bucket=bucket, Prefix="AWSLogs/", MaxKeys=3)["Contents"]
    files, before = [{"Key": each["Key"]} for each in found], len(stage.mails())
    for_good = f"{len(files)} log files deleted for good"

    hidden = stage.s3.delete_objects(Bucket=bucket, Delete={"Objects": files})["Deleted"]
    markers = [{"Key": each["Key"], "VersionId": each["DeleteMarkerVersionId"]} for each in hidden]
    back = stage.s3.delete_objects(Bucket=bucket, Delete={"Objects": markers})["Deleted"]

    assert len(back) == len(files)
    close_window(stage, bucket, 2 * len(files))
    (told,) = wait_for(
        "the mail", lambda: [each for each in stage.mails()[before:] if for_good in each.subject]
    )
    assert f"{len(files)} files more have only a delete marker" in told.text
    assert stage.ready.account in told.text
    assert "127.0.0.1" in told.text


def close_window(stage: Stage, bucket: str, count: int) -> None:
    """End the half minute in which deletions are counted, once so many are."""
    group = f"deleted-files/{stage.ready.account}/{stage.ready.region}/{bucket}"
    key = {"id": {"S": f"window#{group}"}, "at": {"S": "window"}}

    def window() -> str:
        item = stage.dynamodb.get_item(TableName=STATE_TABLE, Key=key).get("Item")
        return str(item["window"]["S"]) if item else ""

    def held() -> bool:
        answer = stage.dynamodb.query(
            TableName=STATE_TABLE,
            KeyConditionExpression="id = :id",
            ExpressionAttributeValues={":id": {"S": f"deleted#{window()}"}},
        )
        return int(answer["Count"]) == count

    wait_for("the deletions", lambda: window() and held())
    flush = {"flush": {"group": group, "window": window(), "seconds": 30}}
    stage.send(ALERTS_QUEUE, json.dumps(flush), function=ALERT_FUNCTION)


def running(subject: str) -> int:
    """How many running instances a mail's subject speaks of."""
    words = subject.split()
    if "running" not in subject:
        return 0
    return int(words[1].replace(",", "")) if "instances" in words else 1


def test_slack_gets_a_message_that_slack_would_take(stage: Stage, slack: SlackChannel) -> None:
    name = denied_try(stage, "curious")

    (message,) = wait_for("the Slack message", lambda: posted(slack.messages, name))

    assert block_kit.problems(message) == []
    assert wait_for("the mail", lambda: mails_about(stage, name))


def test_every_channel_says_by_itself_that_the_guard_is_alive(
    stage: Stage, slack: SlackChannel
) -> None:
    """The first one comes with the deploy, and no two of an hour."""
    words = "If no such message comes this way for longer than 7 days"

    stage.ready.control.tick("trailkeeper-alive")

    mail = stage.wait_for_mail(words)
    assert mail.subject.startswith("[Info] The guard is alive")
    message = wait_for("the Slack message", lambda: posted(slack.messages, words))[0]
    assert block_kit.problems(message) == []


def test_what_slack_does_not_take_is_tried_again(stage: Stage, slack: SlackChannel) -> None:
    slack.answer = lambda _: (500, 0.0) if len(slack.tried) == before + 1 else (200, 0.0)
    before = len(slack.tried)

    name = denied_try(stage, "unlucky")

    wait_for("the message", lambda: posted(slack.messages, name), seconds=30)
    assert len(posted(slack.tried, name)) == 2
    assert len(mails_about(stage, name)) == 1


@pytest.mark.usefixtures("impatient")
def test_what_slack_never_takes_is_kept_and_sent_again_once(
    stage: Stage, slack: SlackChannel, deployed: Deployed
) -> None:
    fails, hangs = "failing", "hanging"
    said, over = "Slack takes no alerts", "Slack takes alerts again"
    before = [len(mails_about(stage, words)) for words in (said, over)]

    def answer(message: dict[str, Any]) -> tuple[int, float]:
        text = json.dumps(message)
        return (500, 0.0) if fails in text else (200, 6.0) if hangs in text else (200, 0.0)

    slack.answer = answer
    names = [denied_try(stage, fails), denied_try(stage, hangs)]

    def dead() -> bool:
        url = stage.sqs.get_queue_url(QueueName=ALERTS_DEAD_QUEUE)["QueueUrl"]
        answer = stage.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        return int(answer["Attributes"]["ApproximateNumberOfMessages"]) >= len(names)

    wait_for("two dead letters", dead, seconds=60)
    wait_for("word of Slack", lambda: len(mails_about(stage, said)) == before[0] + 1)
    slack.answer = take
    slack.messages.clear()

    trailkeeper(deployed.ready, "alerts", "redrive")

    for name in names:
        wait_for(f"the message about {name}", lambda name=name: posted(slack.messages, name))
        assert len(mails_about(stage, name)) == 1
    wait_for("word of its end", lambda: len(mails_about(stage, over)) == before[1] + 1)
    assert len(mails_about(stage, said)) == before[0] + 1
