"""Alarms and silent subscriptions as people hear of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.incoming import read
from trailkeeper.alerts.metric_alarm import alarm_alert, is_new_silence
from trailkeeper.alerts.subscriptions import Subscription, alerts, silent
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader
from trailkeeper.words.text import Severity

TOPIC = "arn:aws:sns:us-east-1:123456789012:trailkeeper-alerts"


def alarm(name: str = "trailkeeper-heal-errors", **fields: Any) -> dict[str, Any]:
    """As CloudWatch publishes it (CloudWatch user guide, "Notify users on alarm changes")."""
    return {
        "AlarmName": name,
        "AlarmDescription": "The heal function fails.",
        "AWSAccountId": "123456789012",
        "NewStateValue": "ALARM",
        "NewStateReason": "Threshold Crossed",
        "StateChangeTime": "2026-11-20T09:17:40.123+0000",
        "Region": "US East (N. Virginia)",
        "AlarmArn": f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}",
        "OldStateValue": "OK",
        "Trigger": {"MetricName": "Errors", "Namespace": "AWS/Lambda"},
        **fields,
    }


def test_an_alarm_reads_like_an_alert() -> None:
    found = alarm_alert(alarm())
    assert found is not None
    mail = email.render(found, Reader())
    assert mail.subject == ("[Critical] Alarm trailkeeper-heal-errors went off - 123456789012")
    assert "When: 2026-11-20 09:17:40 UTC" in mail.body
    assert "Metric: AWS/Lambda Errors" in mail.body
    story = " ".join(mail.body.split("\n\n")[0].split())
    assert story.endswith('Its meaning: "The heal function fails."')
    assert "PUT IT RIGHT\ntrailkeeper status" in mail.body
    assert "alarmsV2:alarm/trailkeeper-heal-errors" in mail.body


@pytest.mark.parametrize(
    ("name", "state", "severity"),
    [
        ("trailkeeper-heal-errors", "ALARM", Severity.CRITICAL),
        ("trailkeeper-heal-errors", "INSUFFICIENT_DATA", Severity.WARNING),
        ("trailkeeper-heal-errors", "OK", Severity.INFO),
        ("billing", "ALARM", Severity.WARNING),
    ],
)
def test_how_loud_an_alarm_is(name: str, state: str, severity: Severity) -> None:
    found = alarm_alert(alarm(name, NewStateValue=state))
    assert found is not None
    assert found.severity is severity
    assert bool(found.steps) is (state != "OK")


def test_a_composite_alarm_has_no_metric() -> None:
    message = alarm(AlarmRule="ALARM(a) OR ALARM(b)", Trigger=None)
    assert alarm_alert(message) is not None


def test_the_same_change_of_state_has_one_key_and_the_next_has_another() -> None:
    first, again, later = (
        alarm_alert(message)
        for message in (alarm(), alarm(), alarm(StateChangeTime="2026-11-20T10:00:00.000+0000"))
    )
    assert first
    assert again
    assert later
    assert first.dedup_key == again.dedup_key != later.dedup_key


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"AlarmName": "x"},
        {"AlarmName": "x", "NewStateValue": "LOUD"},
        {"AlarmName": 1, "NewStateValue": "OK"},
    ],
)
def test_what_is_no_alarm(message: dict[str, Any]) -> None:
    assert alarm_alert(message) is None


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("INSUFFICIENT_DATA", "OK", False),
        ("ALARM", "OK", True),
        ("INSUFFICIENT_DATA", "ALARM", True),
    ],
)
def test_a_new_alarm_that_finds_all_well_is_no_news(before: str, after: str, told: bool) -> None:
    content = read(json.dumps(alarm(OldStateValue=before, NewStateValue=after)))

    assert isinstance(content, Alert) is told


def test_an_alarm_without_its_fields_is_still_told() -> None:
    found = alarm_alert({"AlarmName": "x", "NewStateValue": "ALARM", "Trigger": "?"})
    assert found is not None
    assert email.render(found, Reader()).subject.startswith("[Warning] Alarm x went off")


MADE, SPOKE = "2026-11-20T09:00:00.000+0000", "2026-11-20T09:20:00.000+0000"


@pytest.mark.parametrize(
    ("name", "made", "spoke", "new"),
    [
        ("trailkeeper-looks-silent", MADE, SPOKE, True),
        ("trailkeeper-sweeps-silent", MADE, SPOKE, True),
        ("trailkeeper-deliveries-silent", MADE, SPOKE, True),
        ("trailkeeper-looks-silent", MADE, MADE, True),
        ("trailkeeper-looks-silent", MADE, "2026-11-20T09:20:00.001+0000", False),
        ("trailkeeper-looks-silent", SPOKE, MADE, False),
        ("trailkeeper-looks-silent", None, SPOKE, False),
        ("trailkeeper-looks-silent", MADE, None, False),
        ("trailkeeper-looks-silent", "2026-11-20T09:00:00", SPOKE, False),
        ("trailkeeper-heal-errors", MADE, SPOKE, False),
    ],
)
def test_an_alarm_on_silence_that_was_just_made_cannot_know(
    name: str, made: str | None, spoke: str | None, new: bool
) -> None:
    message = alarm(name, AlarmConfigurationUpdatedTimestamp=made, StateChangeTime=spoke)

    assert is_new_silence(message) is new


LISTED = (
    Subscription("email", "Fine@example.com", f"{TOPIC}:1"),
    Subscription("email", "pending@example.com", "PendingConfirmation"),
    Subscription("email", "deleted@example.com", "Deleted"),
    Subscription("email", "filtered@example.com", f"{TOPIC}:2", json.dumps({"severity": ["x"]})),
    Subscription("sqs", "gone@example.com", f"{TOPIC}:3"),
)


def test_silent_subscriptions() -> None:
    expected = (
        "fine@example.com",
        "pending@example.com",
        "deleted@example.com",
        "filtered@example.com",
        "gone@example.com",
    )
    assert [(trouble, address) for trouble, address, _ in silent(expected, LISTED)] == [
        ("pending", "pending@example.com"),
        ("missing", "deleted@example.com"),
        ("filtered", "filtered@example.com"),
        ("missing", "gone@example.com"),
    ]


def test_one_working_subscription_is_enough() -> None:
    twice = (*LISTED, Subscription("email", "filtered@example.com", f"{TOPIC}:9"))
    assert not list(silent(("filtered@example.com",), twice))


def test_a_silent_subscription_is_told_with_what_to_do() -> None:
    (told,) = alerts(
        ("pending@example.com",),
        LISTED,
        topic_arn=TOPIC,
        account="123456789012",
        region="us-east-1",
    )
    mail = email.render(told, Reader())
    assert mail.subject == (
        "[Warning] pending@example.com gets no alerts, never confirmed - 123456789012"
    )
    assert f"aws sns subscribe --region us-east-1 --topic-arn {TOPIC}" in mail.body
    assert "Subscription Confirmation" in mail.body
