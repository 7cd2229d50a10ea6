"""A bare embedded account as the tests use it: clients, and the resources most of them need."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest

from embedded.account import Account

T = TypeVar("T")


@dataclass(frozen=True)
class BareAccount:
    """A running server, with what the tests of every piece need."""

    root: Account
    mailbox: Path

    def client(self, service: str, region: str | None = None) -> Any:
        """A client of the account's root, in its own region unless another is named."""
        return _client(self.root, service, region)

    def queue(self, name: str, **attributes: str) -> Queue:
        queues = self.client("sqs")
        url = queues.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return Queue(queues, url, arn["Attributes"]["QueueArn"])

    def role(self, name: str, service: str, **allowed: str) -> str:
        """A role that trusts one service; `allowed`: actions (`sqs_SendMessage`) by resource."""
        roles = self.client("iam")
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": service},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        arn = roles.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        for action, resource in allowed.items():
            roles.put_role_policy(
                RoleName=name,
                PolicyName=action,
                PolicyDocument=json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": action.replace("_", ":"),
                                "Resource": resource,
                            }
                        ],
                    }
                ),
            )
        return str(arn["Role"]["Arn"])

    def function(self, name: str, source: str, **settings: Any) -> str:
        """A Python function with the given source of its module; the answer is its ARN."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("index.py", source)
        functions = self.client("lambda")
        role = settings.pop("Role", None) or self.role(f"{name}-role", "lambda.amazonaws.com")
        created = functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="index.handler",
            Role=role,
            Code={"ZipFile": packed.getvalue()},
            **settings,
        )
        assert eventually(
            lambda: functions.get_function_configuration(FunctionName=name)["State"] == "Active"
        )
        return str(created["FunctionArn"])

    def metric(self, namespace: str, name: str, **dimensions: str) -> float:
        """The sum of a metric's values so far."""
        now = time.time()
        points = self.client("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            StartTime=now - 3600,
            EndTime=now + 60,
            Period=60,
            Statistics=["Sum"],
        )["Datapoints"]
        return float(sum(point["Sum"] for point in points))


@dataclass(frozen=True)
class Queue:
    """One SQS queue."""

    client: Any
    url: str
    arn: str

    def allow(self, service: str, source_arn: str) -> None:
        """Let a service send to the queue for one source."""
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": service},
                    "Action": "sqs:SendMessage",
                    "Resource": self.arn,
                    "Condition": {"ArnEquals": {"aws:SourceArn": source_arn}},
                }
            ],
        }
        self.client.set_queue_attributes(
            QueueUrl=self.url, Attributes={"Policy": json.dumps(policy)}
        )

    def message(self, seconds: float = 10) -> Message:
        """The next message; fails when none arrives in time."""
        got = self.client.receive_message(
            QueueUrl=self.url, WaitTimeSeconds=int(seconds), MessageAttributeNames=["All"]
        )
        if "Messages" not in got:
            pytest.fail(f"no message in {self.arn} within {seconds} s")
        message = got["Messages"][0]
        self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        attributes = message.get("MessageAttributes", {})
        return Message(
            json.loads(message["Body"]),
            {name: value["StringValue"] for name, value in attributes.items()},
        )

    def is_empty(self) -> bool:
        """Whether no message waits and none is being worked on."""
        counts = self.client.get_queue_attributes(
            QueueUrl=self.url,
            AttributeNames=[
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
            ],
        )["Attributes"]
        return all(count == "0" for count in counts.values())


@dataclass(frozen=True)
class Message:
    """A message's JSON body and its attributes."""

    body: Any
    attributes: dict[str, str]


@cache
def _client(root: Account, service: str, region: str | None) -> Any:
    # Making a client costs a tenth of a second.
    return root.session().client(service, endpoint_url=root.endpoint, region_name=region)


def eventually(probe: Callable[[], T], seconds: float = 10) -> T:
    """Ask until the answer is true, at most so long; the last answer."""
    deadline = time.monotonic() + seconds
    while not (answer := probe()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return answer
