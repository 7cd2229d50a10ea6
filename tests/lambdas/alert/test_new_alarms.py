"""An alarm on silence that a deploy has just made is told only if it lasts."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.lambdas.alert.conftest import Account

MADE = "2026-11-26T10:00:00.000+0000"


def notice(state: str, at: str, *, name: str = "trailkeeper-looks-silent", made: str = MADE) -> Any:
    """What CloudWatch publishes (CloudWatch user guide, "Alarm notifications")."""
    return {
        "AlarmName": name,
        "AlarmDescription": "Nobody has seen the trail log.",
        "AWSAccountId": "123456789012",
        "AlarmConfigurationUpdatedTimestamp": made,
        "NewStateValue": state,
        "OldStateValue": "ALARM" if state == "OK" else "INSUFFICIENT_DATA",
        "NewStateReason": "no datapoints were received",
        "StateChangeTime": at,
        "AlarmArn": f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}",
    }


def state(account: Account, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Let CloudWatch say that the alarm is in a state."""
    answer = {"MetricAlarms": [{"AlarmName": "trailkeeper-looks-silent", "StateValue": value}]}
    client = SimpleNamespace(describe_alarms=lambda **_: answer)
    monkeypatch.setitem(account.clients.__dict__, "cloudwatch", client)


def put_off(account: Account) -> list[Any]:
    """The messages that the function has put off, by their bodies."""
    found = account.clients.sqs.get_queue_attributes(
        QueueUrl=account.environ.queue_url, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    return [found["Attributes"]["ApproximateNumberOfMessagesDelayed"]]


def test_a_first_deploy_says_nothing_before_the_first_heartbeat(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarm = notice("ALARM", "2026-11-26T10:01:00.000+0000")
    account.handle(alarm)
    account.handle(notice("OK", "2026-11-26T10:03:00.000+0000"))
    assert put_off(account) == ["1"]

    state(account, monkeypatch, "OK")
    account.handle({"silence": alarm})

    assert account.mails() == []


def test_a_guard_that_never_comes_to_life_is_told(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarm = notice("ALARM", "2026-11-26T10:01:00.000+0000")
    account.handle(alarm)
    assert account.mails() == []

    state(account, monkeypatch, "ALARM")
    account.handle({"silence": alarm})

    ((subject, _),) = account.mails()
    assert subject.startswith("[Critical] Alarm trailkeeper-looks-silent went off")


def test_an_alarm_that_nobody_can_read_is_told(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "DescribeAlarms")

    client = SimpleNamespace(describe_alarms=refuse)
    monkeypatch.setitem(account.clients.__dict__, "cloudwatch", client)

    account.handle({"silence": notice("ALARM", "2026-11-26T10:01:00.000+0000")})

    assert len(account.mails()) == 1


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(notice("ALARM", "2026-11-26T11:00:00.000+0000"), id="an old alarm"),
        pytest.param(notice("OK", "2026-11-26T11:00:00.000+0000"), id="the end of an old alarm"),
        pytest.param(
            notice("ALARM", "2026-11-26T10:01:00.000+0000", name="trailkeeper-heal-errors"),
            id="another alarm",
        ),
        pytest.param(notice("ALARM", "2026-11-26T10:01:00.000+0000", made="soon"), id="no time"),
        pytest.param(notice("ALARM", "2026-11-26T09:59:00.000+0000"), id="before it was made"),
    ],
)
def test_everything_else_is_told_at_once(account: Account, told: Any) -> None:
    account.handle(told)

    assert len(account.mails()) == 1
    assert put_off(account) == ["0"]


@pytest.mark.parametrize(
    "body", [{"silence": {}}, {"silence": None}, {"silence": {"AlarmName": 3}}]
)
def test_what_only_looks_like_one_is_unreadable_and_no_more(account: Account, body: Any) -> None:
    assert account.handle(json.dumps(body)) == []

    ((subject, _),) = account.mails()
    assert "Unreadable message" in subject
