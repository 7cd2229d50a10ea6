"""Dead alerts are told again by the function itself, which shows what others gave up, too."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

import pytest
from moto.backends import get_backend

from tests.lambdas.alert.conftest import ACCOUNT, REGION, Account
from trailkeeper.alerts.alert import Alert
from trailkeeper.words.text import Severity, Text

EVENT = {
    "detail-type": "AWS API Call via CloudTrail",
    "detail": {"eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging"},
}
FAILED = {
    "requestContext": {"condition": "RetriesExhausted"},
    "requestPayload": EVENT,
    "responsePayload": {"errorMessage": "still not in order: log-bucket policy"},
}


@dataclass
class Context:
    """Lambda's context with so much time left, which every question uses up."""

    milliseconds: int = 60_000
    step: int = 0

    def get_remaining_time_in_millis(self) -> int:
        self.milliseconds -= self.step
        return self.milliseconds


class Dead:
    """A dead-letter queue of an account."""

    def __init__(self, account: Account, name: str) -> None:
        self.account, self.name = account, name
        self.url = account.clients.sqs.create_queue(QueueName=name)["QueueUrl"]

    def put(self, *bodies: Any, sent: float = 0.0, **attributes: str) -> None:
        """Leave messages there, `sent` at this Unix time; moto knows none but now."""
        given = {
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        }
        for body in bodies:
            text = body if isinstance(body, str) else json.dumps(body)
            self.account.clients.sqs.send_message(
                QueueUrl=self.url, MessageBody=text, MessageAttributes=given
            )
            message = self._messages()[-1]
            message.sent_timestamp = int((sent or self.account.clock()) * 1000)

    def bodies(self) -> list[str]:
        return [str(each.body) for each in self._messages()]

    def visible(self) -> int:
        return len(get_backend("sqs")[ACCOUNT][REGION].queues[self.name].messages)

    def _messages(self) -> list[Any]:
        found: list[Any] = get_backend("sqs")[ACCOUNT][REGION].queues[self.name]._messages
        return found


