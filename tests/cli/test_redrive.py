"""Dead alerts go back in the order in which they came, each once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from trailkeeper.cli.redrive import redrive


class Queues:
    """Two queues; messages come in the worst order SQS allows, some answers are empty."""

    def __init__(self, dead: list[tuple[str, int]]) -> None:
        self.dead = {
            f"id-{number}": {
                "MessageId": f"id-{number}",
                "ReceiptHandle": f"id-{number}",
                "Body": body,
                "Attributes": {"SentTimestamp": str(sent)},
            }
            for number, (body, sent) in enumerate(dead)
        }
        self.hidden: set[str] = set()
        self.sent: list[str] = []
        self.answers = 0
        self.refuse_after: int | None = None

    def get_queue_url(self, *, QueueName: str) -> dict[str, str]:
        return {"QueueUrl": QueueName}

    def receive_message(self, **request: Any) -> dict[str, Any]:
        self.answers += 1
        if self.answers % 3 == 1:
            return {}
        visible = [each for key, each in self.dead.items() if key not in self.hidden]
        some = visible[::-1][: request["MaxNumberOfMessages"]]
        self.hidden |= {each["MessageId"] for each in some}
        return {"Messages": some} if some else {}

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:
        if self.refuse_after is not None and len(self.sent) >= self.refuse_after:
            raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, "SendMessage")
        self.sent.append(MessageBody)

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:
        del self.dead[ReceiptHandle]


def test_in_order_and_once() -> None:
    queues = Queues([(f"alert {number}", 1000 + number) for number in range(47)])
    done = redrive(queues, wait_seconds=0)
    assert queues.sent == [f"alert {number}" for number in range(47)]
    assert not queues.dead
    assert str(done) == "47 dead alerts found, 47 sent again in the order they came."


def test_progress_is_told() -> None:
    queues = Queues([(f"alert {number}", number) for number in range(12)])
    told: list[tuple[str, int, int]] = []

    redrive(queues, wait_seconds=0, progress=lambda *step: told.append(step))

    assert told[:2] == [("found", 10, 0), ("found", 12, 0)]
    assert told[2:] == [("sent", number, 12) for number in range(1, 13)]


def test_what_could_not_be_sent_stays() -> None:
    queues = Queues([(f"alert {number}", number) for number in range(5)])
    queues.refuse_after = 3
    with pytest.raises(ClientError):
        redrive(queues, wait_seconds=0)
    assert sorted(each["Body"] for each in queues.dead.values()) == ["alert 3", "alert 4"]


def test_nothing_to_do() -> None:
    assert str(redrive(Queues([]), wait_seconds=0)) == "No dead alerts."


def test_with_sqs(moto: Callable[[], None]) -> None:
    moto()
    sqs = boto3.client("sqs")
    dead = sqs.create_queue(QueueName="trailkeeper-alerts-dead")["QueueUrl"]
    live = sqs.create_queue(QueueName="trailkeeper-alerts")["QueueUrl"]
    for body in ("first", "second"):
        sqs.send_message(QueueUrl=dead, MessageBody=body)

    assert redrive(sqs, wait_seconds=0).removed == 2

    again = sqs.receive_message(QueueUrl=live, MaxNumberOfMessages=10)["Messages"]
    assert [each["Body"] for each in again] == ["first", "second"]
