"""The alert function tells what is in its queue, and nothing that somebody calls it with."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto.backends import get_backend

from lambdas.alert.function import AlertFunction
from tests.lambdas.alert.conftest import ACCOUNT, REGION, Account, Context, sqs, state_change
from trailkeeper.alerts.alert import Alert, Fact
from trailkeeper.evidence.names import ALERTS_DEAD_QUEUE, ALERTS_QUEUE
from trailkeeper.words.text import Severity, Text

MADE_UP = (
    "[Warning] Made-up messages to the alert function, not told - by whom unknown - 123456789012"
)
EXPIRED = "Value {} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
GONE = (
    "Value {} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not "
    "available for visibility timeout change."
)


def alert(who: str) -> str:
    return Alert(
        detection="trail-stopped",
        category="trail",
        severity=Severity.CRITICAL,
        what=Text("subject.logging"),
        story=(),
        dedup_key=f"forged/{who}",
        facts=(Fact("label.who", who),),
    ).to_json()


def record(number: int, receipt: Any, who: str) -> dict[str, Any]:
    return {
        "messageId": f"m{number}",
        "receiptHandle": receipt,
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{ALERTS_QUEUE}",
        "body": alert(who),
    }


def called(function: AlertFunction, *records: dict[str, Any]) -> list[str]:
    answer = function.handle({"Records": list(records)}, Context())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def subjects(account: Account) -> list[str]:
    return [subject for subject, _ in account.mails()]


def says(monkeypatch: pytest.MonkeyPatch, account: Account, answer: Any) -> list[dict[str, Any]]:
    """Have SQS answer that of every receipt; what it was asked is in the list."""
    asked: list[dict[str, Any]] = []

    def batch(**call: Any) -> dict[str, Any]:
        asked.append(call)
        if isinstance(answer, Exception):
            raise answer
        failed = [{"Id": each["Id"], "SenderFault": True, **answer} for each in call["Entries"]]
        return {"Failed": failed}

    monkeypatch.setattr(account.clients.sqs, "change_message_visibility_batch", batch)
    return asked


def test_only_what_the_queue_handed_over_is_told(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = account.clients.sqs
    real = boto3.client("sqs", region_name=REGION).change_message_visibility_batch
    monkeypatch.setattr(own, "change_message_visibility_batch", real)
    handles = {}
    for place, url in (("ours", account.environ.queue_url), ("foreign", account.inbox_url)):
        own.send_message(QueueUrl=url, MessageBody=place)
        (message,) = own.receive_message(QueueUrl=url)["Messages"]
        handles[place] = message["ReceiptHandle"]

    failed = called(
        account.function(),
        record(0, handles["ours"], "alice"),
        record(1, handles["foreign"], "mallory"),
        record(2, "AQEBmadeup==", "mallory"),
    )

    assert failed == ["m1", "m2"]
    mails = account.mails()
    assert "alice" in mails[0][0] + mails[0][1]
    assert [subject for subject, _ in mails[1:]] == [MADE_UP]
    assert "mallory" not in str(mails)
    (kept,) = get_backend("sqs")[ACCOUNT][REGION].queues[ALERTS_QUEUE]._messages
    assert (kept.body, kept.visible) == ("ours", False)


@pytest.mark.parametrize("receipt", ["", None, 7, "x" * 1025, "a b", "é", "\ud800", "a\n"])
def test_what_can_be_no_receipt_is_forged_and_never_asked(
    account: Account, monkeypatch: pytest.MonkeyPatch, receipt: Any
) -> None:
    asked = says(monkeypatch, account, {"Code": "InternalError", "Message": "later"})
    assert called(account.function(), record(0, receipt, "mallory")) == ["m0"]
    assert asked == []
    assert subjects(account) == [MADE_UP]


@pytest.mark.parametrize(
    "event",
    [
        json.loads(alert("mallory")),
        state_change("i-0123456789abcdef0", "stopped", "e1"),
        {"AlarmName": "trailkeeper-heal-errors", "NewStateValue": "ALARM", "OldStateValue": "OK"},
        {"flush": {"group": "instances", "window": "x", "seconds": 60}},
        {"trailkeeper": "x"},
        {},
        [],
        "mallory",
        None,
    ],
)
def test_what_comes_by_neither_queue_nor_topic_is_not_told(account: Account, event: Any) -> None:
    assert account.function().handle(event, Context()) == {"batchItemFailures": []}
    mails = account.mails()
    assert [subject for subject, _ in mails] == [MADE_UP]
    assert "mallory" not in str(mails)
    assert account.sent() == []


def test_people_hear_of_it_once_an_hour(account: Account) -> None:
    for _ in range(3):
        account.function().handle(json.loads(alert("mallory")), Context())
    assert subjects(account) == [MADE_UP]
    account.clock.now += 3600
    account.function().handle(json.loads(alert("mallory")), Context())
    assert subjects(account) == [MADE_UP]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("InvalidParameterValue", EXPIRED),
        ("InvalidParameterValue", GONE),
        ("AWS.SimpleQueueService.MessageNotInflight", "The message is not in flight."),
        ("ReceiptHandleIsInvalid", "The receipt handle has expired"),
    ],
)
def test_a_stale_receipt_is_not_told_and_accuses_nobody(
    account: Account, monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    says(monkeypatch, account, {"Code": code, "Message": said.format("AQEB")})
    assert called(account.function(), record(0, "AQEB", "alice")) == ["m0"]
    assert subjects(account) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"Code": "InternalError", "Message": "later"},
        {"Code": "InvalidParameterValue", "Message": "Value 420 for parameter VisibilityTimeout"},
        ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "x"),
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "no"}}, "x"),
        EndpointConnectionError(endpoint_url="https://sqs"),
    ],
)
def test_what_sqs_does_not_say_loses_no_alert(
    account: Account, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    says(monkeypatch, account, answer)
    function = account.function()
    assert (
        called(function, *(record(each, f"AQEB{each}", f"user-{each}") for each in range(3))) == []
    )
    assert len(account.mails()) == 3


def test_a_refusal_of_all_receipts_at_once_is_one_of_each(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = ClientError({"Error": {"Code": "ReceiptHandleIsInvalid", "Message": "no"}}, "x")
    says(monkeypatch, account, refused)
    assert called(account.function(), record(0, "AQEB", "mallory")) == ["m0"]
    assert subjects(account) == [MADE_UP]


def test_beside_a_forged_message_nothing_unproven_is_told(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(monkeypatch, account, EndpointConnectionError(endpoint_url="https://sqs"))
    forged, unproven = record(0, "", "mallory"), record(1, "AQEB", "mallory")
    assert called(account.function(), forged, unproven) == ["m0", "m1"]
    assert subjects(account) == [MADE_UP]


def test_ten_receipts_are_one_request_and_the_visibility_is_the_queues(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = says(monkeypatch, account, {"Code": "InternalError", "Message": ""})
    account.function().handle(sqs(*({"detail": {}} for _ in range(25))), Context())
    assert [len(call["Entries"]) for call in asked] == [10, 10, 5]
    assert {call["QueueUrl"] for call in asked} == {account.environ.queue_url}
    assert {each["VisibilityTimeout"] for call in asked for each in call["Entries"]} == {420}


ALARM = {
    "AlarmName": "trailkeeper-heal-errors",
    "NewStateValue": "ALARM",
    "OldStateValue": "OK",
    "AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:trailkeeper-heal-errors",
    "StateChangeTime": "2026-11-20T09:17:40.000+0000",
}
BY_SNS = {"EventSource": "aws:sns", "Sns": {"Type": "Notification", "Message": json.dumps(ALARM)}}


def enveloped(message: str) -> dict[str, Any]:
    """What a topic of ours brings to the queue (SNS developer guide, "message formats")."""
    return {
        "Type": "Notification",
        "MessageId": "00000000-0000-4000-8000-000000000001",
        "TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:trailkeeper-alarms",
        "Subject": 'ALARM: "trailkeeper-heal-errors" in US East (N. Virginia)',
        "Message": message,
        "Timestamp": "2026-11-20T09:17:41.000Z",
        "SignatureVersion": "1",
        "Signature": "x",
    }


def test_an_alarm_is_told_from_the_queue_and_never_from_a_call(account: Account) -> None:
    account.function().handle({"Records": [BY_SNS]}, Context())
    mails = account.mails()
    assert [subject for subject, _ in mails] == [MADE_UP]
    assert "trailkeeper-heal-errors" not in str(mails)

    assert account.handle(enveloped(json.dumps(ALARM))) == []
    assert subjects(account) == ["[Critical] Alarm trailkeeper-heal-errors went off"]


@pytest.mark.parametrize(
    "strange", [None, 7, "x", [], {}, {"Sns": 7}, {"Sns": {}}, {"body": None}, {"body": {}}]
)
def test_whatever_else_is_called_a_record_is_made_up(account: Account, strange: Any) -> None:
    account.function().handle({"Records": [strange]}, Context())
    assert subjects(account) == [MADE_UP]


@pytest.mark.parametrize(
    "published",
    [
        alert("mallory"),
        json.dumps({**json.loads(alert("mallory")), "AlarmName": "trailkeeper-heal-errors"}),
        json.dumps(enveloped(json.dumps(ALARM))),
        json.dumps({"fold": {"alert": alert("mallory"), "hour": 1}}),
        json.dumps(state_change("i-0mallory", "running", "e")),
        "[1]",
        "no JSON",
    ],
)
def test_a_topic_brings_alarms_and_budgets_and_nothing_else(
    account: Account, published: str
) -> None:
    """Whoever opens a topic's policy can publish anything until it is closed again."""
    assert account.handle(enveloped(published)) == []

    assert subjects(account) == ["[Warning] Unreadable message to the alert function"]


def test_a_call_that_lambda_gave_up_is_not_told_when_dead_alerts_are(account: Account) -> None:
    own = account.clients.sqs
    url = own.create_queue(QueueName=ALERTS_DEAD_QUEUE)["QueueUrl"]
    forged = {"Records": [record(0, "r0", "mallory")]}
    for payload in (forged, {"Records": [BY_SNS]}, json.loads(alert("mallory"))):
        letter = {"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": payload}
        own.send_message(QueueUrl=url, MessageBody=json.dumps(letter))

    account.function().handle({"trailkeeper": {"command": "redrive"}}, Context())

    mails = account.mails()
    assert [subject for subject, _ in mails] == [MADE_UP]
    assert "mallory" not in str(mails)


def _refuse(**_: Any) -> None:
    raise ClientError({"Error": {"Code": "InternalError", "Message": "no"}}, "Publish")
