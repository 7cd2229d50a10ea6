"""What every channel refused for ten minutes goes the second way as it is, nothing else does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.alert.function import AlertFunction
from tests.lambdas.alert.conftest import Account, Context
from tests.lambdas.alert.test_delivery import ALERT, SUBJECT
from tests.lambdas.alert.webhook import Webhook
from trailkeeper.evidence.names import ALERTS_TOPIC, LAST_RESORT_TOPIC
from trailkeeper.rendering import email

TEN_MINUTES = 600
Published = list[dict[str, Any]]


@pytest.fixture
def published(account: Account, monkeypatch: pytest.MonkeyPatch) -> Published:
    """What the topic of last resort took; no other topic takes anything."""
    taken: Published = []

    def publish(**request: Any) -> dict[str, Any]:
        if not request["TopicArn"].endswith(f":{LAST_RESORT_TOPIC}"):
            raise ClientError({"Error": {"Code": "KMSDisabled"}}, "Publish")
        taken.append(request)
        return {}

    monkeypatch.setattr(account.clients.sns, "publish", publish)
    return taken


def function(account: Account, **changes: Any) -> AlertFunction:
    topic = account.environ.topic_arn.replace(ALERTS_TOPIC, LAST_RESORT_TOPIC)
    return account.function(last_resort_topics=(topic,), **changes)


def bring(function: AlertFunction, body: str, first_came: float | None) -> list[str]:
    """Bring a message that came for the first time then; the ids that failed."""
    attributes = {"ApproximateReceiveCount": "6"}
    if first_came is not None:
        attributes["ApproximateFirstReceiveTimestamp"] = str(int(first_came * 1000))
    record = {"messageId": "m0", "receiptHandle": "r0", "body": body, "attributes": attributes}
    answer = function.handle({"Records": [record]}, Context())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_it_is_told_as_it_is_and_kept_for_the_channels(
    account: Account, published: Published
) -> None:
    failed = bring(function(account), ALERT.to_json(), account.clock() - TEN_MINUTES)

    (mail,) = published
    assert mail["Subject"] == SUBJECT
    assert mail["Message"] == email.render(ALERT, account.environ.reader).body
    assert failed == ["m0"]


def test_it_is_told_once(account: Account, published: Published) -> None:
    for _ in range(2):
        bring(function(account), ALERT.to_json(), account.clock() - TEN_MINUTES)

    assert len(published) == 1


def test_a_channel_has_ten_minutes(account: Account, published: Published) -> None:
    bring(function(account), ALERT.to_json(), account.clock() - TEN_MINUTES + 1)

    assert published == []


def test_what_one_channel_took_stays_with_the_channels(
    account: Account, slack: Webhook, published: Published
) -> None:
    both = function(account, slack_webhook="ssm:/slack/webhook")

    failed = bring(both, ALERT.to_json(), account.clock() - TEN_MINUTES)

    assert failed == ["m0"]
    assert len(slack.messages) == 1
    assert published == []


def test_what_no_channel_of_two_took_is_told(
    account: Account, slack: Webhook, published: Published
) -> None:
    slack.answer = 404
    both = function(account, slack_webhook="ssm:/slack/webhook")

    bring(both, ALERT.to_json(), account.clock() - TEN_MINUTES)

    assert [each["Subject"] for each in published] == [SUBJECT]


def test_whoever_brings_a_message_without_sqs_cannot_hurry_it(
    account: Account, published: Published
) -> None:
    bring(function(account), ALERT.to_json(), None)

    assert published == []


def test_an_alarm_that_came_by_its_topic_is_told_too(
    account: Account, published: Published
) -> None:
    alarm = {
        "AlarmName": "trailkeeper-heal-errors",
        "NewStateValue": "ALARM",
        "OldStateValue": "OK",
        "AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:trailkeeper-heal-errors",
        "StateChangeTime": "2026-11-20T09:17:40.000+0000",
    }
    by_topic = json.dumps({"Type": "Notification", "Message": json.dumps(alarm)})

    bring(function(account), by_topic, account.clock() - TEN_MINUTES)

    assert [each["Subject"] for each in published] == [
        "[Critical] Alarm trailkeeper-heal-errors went off"
    ]


def test_where_there_is_no_second_way_it_becomes_a_dead_letter(
    account: Account, published: Published
) -> None:
    assert bring(account.function(), ALERT.to_json(), account.clock() - TEN_MINUTES) == ["m0"]
    assert published == []


def test_a_second_way_that_fails_too_loses_nothing(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> Any:
        raise ClientError({"Error": {"Code": "NotFound"}}, "Publish")

    monkeypatch.setattr(account.clients.sns, "publish", refuse)

    assert bring(function(account), ALERT.to_json(), account.clock() - TEN_MINUTES) == ["m0"]


def test_its_renderer_that_breaks_sends_it_raw(
    account: Account, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise ValueError("broken")

    monkeypatch.setattr(email, "render", broken)

    bring(function(account), ALERT.to_json(), account.clock() - TEN_MINUTES)

    (mail,) = published
    assert mail["Subject"] == "[Trailkeeper] An alert that could not be put in words"
    assert json.loads(mail["Message"])["dedup_key"] == "call/1"
