"""What the heal function gave up is read and removed by a command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from trailkeeper.cli.__main__ import main

EVENT = {
    "detail-type": "AWS API Call via CloudTrail",
    "detail": {"eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging"},
}
FAILED = {
    "requestContext": {"condition": "RetriesExhausted"},
    "requestPayload": EVENT,
    "responsePayload": {"errorMessage": "still not in order: log-bucket policy"},
}
QUEUE = "trailkeeper-heal-dead"


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setattr("trailkeeper.cli.dead_letters._LOOK_SECONDS", 1)
    monkeypatch.setattr("trailkeeper.cli.dead_letters._WAIT_SECONDS", 0)
    monkeypatch.setattr("trailkeeper.cli.queues._EMPTY_ANSWERS", 1)
    with mock_aws():
        client = boto3.client("sqs", region_name="us-east-1")
        url = client.create_queue(QueueName=QUEUE)["QueueUrl"]
        yield client
        client.delete_queue(QueueUrl=url)


def send(sqs: Any, body: str, **attributes: str) -> None:
    given = {
        name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
    }
    url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=given)


def run(*arguments: str) -> list[str]:
    result = CliRunner().invoke(main, ["--region", "us-east-1", "dead-letters", *arguments])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_each_says_what_it_was_about_and_why_whoever_gave_it_up(sqs: Any) -> None:
    send(sqs, json.dumps(FAILED))
    send(sqs, json.dumps(EVENT), ERROR_CODE="THROTTLING", ERROR_MESSAGE="Rate exceeded")
    send(sqs, json.dumps({"detail-type": "Scheduled Reconcile"}), ERROR_CODE="NO_PERMISSIONS")

    shown = [line.split("UTC  ")[1] for line in run()]

    assert sorted(shown) == [
        "Scheduled Reconcile: NO_PERMISSIONS",
        "cloudtrail.amazonaws.com: StopLogging: THROTTLING: Rate exceeded",
        "cloudtrail.amazonaws.com: StopLogging: still not in order: log-bucket policy",
    ]


@pytest.mark.parametrize("body", ["{", "[]", '"text"', '{"requestPayload": [], "detail": 3}'])
def test_what_nobody_can_read_is_shown_all_the_same(sqs: Any, body: str) -> None:
    send(sqs, body)

    (line,) = run()

    assert line.endswith("something unreadable: no reason was given")


def test_a_terminal_gets_no_control_characters(sqs: Any) -> None:
    send(sqs, json.dumps({"detail-type": "\x1b[31mred\nline"}))

    assert "\x1b" not in "".join(run())


def test_looking_removes_nothing_and_draining_all(
    sqs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Those that were looked at are hidden for a second.
    monkeypatch.setattr("trailkeeper.cli.dead_letters._WAIT_SECONDS", 1)
    for number in range(12):
        send(sqs, json.dumps({"detail-type": str(number)}))

    assert len(run()) == 12
    assert run("--drain")[-1] == "12 removed."
    assert run("--drain") == ["No dead letters."]


def test_without_the_queue_it_is_one_clear_line() -> None:
    with mock_aws():
        result = CliRunner().invoke(main, ["--region", "eu-west-3", "dead-letters"])

    assert result.exit_code == 1
    assert "QueueDoesNotExist" in result.output or "does not exist" in result.output
