"""The model of an alert survives its way through a queue, and refuses what is not one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from tests import hostile
from trailkeeper.alerts.alert import Alert, MalformedAlertError
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.variable import EnvironError
from trailkeeper.words.text import Severity, Text

ALERT = Alert("d", "c", Severity.INFO, Text("footer", {"detection": "x"}), "key")


@settings(max_examples=20, deadline=None, derandomize=True)
@given(hostile.alerts)
def test_what_is_written_is_read(alert: Alert) -> None:
    document = alert.to_json()
    assert Alert.from_json(document).to_json() == document


def deep(levels: int) -> dict[str, Any]:
    text: dict[str, Any] = {"text": "k", "params": {}}
    for _ in range(levels):
        text = {"text": "k", "params": {"p": text}}
    return text


@pytest.mark.parametrize(
    "change",
    [
        {"severity": "loud"},
        {"what": "x"},
        {"what": deep(50)},
        {"facts": 3},
        {"facts": [{"label": "x", "value": []}]},
        {"verified": "yes"},
        {"evidence": {"a": 1}},
        {"event_id": 5},
        {"links": [{"label": "x"}]},
    ],
    ids=str,
)
def test_what_is_no_alert_is_refused(change: dict[str, Any]) -> None:
    document = json.loads(ALERT.to_json()) | change
    with pytest.raises(MalformedAlertError):
        Alert.from_json(json.dumps(document))


@pytest.mark.parametrize("field", ["detection", "what", "dedup_key", "group"])
def test_a_missing_field_is_refused(field: str) -> None:
    document = json.loads(ALERT.to_json())
    del document[field]
    with pytest.raises(MalformedAlertError, match=field):
        Alert.from_json(json.dumps(document))


def test_the_environment_survives_its_way() -> None:
    environ = AlertEnviron(
        "arn:topic",
        "https://queue",
        "table",
        slack_webhook="ssm:/x",
        language="ko",
        time_zone="Asia/Seoul",
        ec2_tags={"환경": ("운영", "b")},
    )
    assert AlertEnviron.from_environ(environ.to_environ()) == environ


@pytest.mark.parametrize(
    "value",
    [
        "",
        "{}",
        "[]",
        '{"topic_arn": "a"}',
        AlertEnviron("a", "b", "c", language="fr").to_environ()["TRAILKEEPER_ALERT"],
    ],
)
def test_a_broken_environment_says_so(value: str) -> None:
    with pytest.raises(EnvironError):
        AlertEnviron.from_environ({"TRAILKEEPER_ALERT": value})


def test_a_missing_environment_says_who_sets_it() -> None:
    with pytest.raises(EnvironError, match="--revert-drift restores it"):
        AlertEnviron.from_environ({})
