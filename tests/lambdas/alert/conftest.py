"""An account by moto with the alert function's queue, topics and table, and what arrives there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from moto.backends import get_backend

from lambdas.alert.clients import Clients
from lambdas.alert.function import AlertFunction
from tests.lambdas.alert.webhook import Webhook, listening
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.evidence.names import ALERTS_QUEUE, ALERTS_TOPIC, STATE_TABLE

ACCOUNT, REGION = "123456789012", "us-east-1"
INBOX_ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:inbox"
HANDED_OVER = re.compile("r[0-9]+")
GROUP = f"instances/{ACCOUNT}/{REGION}/"


@dataclass
class Clock:
    """Unix seconds that pass only when a test says so."""

    now: float = 1_795_167_460.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Context:
    """The part of Lambda's context that the idempotency utility reads."""

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


class Instances:
    """EC2 as far as DescribeInstances by filter goes; moto's EC2 takes seconds to import."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}

    def run(self, tags: dict[str, str]) -> str:
        instance = f"i-{len(self._known):017x}"
        self._known[instance] = {
            "InstanceId": instance,
            "InstanceType": "t3.micro",
            "Placement": {"AvailabilityZone": f"{REGION}a"},
            "LaunchTime": datetime(2026, 11, 17, tzinfo=UTC),
            "PrivateIpAddress": "10.0.1.17",
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        }
        return instance

    def get_paginator(self, operation: str) -> Instances:
        assert operation == "describe_instances"
        return self

    def paginate(self, *, Filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
        (by_id,) = Filters
        assert by_id["Name"] == "instance-id"
        assert len(by_id["Values"]) <= 200
        found = [self._known[each] for each in by_id["Values"] if each in self._known]
        return [{"Reservations": [{"Instances": found}]}]


@dataclass
class Account:
    """The parts of the account that tests look at."""

    clients: Clients
    environ: AlertEnviron
    inbox_url: str
    ec2: Instances = field(default_factory=Instances)
    clock: Clock = field(default_factory=Clock)

    def function(self, **changes: Any) -> AlertFunction:
        """The function, as a fresh process would make it."""
        return AlertFunction(replace(self.environ, **changes), self.clients, self.clock)

    def handle(self, *bodies: Any, function: AlertFunction | None = None) -> list[str]:
        """Hand SQS bodies to the function; the ids of failed messages (`m0` ...) come back."""
        answer = (function or self.function()).handle(sqs(*bodies), Context())
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    def queued(self) -> list[str]:
        """The bodies that the function put into its own queue, due or not, and takes out of it."""
        waiting = get_backend("sqs")[ACCOUNT][REGION].queues[ALERTS_QUEUE]._messages
        bodies = [str(each.body) for each in waiting]
        waiting.clear()
        return bodies

    def mails(self) -> list[tuple[str, str]]:
        """Subject and body of what was published since last asked."""
        return [(each["Subject"], each["Message"]) for each in self.published()]

    def published(self) -> list[dict[str, Any]]:
        """The notifications that a queue subscribed to the alerts topic got."""
        found = []
        while messages := self.clients.sqs.receive_message(
            QueueUrl=self.inbox_url, MaxNumberOfMessages=10
        ).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                self.clients.sqs.delete_message(
                    QueueUrl=self.inbox_url, ReceiptHandle=message["ReceiptHandle"]
                )
        return found

    def sent(self) -> list[str]:
        """What the function itself put on its queue since last asked, also for later."""
        queue = get_backend("sqs")[ACCOUNT][REGION].queues[ALERTS_QUEUE]
        bodies = [str(each.body) for each in queue._messages]
        queue._messages.clear()
        return bodies

    def open_window(self, what: str = "stopped") -> str:
        """The id of the open window of a state or call."""
        key = {"id": {"S": f"window#{GROUP}{what}"}, "at": {"S": "window"}}
        item = self.clients.dynamodb.get_item(TableName=STATE_TABLE, Key=key)["Item"]
        return str(item["window"]["S"])

    def flush(self, window: str | None = None, what: str = "stopped") -> list[str]:
        """The flush message of a window, by default the open one of a state or call."""
        window = window or self.open_window(what)
        return self.handle({"flush": {"group": GROUP + what, "window": window, "seconds": 60}})

    def run_instance(self, **tags: str) -> str:
        """Launch an instance with tags."""
        return self.ec2.run(tags)


@pytest.fixture(scope="session")
def clients(moto: Callable[[], None]) -> Clients:
    """One set of clients for all tests: making them costs more than a test."""
    return Clients()


@pytest.fixture
def account(clients: Clients, moto: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account with a topic, a queue that is subscribed to it, and an empty table and queue."""
    moto()
    topic = clients.sns.create_topic(Name=ALERTS_TOPIC)["TopicArn"]
    queue = clients.sqs.create_queue(QueueName=ALERTS_QUEUE)["QueueUrl"]
    inbox = clients.sqs.create_queue(QueueName="inbox")["QueueUrl"]
    clients.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=INBOX_ARN)
    clients.dynamodb.create_table(
        TableName=STATE_TABLE,
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    found = Account(clients, AlertEnviron(topic, queue, STATE_TABLE), inbox)
    monkeypatch.setattr(clients, "ec2", lambda region: found.ec2)
    know_receipts(clients, monkeypatch)
    return found


def know_receipts(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have SQS know the receipts that `sqs` writes, as if it had handed the messages over."""
    ask = clients.sqs.change_message_visibility_batch

    def answer(*, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        known = [each for each in Entries if HANDED_OVER.fullmatch(each["ReceiptHandle"])]
        others = [each for each in Entries if each not in known]
        answered: dict[str, Any] = ask(QueueUrl=QueueUrl, Entries=others) if others else {}
        successful = [*answered.get("Successful", []), *({"Id": each["Id"]} for each in known)]
        return {**answered, "Successful": successful}

    monkeypatch.setattr(clients.sqs, "change_message_visibility_batch", answer)


@pytest.fixture
def slack(account: Account) -> Iterator[Webhook]:
    with listening() as (webhook, url):
        account.clients.ssm.put_parameter(
            Name="/slack/webhook", Value=url, Type="SecureString", Overwrite=True
        )
        yield webhook


def sqs(*bodies: Any) -> dict[str, Any]:
    """An SQS invocation with a message per body."""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": f"r{number}",
                "attributes": {"ApproximateReceiveCount": "1"},
                "body": body if isinstance(body, str) else json.dumps(body),
            }
            for number, body in enumerate(bodies)
        ]
    }


def state_change(
    instance: str, state: str, event_id: str, time: str = "2026-11-20T09:17:40Z"
) -> dict[str, Any]:
    """EventBridge's envelope of a state change (EC2 user guide, "Monitor instance states")."""
    return {
        "version": "0",
        "id": event_id,
        "detail-type": "EC2 Instance State-change Notification",
        "source": "aws.ec2",
        "account": ACCOUNT,
        "time": time,
        "region": REGION,
        "resources": [f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{instance}"],
        "detail": {"instance-id": instance, "state": state},
    }


def api_call(
    name: str,
    instance: str,
    *,
    time: str = "2026-11-20T09:17:20Z",
    error: str = "",
    event_id: str = "call-1",
    identity: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """EventBridge's envelope of a CloudTrail record about an instance."""
    arn = f"arn:aws:iam::{ACCOUNT}:user/deploy-bot"
    return {
        "version": "0",
        "id": f"envelope-{event_id}",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.ec2",
        "account": ACCOUNT,
        "time": time,
        "region": REGION,
        "detail": {
            "eventID": event_id,
            "eventTime": time,
            "eventSource": "ec2.amazonaws.com",
            "eventName": name,
            "awsRegion": REGION,
            "recipientAccountId": ACCOUNT,
            "sourceIPAddress": "203.0.113.7",
            "userAgent": "aws-cli/2.31.0",
            "userIdentity": identity or {"type": "IAMUser", "userName": "deploy-bot", "arn": arn},
            "requestParameters": {"instancesSet": {"items": [{"instanceId": instance}]}},
            **({"errorCode": error, "errorMessage": "not authorized"} if error else {}),
        },
    }
