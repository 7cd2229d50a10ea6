"""Alerts end to end: Slack that fails, dead letters that come back, a storm of instances."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cli.redrive import redrive
from lambdas.core.alert import Alert, Severity, Text
from localaws.account import EmbeddedAccount
from tests.block_kit import problems
from tests.e2e.stage import Stage, wait_for

PARAMETER = "/slack/webhook"
SETTINGS = {
    "alert_emails": ["security@example.com"],
    "slack_webhook": f"ssm:{PARAMETER}",
    "grouping_seconds": 5,
}


class Slack:
    """A webhook that refuses what Block Kit refuses; `answer` is what it says to the rest."""

    def __init__(self) -> None:
        self.answer = 200
        self.asked = 0
        self.taken: list[dict[str, Any]] = []
        slack = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                slack.asked += 1
                status = 400 if problems(message) else slack.answer
                if status == 200:
                    slack.taken.append(message)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/services/T0/B0/secret"

    def texts(self) -> list[str]:
        """The headlines so far."""
        return [message["text"] for message in self.taken]


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    webhook = Slack()
    thread = threading.Thread(target=webhook.server.serve_forever)
    thread.start()
    yield webhook
    webhook.server.shutdown()
    thread.join()
    webhook.server.server_close()


@pytest.fixture(scope="module")
def stage(slack: Slack) -> Iterator[Stage]:
    with EmbeddedAccount(settings=SETTINGS) as ready:
        stage = Stage(ready)
        stage.ssm.put_parameter(Name=PARAMETER, Value=slack.url, Type="SecureString")
        yield stage


def send(stage: Stage, name: str) -> str:
    """Put an alert into the queue as the heal function does."""
    alert = Alert(
        detection="trail-stopped",
        category="trail",
        severity=Severity.CRITICAL,
        headline=Text("actor.user", {"name": name}),
        dedup_key=name,
    )
    url = str(stage.sqs.get_queue_url(QueueName="trailkeeper-alerts")["QueueUrl"])
    stage.sqs.send_message(QueueUrl=url, MessageBody=alert.to_json())
    return url


def test_an_alert_reaches_slack_and_people_once(stage: Stage, slack: Slack) -> None:
    send(stage, "once")
    send(stage, "once")
    wait_for("a Slack message", lambda: [each for each in slack.texts() if "once" in each])
    stage.wait_for_mail("user once")
    send(stage, "after")
    stage.wait_for_mail("user after")
    assert len([each for each in slack.texts() if "once" in each]) == 1
    assert len(stage.mails_with("user once")) == 1


def test_a_webhook_that_fails_ends_in_the_dead_letters_and_comes_back(
    stage: Stage, slack: Slack
) -> None:
    url = str(stage.sqs.get_queue_url(QueueName="trailkeeper-alerts")["QueueUrl"])
    dead = str(stage.sqs.get_queue_url(QueueName="trailkeeper-alerts-dead")["QueueUrl"])
    before = stage.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    policy = json.loads(before["Attributes"]["RedrivePolicy"])
    stage.sqs.set_queue_attributes(
        QueueUrl=url,
        Attributes={"RedrivePolicy": json.dumps({**policy, "maxReceiveCount": 2})},
    )
    slack.answer = 500
    asked = slack.asked
    send(stage, "unlucky")
    stage.wait_for_mail("user unlucky")

    def letters() -> bool:
        names = ["ApproximateNumberOfMessages"]
        found = stage.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=names)
        return int(found["Attributes"][names[0]]) > 0

    wait_for("a dead letter", letters, seconds=90)
    assert slack.asked - asked == 2
    slack.answer = 200
    assert redrive(stage.sqs, wait_seconds=0).removed == 1
    wait_for("the redriven alert", lambda: [each for each in slack.texts() if "unlucky" in each])
    assert len(stage.mails_with("user unlucky")) == 1


def test_many_instances_are_few_mails(stage: Stage, slack: Slack) -> None:
    count = 25
    before = len(stage.mails())
    image = "ami-0123456789abcdef0"
    stage.ec2.run_instances(ImageId=image, MinCount=count, MaxCount=count)

    def told() -> bool:
        subjects = [each.subject for each in stage.mails()[before:]]
        return sum(map(_counted, subjects)) >= count

    wait_for(f"{count} instances told", told, seconds=60)
    subjects = [each.subject for each in stage.mails()[before:]]
    assert sum(map(_counted, subjects)) == count
    assert len(subjects) <= 4


def _counted(subject: str) -> int:
    words = subject.split()
    if "running" not in words and "running" not in subject:
        return 0
    return int(words[1].replace(",", "")) if "changes" in words else 1
