"""How alerts reach the channels: once each, whatever else is broken."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from http.client import HTTPConnection, HTTPSConnection
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.alert.channels import slack as slack_channel
from lambdas.alert.channels.slack import SlackError, post
from lambdas.alert.function import AlertingError
from lambdas.alert.secrets import SecretReferenceError, Secrets
from tests.lambdas.alert.conftest import INBOX_ARN, Account, Context
from tests.lambdas.alert.webhook import Webhook, listening
from trailkeeper.alerts.alert import Alert, Fact
from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.state.alert_items import DrillTold
from trailkeeper.words.text import Severity, Text

ALERT = Alert(
    detection="trail-stopped",
    category="trail",
    severity=Severity.WARNING,
    what=Text("subject.trail-stopped"),
    result=Text("result.started_again"),
    who=Text("actor.short", {"name": "deploy-bot"}),
    dedup_key="call/1",
    facts=(Fact("label.source_ip", "203.0.113.7"),),
    verified=True,
)
SUBJECT = "[Warning] Trail stopped, logging again - deploy-bot"


def test_one_mail_and_one_slack_message(account: Account, slack: Webhook) -> None:
    function = account.function(slack_webhook="ssm:/slack/webhook")
    assert account.handle(ALERT.to_json(), ALERT.to_json(), function=function) == []
    assert account.handle(ALERT.to_json(), function=function) == []
    assert [subject for subject, _ in account.mails()] == [SUBJECT]
    (message,) = slack.messages
    assert message["attachments"][0]["color"] == "#ecb22e"
    assert "secret" not in json.dumps(message)


def test_a_failing_webhook_is_retried_and_does_not_mail_twice(
    account: Account, slack: Webhook
) -> None:
    slack.answer = 500
    assert account.handle(ALERT.to_json(), function=_with_slack(account)) == ["m0"]
    assert account.handle(ALERT.to_json(), function=_with_slack(account)) == ["m0"]
    slack.answer = 200
    assert account.handle(ALERT.to_json(), function=_with_slack(account)) == []
    assert [subject for subject, _ in account.mails()].count(SUBJECT) == 1
    assert [each["text"].startswith("Warning: Trail stopped") for each in slack.messages].count(
        True
    ) == 1


def test_a_failed_topic_does_not_keep_slack_from_telling(
    account: Account, slack: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(account.clients.sns, "publish", _refuse)
        assert account.handle(ALERT.to_json(), function=_with_slack(account)) == ["m0"]
    assert len(slack.messages) == 1
    assert account.handle(ALERT.to_json(), function=_with_slack(account)) == []
    assert len(account.mails()) == 1
    assert len(slack.messages) == 1


def test_a_webhook_that_does_not_answer_in_time_is_an_error() -> None:
    with listening() as (webhook, url):
        webhook.release.clear()
        began = time.monotonic()
        with pytest.raises(SlackError, match="did not answer") as failure:
            post(url, {"text": "x"}, timeout=0.1)
        assert time.monotonic() - began < 4
    assert "secret" not in str(failure.value)
    assert failure.value.__cause__ is None
    assert slack_channel.TIMEOUT_SECONDS == 5.0


@pytest.mark.parametrize(
    "bland",
    [
        replace(ALERT, severity=Severity.INFO),
        replace(ALERT, detection="repairs-resumed"),
        replace(ALERT, what=Text("subject.resumed")),
    ],
    ids=["said softly", "another detection", "about something else"],
)
def test_a_harmless_alert_under_the_same_key_swallows_nothing(
    account: Account, bland: Alert
) -> None:
    account.handle(bland.to_json())
    account.mails()

    account.handle(ALERT.to_json())

    assert [subject for subject, _ in account.mails()] == [SUBJECT]


def _swap(account: Account, path: str) -> None:
    account.clients.ssm.put_parameter(
        Name="/slack/webhook",
        Value=f"https://hooks.slack.com/{path}",
        Type="SecureString",
        Overwrite=True,
    )


def test_a_swapped_webhook_is_told_by_mail_and_once(account: Account, slack: Webhook) -> None:
    account.handle(ALERT.to_json(), function=_with_slack(account))
    assert account.sent() == []
    _swap(account, "services/T9/B9/mallory")

    for number in ("2", "3"):
        another = replace(ALERT, dedup_key=number)
        account.handle(another.to_json(), function=_with_slack(account))

    (told,) = account.sent()
    account.handle(told, function=_with_slack(account))
    subjects = [subject for subject, _ in account.mails()]
    assert (
        "[Warning] Slack webhook changed, NOT undone - by whom unknown - 123456789012" in subjects
    )
    assert "mallory" not in told


def test_a_webhook_that_nobody_can_compare_gets_its_messages(
    account: Account, slack: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account.clients.dynamodb, "get_item", _refuse)

    assert account.handle(ALERT.to_json(), function=_with_slack(account)) == []

    assert len(slack.messages) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/services/x",
        "https://hooks.slack.com",
        "https://hooks.slack.com.evil.example/services/x",
        "https://hooks.slack.com@evil.example/services/x",
        "https://evil.example/https://hooks.slack.com/",
        "https://hooks.slack.com:8443/services/x",
        "https://HOOKS.slack.com\\@evil.example/",
        "https://hooks.slack.com/services/x\r\nHost: evil.example",
        "https://10.0.0.5:8443/",
        "https://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
        "http://localhost/",
        "https://[::1]/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "https://",
        "",
        "https://host:port/",
        "nonsense",
    ],
)
def test_nothing_is_posted_but_to_slack(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_channel, "HTTPSConnection", _refuse)

    with pytest.raises(SlackError, match="must be a URL that begins with https://hooks"):
        post(url, {})


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://hooks.slack.com/services/T/B/x", "hooks.slack.com", "/services/T/B/x"),
        (
            "https://hooks.slack-gov.com/workflows/x?y=z\n",
            "hooks.slack-gov.com",
            "/workflows/x?y=z",
        ),
    ],
)
def test_slack_is_posted_to_by_its_name_and_by_tls(
    url: str, host: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    assert slack_channel.HTTPSConnection is HTTPSConnection

    class Connection(HTTPConnection):
        def request(self, method: str, url: str, *_: Any, **__: Any) -> None:
            made.append((self.host, method, url))
            raise OSError("nobody is reached in a test")

    monkeypatch.setattr(slack_channel, "HTTPSConnection", Connection)

    with pytest.raises(SlackError, match="did not answer"):
        post(url, {})
    assert made == [(host, "POST", path)]


def test_secrets(account: Account) -> None:
    clients = account.clients
    clients.secretsmanager.create_secret(Name="hook", SecretString='{"url": "https://a/b"}')
    clients.secretsmanager.create_secret(Name="plain", SecretString="https://c/d")
    secrets = Secrets(clients)
    assert secrets.read("secretsmanager:hook") == "https://a/b"
    assert secrets.read("secretsmanager:plain") == "https://c/d"
    with pytest.raises(SecretReferenceError, match="ssm:/name"):
        secrets.read("https://hooks.slack.com/x")


def test_a_broken_renderer_still_brings_the_raw_alert(
    account: Account, slack: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("trailkeeper.rendering.sheet.write", broken)
    assert account.handle(ALERT.to_json(), function=_with_slack(account)) == []
    ((subject, body),) = account.mails()
    assert subject == "[Trailkeeper] An alert that could not be put in words"
    assert "subject.trail-stopped" in body
    assert "deploy-bot" in body
    assert len(slack.messages) == 1


def test_amazon_q_has_a_topic_of_its_own(account: Account) -> None:
    chat = account.clients.sns.create_topic(Name="trailkeeper-chat")["TopicArn"]
    account.clients.sns.subscribe(TopicArn=chat, Protocol="sqs", Endpoint=INBOX_ARN)
    account.handle(ALERT.to_json(), function=account.function(chat_topic_arn=chat))
    messages = [json.loads(each["Message"]) for each in account.published()]
    (notification,) = [each for each in messages if each.get("source") == "custom"]
    assert notification["content"]["title"] == SUBJECT
    account.clients.sns.delete_topic(TopicArn=chat)


def test_without_the_table_alerts_go_out(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for call in ("put_item", "update_item", "delete_item"):
        monkeypatch.setattr(account.clients.dynamodb, call, _refuse)
    assert account.handle(ALERT.to_json()) == []
    assert account.handle(ALERT.to_json()) == []
    assert len(account.mails()) == 2


def test_without_the_table_a_failed_alert_is_still_retried(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for call in ("put_item", "update_item", "delete_item"):
        monkeypatch.setattr(account.clients.dynamodb, call, _refuse)
    monkeypatch.setattr(account.clients.sns, "publish", _refuse)
    assert account.handle(ALERT.to_json()) == ["m0"]


def test_one_failed_message_does_not_fail_its_batch(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = account.clients.sns.publish

    def choosy(**request: Any) -> Any:
        return _refuse() if "poison" in request["Message"] else publish(**request)

    monkeypatch.setattr(account.clients.sns, "publish", choosy)
    poison = Alert("d", "c", Severity.INFO, Text("actor.user", {"name": "poison"}), "poison")
    assert account.handle(poison.to_json(), ALERT.to_json()) == ["m0"]
    assert len(account.mails()) == 1


UNREADABLE = (
    "",
    "not json",
    "[]",
    "null",
    "{}",
    '{"dedup_key": 1}',
    '{"flush": {}}',
    '{"flush": {"group": 1, "window": [], "seconds": "x"}}',
    '{"AlarmName": {}}',
    '{"detail-type": "EC2 Instance State-change Notification"}',
    '{"detail-type": "EC2 Instance State-change Notification", "detail": {"state": 1}}',
    '{"detail": "x"}',
    "[" * 100_000,
    '{"a":' * 100_000,
    "x" * 200_000,
    "\ud800",
)


def test_whatever_arrives_is_told_and_breaks_nothing(account: Account) -> None:
    assert account.handle(*UNREADABLE, ALERT.to_json()) == []
    subjects = [subject for subject, _ in account.mails()]
    told = "[Warning] Unreadable message to the alert function"
    assert sorted(subjects) == sorted([told] * len(UNREADABLE) + [SUBJECT])


def test_calls_without_the_usual_fields_are_no_alerts(account: Account) -> None:
    strange = {"instancesSet": {"items": [None, 1, {"instanceId": {}}]}}
    call = {"eventSource": "ec2.amazonaws.com", "eventName": "StopInstances"}
    bodies = (
        {"detail": {}},
        {"detail": {**call, "requestParameters": strange}},
        {"detail": {**call, "responseElements": "x", "userIdentity": []}},
    )
    assert account.handle(*bodies) == []
    assert account.mails() == []


def test_what_did_not_come_by_a_queue_comes_by_ours_when_it_fails(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account.clients.sns, "publish", _refuse)

    answer = account.function().handle({"what": "nobody of ours calls with"}, Context())

    assert answer == {"batchItemFailures": []}
    (sent,) = account.sent()
    assert json.loads(sent)["detection"] == "message-made-up"


def test_what_neither_people_nor_a_queue_take_raises_so_that_lambda_tries_again(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account.clients.sns, "publish", _refuse)
    monkeypatch.setattr(account.clients.sqs, "send_message", _refuse)
    with pytest.raises(AlertingError):
        account.function().handle({"what": "nobody of ours calls with"}, Context())


def test_failed_messages_come_again_soon_and_later_each_time(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    def answer(**call: Any) -> dict[str, Any]:
        asked.append(call)
        return {"Successful": [{"Id": each["Id"]} for each in call["Entries"]]}

    monkeypatch.setattr(account.clients.sns, "publish", _refuse)
    monkeypatch.setattr(account.clients.sqs, "change_message_visibility_batch", answer)
    event = {
        "Records": [
            {
                "messageId": f"m{receives}",
                "receiptHandle": f"r{receives}",
                "attributes": {"ApproximateReceiveCount": str(receives)},
                "body": f"unreadable {receives}",
            }
            for receives in (1, 2, 3, 4, 5)
        ]
    }
    account.function().handle(event, Context())
    proven, again = asked
    entries = again["Entries"]
    assert [each["VisibilityTimeout"] for each in proven["Entries"]] == [420] * 5
    assert [each["VisibilityTimeout"] for each in entries] == [10, 30, 90, 270, 210]
    assert [each["ReceiptHandle"] for each in entries] == ["r1", "r2", "r3", "r4", "r5"]


def test_a_long_alert_in_two_byte_letters_fits_into_a_message(account: Account) -> None:
    long = tuple(Fact("label.who", "한글🙂" * 30_000) for _ in range(40))
    alert = Alert("d", "c", Severity.INFO, Text("subject.unreadable"), "long", facts=long)
    sent: list[dict[str, Any]] = []
    publish = account.clients.sns.publish
    account.clients.sns.publish = lambda **call: sent.append(call)
    try:
        account.handle(alert.to_json(), function=account.function(language="ko"))
    finally:
        account.clients.sns.publish = publish
    assert len(sent[0]["Message"].encode()) + len(sent[0]["Subject"].encode()) < 256 * 1024


def _with_slack(account: Account) -> Any:
    return account.function(slack_webhook="ssm:/slack/webhook")


def _refuse(*_: object, **__: object) -> Any:
    raise ClientError({"Error": {"Code": "InternalError"}}, "Any")


def drill_notes(account: Account) -> list[tuple[str, str, str, str]]:
    """What is noted of the drill d1: what of it, the channel, when, and why not."""
    answer = account.clients.dynamodb.query(
        TableName=STATE_TABLE,
        KeyConditionExpression="id = :id",
        ExpressionAttributeValues={":id": {"S": "drill#d1"}},
    )
    found = [DrillTold.parse(item) for item in answer["Items"]]
    return [(each.what, each.channel, f"{each.at:%H:%M:%S}", each.error) for each in found]


def test_what_a_channel_did_with_an_alert_of_a_drill_is_noted(account: Account) -> None:
    account.handle(replace(ALERT, dedup_key="drill/d1/stopped/call/1/ok").to_json())
    account.handle(ALERT.to_json())

    assert drill_notes(account) == [("stopped", "sns", "09:37:40", "")]


def test_why_a_channel_did_not_take_an_alert_of_a_drill_is_noted(account: Account) -> None:
    gone = account.function(topic_arn=f"{account.environ.topic_arn}-gone")

    account.handle(replace(ALERT, dedup_key="drill/d1/test").to_json(), function=gone)

    ((what, channel, _, error),) = drill_notes(account)
    assert (what, channel) == ("test", "sns")
    assert error.startswith("NotFoundException")
