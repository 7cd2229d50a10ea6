"""Whatever lies in the queue is read as something, and never as more than it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alerts.told.others import changed
from tests.hostile import NASTY
from tests.insight_events import event as insight
from tests.lambdas.alert.conftest import api_call, state_change
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.incoming import (
    ControlAlarm,
    Flush,
    InsightEvent,
    NewSilence,
    NoNews,
    read,
)
from trailkeeper.events.event import ApiCall
from trailkeeper.events.instances import StateChange

FLUSH = Flush("group", "window", 60)


def notification(message: str) -> str:
    """As a topic hands it to a queue (SNS developer guide, "Parsing message formats")."""
    return json.dumps({"Type": "Notification", "Message": message})


def alarm(name: str = "billing", state: str = "ALARM", **fields: Any) -> dict[str, Any]:
    return {
        "AlarmName": name,
        "AWSAccountId": "111122223333",
        "NewStateValue": state,
        "OldStateValue": "OK" if state == "ALARM" else "ALARM",
        "NewStateReason": "Threshold Crossed",
        "AlarmConfigurationUpdatedTimestamp": "2026-11-20T09:00:00.000+0000",
        "StateChangeTime": "2026-11-20T09:17:40.000+0000",
        "AlarmArn": f"arn:aws:cloudwatch:us-east-1:111122223333:alarm:{name}",
        "Trigger": {"MetricName": "Errors", "Namespace": "AWS/Lambda"},
        **fields,
    }


BUDGET = (
    "AWS Budget Notification September 30, 2022\nAWS Account 111122223333\n\n"
    "Alert Type: ACTUAL\nAlert Threshold: > $500.00\nACTUAL Amount: $1,510.59\n"
)


@pytest.mark.parametrize("wrapped", [str, notification])
@pytest.mark.parametrize(
    ("message", "detection"),
    [
        (json.dumps(alarm()), "cloudwatch-alarm"),
        (BUDGET, "billing-budget"),
        ("AWS Budget Notification", "unreadable-message"),
        ('["AlarmName"]', "unreadable-message"),
        ("7", "unreadable-message"),
        ("{", "unreadable-message"),
        ('{"detail-type": "x"}', "unreadable-message"),
        ("\ud800", "unreadable-message"),
    ],
)
def test_what_a_topic_says(wrapped: Callable[[str], str], message: str, detection: str) -> None:
    content = read(wrapped(message))

    assert isinstance(content, Alert)
    assert content.detection == detection


def test_what_lies_in_a_topic_is_believed_to_be_an_alarm_or_a_budget_alone() -> None:
    (alert,) = changed()
    lookalike = {**json.loads(alert.to_json()), "AlarmName": "billing", "NewStateValue": "ALARM"}
    assert isinstance(read(json.dumps(lookalike)), Alert)

    for message in (alert.to_json(), json.dumps(lookalike), FLUSH.to_json()):
        content = read(notification(message))
        assert isinstance(content, Alert)
        assert content.detection == "unreadable-message"


PUT_OFF = [
    alarm("trailkeeper-looks-silent"),
    alarm("trailkeeper-cis-vpc-changes"),
    insight("Start"),
]


@pytest.mark.parametrize("message", PUT_OFF, ids=["silence", "control", "insight"])
def test_what_is_put_off_comes_again_as_the_same(message: dict[str, Any]) -> None:
    first = read(json.dumps(message))
    assert isinstance(first, NewSilence | ControlAlarm | InsightEvent)
    assert not first.waited

    again = read(first.later())

    assert again == replace(first, waited=True)


def test_the_end_of_a_silence_of_whose_beginning_nobody_was_told() -> None:
    assert read(json.dumps(alarm("trailkeeper-looks-silent", "OK"))) == NoNews()


@pytest.mark.parametrize("half", ["\ud800", r"\ud800", r"\uDFFF"])
def test_a_half_of_a_character_is_no_error(half: str) -> None:
    body = json.dumps(alarm("x-NAME")).replace("NAME", half)

    content = read(body)

    assert isinstance(content, Alert)
    assert content.detection == "cloudwatch-alarm"
    assert "x-?" in content.to_json()


def test_what_cannot_be_read_is_shown_without_halves_of_characters() -> None:
    for body in ("AWS Budget Notification \ud800", "\ud800", '{"AlarmName": "\ud800"'):
        content = read(body)
        assert isinstance(content, Alert)
        assert content.detection == "unreadable-message"
        (beginning,) = content.facts
        assert beginning.value == body.replace("\ud800", "?")


def test_every_kind() -> None:
    assert isinstance(
        read(json.dumps(state_change("i-0123456789abcdef0", "stopped", "e"))), StateChange
    )
    assert isinstance(read(json.dumps(api_call("StopInstances", "i-0123456789abcdef0"))), ApiCall)
    assert read(FLUSH.to_json()) == FLUSH
    assert isinstance(read('{"AlarmName": "x", "NewStateValue": "OK"}'), Alert)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(NASTY[:19]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    "detail",
                    "detail-type",
                    "flush",
                    "dedup_key",
                    "AlarmName",
                    "NewStateValue",
                    "Trigger",
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(json_values)
def test_reading_never_raises(document: object) -> None:
    read(json.dumps(document))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.data())
def test_an_event_without_some_of_its_fields(data: st.DataObject) -> None:
    event = data.draw(
        st.sampled_from(
            (
                state_change("i-0123456789abcdef0", "stopped", "e"),
                api_call("RunInstances", "i-0123456789abcdef0", error="AccessDenied"),
            )
        )
    )
    for place in (event, event["detail"]):
        for key in data.draw(st.lists(st.sampled_from(sorted(place)), max_size=4, unique=True)):
            place[key] = data.draw(json_values)
    read(json.dumps(event))


@pytest.mark.parametrize("text", NASTY, ids=lambda text: ascii(text[:12]))
def test_what_is_read_can_be_written_as_utf_8(text: str) -> None:
    change = read(json.dumps(state_change("i-0123456789abcdef0", text, text)))
    assert isinstance(change, StateChange)
    (change.state + change.event_id).encode()