@pytest.fixture(autouse=True)
def at_once(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for messages, and it is today: moto lets old ones expire."""
    monkeypatch.setattr("lambdas.alert.dead_letters._WAIT_SECONDS", 0)
    account.clock.now = time.time() // 1


@pytest.fixture
def dead(account: Account) -> Dead:
    return Dead(account, "trailkeeper-alerts-dead")


@pytest.fixture
def given_up(account: Account) -> Dead:
    return Dead(account, "trailkeeper-heal-dead")


def ask(account: Account, context: Context | None = None, **command: Any) -> dict[str, Any]:
    answer: dict[str, Any] = account.function().handle(
        {"trailkeeper": command}, context or Context()
    )
    return answer


def redrive(account: Account, context: Context | None = None) -> dict[str, Any]:
    answer = ask(account, context, command="redrive")
    assert answer["refused"] == ""
    return dict(answer["redriven"])


def alert(name: str) -> str:
    return Alert(
        detection="trail-stopped",
        category="trail",
        severity=Severity.CRITICAL,
        what=Text("actor.user", {"name": name}),
        dedup_key=name,
    ).to_json()


def test_what_was_given_up_is_told_once_the_oldest_first_and_then_gone(
    account: Account, dead: Dead
) -> None:
    for number, name in enumerate(("carol", "alice", "bob")):
        dead.put(alert(name), sent=account.clock() - 60 - number)

    assert redrive(account) == {"told": 3, "kept": 0, "more": False}

    told = [
        name
        for subject, body in account.mails()
        for name in ("alice", "bob", "carol")
        if name in subject + body
    ]
    assert told == ["bob", "alice", "carol"]
    assert dead.bodies() == []
    assert redrive(account) == {"told": 0, "kept": 0, "more": False}


def test_whatever_wrapped_it_the_alarm_inside_is_told(account: Account, dead: Dead) -> None:
    def alarm(name: str) -> str:
        return json.dumps(
            {
                "AlarmName": name,
                "NewStateValue": "ALARM",
                "OldStateValue": "OK",
                "NewStateReason": "x",
                "StateChangeTime": "2026-11-20T09:17:40.000+0000",
                "Region": "US East (N. Virginia)",
                "AWSAccountId": ACCOUNT,
                "AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}",
                "Trigger": {},
            }
        )

    dead.put(
        {"Type": "Notification", "TopicArn": "x", "Message": alarm("by-sns")},
        alarm("by-sqs"),
    )

    assert redrive(account)["told"] == 2

    said = "\n".join(subject + body for subject, body in account.mails())
    assert "Unreadable" not in said
    for name in ("by-sns", "by-sqs"):
        assert name in said


def test_a_message_is_read_anew_and_no_command_of_a_stranger_is_passed_on(
    account: Account, dead: Dead
) -> None:
    forged = json.loads(alert("mallory")) | {"command": "aws iam attach-user-policy --evil"}
    dead.put(forged, "{")

    assert redrive(account)["told"] == 2

    mails = account.mails()
    assert [subject for subject, _ in mails][1:] == [
        "[Warning] Unreadable message to the alert function"
    ]
    assert "mallory" in "".join(mails[0])
    assert "attach-user-policy" not in "".join(subject + body for subject, body in mails)


def test_what_nobody_takes_stays_and_is_there_for_the_next_try(
    account: Account, dead: Dead, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = account.clients.sns.publish

    def refuses_bob(**call: Any) -> Any:
        if "bob" in json.dumps(call):
            raise RuntimeError("no")
        return publish(**call)

    monkeypatch.setattr(account.clients.sns, "publish", refuses_bob)
    dead.put(alert("alice"), alert("bob"))

    assert redrive(account) == {"told": 1, "kept": 1, "more": False}
    assert dead.bodies() == [alert("bob")]
    assert dead.visible() == 1

    monkeypatch.setattr(account.clients.sns, "publish", publish)
    assert redrive(account) == {"told": 1, "kept": 0, "more": False}


def test_it_ends_before_its_time_does_and_says_that_there_are_more(
    account: Account, dead: Dead
) -> None:
    dead.put(*(alert(f"user-{number}") for number in range(5)))

    done = redrive(account, Context(milliseconds=60_000, step=5_000))

    assert done["more"] is True
    assert done["kept"] == 0
    assert done["told"] + len(dead.bodies()) == 5
    assert dead.visible() == len(dead.bodies()) > 0


def test_no_more_than_a_hundred_are_taken_at_once(account: Account, given_up: Dead) -> None:
    given_up.put(*({"detail-type": str(number)} for number in range(112)))

    shown = ask(account, command="dead-letters", of="heal")["shown"]

    assert 100 <= len(shown["letters"]) < 112
    assert shown["more"] is True


def test_each_letter_says_what_it_was_about_and_why(account: Account, given_up: Dead) -> None:
    now = account.clock()
    given_up.put(FAILED, sent=now - 30)
    given_up.put(EVENT, sent=now - 20, ERROR_CODE="THROTTLING", ERROR_MESSAGE="Rate exceeded")
    given_up.put({"detail-type": "Scheduled Reconcile"}, sent=now - 10, ERROR_CODE="NO_RIGHTS")
    for body in ("{", "[]", '"text"', '{"requestPayload": [], "detail": 3}', "[" * 100_000):
        given_up.put(body, sent=now)

    shown = ask(account, command="dead-letters", of="heal", drain=False)["shown"]

    assert [(each["what"], each["why"]) for each in shown["letters"]] == [
        ("cloudtrail.amazonaws.com: StopLogging", "still not in order: log-bucket policy"),
        ("cloudtrail.amazonaws.com: StopLogging", "THROTTLING: Rate exceeded"),
        ("Scheduled Reconcile", "NO_RIGHTS"),
        *[("something unreadable", "no reason was given")] * 5,
    ]
    assert (shown["removed"], shown["spared"], shown["more"]) == (0, 0, False)
    assert given_up.visible() == 8


def test_letters_are_removed_once_their_alarm_had_the_time_to_go_off(
    account: Account, given_up: Dead
) -> None:
    given_up.put({"detail-type": "old"}, sent=account.clock() - 1_200)
    given_up.put({"detail-type": "young"}, sent=account.clock() - 1_199)

    shown = ask(account, command="dead-letters", of="heal", drain=True)["shown"]

    assert [each["what"] for each in shown["letters"]] == ["old", "young"]
    assert (shown["removed"], shown["spared"]) == (1, 1)
    assert given_up.bodies() == ['{"detail-type": "young"}']
    assert given_up.visible() == 1


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (
            {"command": "purge"},
            "unknown command 'purge'; known are redrive, dead-letters",
        ),
        (
            {"command": "dead-letters", "of": "alert"},
            "unknown function 'alert'; known are heal, deliveries, watcher",
        ),
        ({"command": "dead-letters", "of": "watcher"}, "a queue cannot be used: "),
    ],
)
def test_what_cannot_be_done_is_said_and_nobody_is_alarmed(
    account: Account, command: dict[str, Any], why: str
) -> None:
    assert ask(account, **command)["refused"].startswith(why)
    assert account.mails() == []
