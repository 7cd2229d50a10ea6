"""The entry point: what it prints for CloudWatch, and how much time it leaves for alerts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lambdas.heal import function, handler
from tests.deployed_evidence import BASELINE
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.environments.schedule import LOOK, SWEEP
from trailkeeper.environments.variable import EnvironError
from trailkeeper.evidence.outcome import Outcome, Report, Result
from trailkeeper.reconcile.answer import Answer, Did, Trigger

ENVIRON = {
    **HealEnviron(BASELINE, "queue").to_environ(),
    **AlertEnviron(topic_arn="topic", queue_url="queue", table="table").to_environ(),
}


class Context:
    function_name = "trailkeeper-heal"
    function_version = "1"

    def get_remaining_time_in_millis(self) -> int:
        return 120_000


@pytest.fixture(autouse=True)
def environ(monkeypatch: pytest.MonkeyPatch) -> None:
    handler._environ.cache_clear()
    handler._clients.cache_clear()
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)


def answered(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> Any:
    monkeypatch.setattr(function, "handle", lambda *_: answer)
    return handler.handler({}, Context())


def test_a_heartbeat_is_one_count_in_the_embedded_metric_format(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answered(monkeypatch, Answer(Did.RECONCILED, Trigger.SWEEP, report=Report()))

    line = json.loads(capsys.readouterr().out)
    assert line["SweepSucceeded"] == 1
    assert line["Function"] == "trailkeeper-heal"
    assert line["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "Trailkeeper",
            "Dimensions": [["Function"]],
            "Metrics": [{"Name": "SweepSucceeded", "Unit": "Count"}],
        }
    ]


def test_without_a_heartbeat_nothing_is_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = Report((Outcome("trail", "settings", Result.FAILED),))

    answer = answered(monkeypatch, Answer(Did.RECONCILED, Trigger.SWEEP, report=failed))

    assert capsys.readouterr().out == ""
    assert answer["report"]["outcomes"][0]["result"] == "failed"


@pytest.mark.parametrize(("left", "repairs"), [(120.0, 105.0), (20.0, 5.0), (3.0, 5.0)])
def test_time_is_kept_for_alerts(left: float, repairs: float) -> None:
    assert handler.budget(left) == repairs


def test_what_the_schedules_send_is_told_from_anything_else() -> None:
    for sent, words in ((LOOK, "Scheduled Look"), (SWEEP, "Scheduled Sweep")):
        assert json.loads(json.dumps(sent)) == {
            "source": "trailkeeper",
            "detail-type": words,
            "detail": {},
        }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"other_trails": "delete"}, 'other_trails: given "delete"; allowed: restart, alert, igno'),
        ({"contain": "true"}, 'contain: given "true"; allowed: off, deny'),
        ({"reconcile_minutes": "5"}, 'reconcile_minutes: given "5"; allowed: a whole number'),
        ({"reconcile_minutes": True}, "reconcile_minutes: given true; allowed: a whole number"),
        ({"break_glass": "arn"}, 'break_glass: given "arn"; allowed: a list'),
        ({"break_glass": [1]}, r"break_glass\[0\]: given 1; allowed: a string"),
        ({"surprise": 1}, "surprise: unknown; known are baseline, alerts_queue_url"),
        ({"baseline": {}}, "baseline.partition: missing"),
    ],
)
def test_an_environment_that_the_code_does_not_know_is_refused(
    change: dict[str, Any], message: str
) -> None:
    [(name, value)] = HealEnviron(BASELINE, "queue").to_environ().items()

    with pytest.raises(EnvironError, match=message):
        HealEnviron.from_environ({name: json.dumps({**json.loads(value), **change})})


def test_a_missing_environment_says_what_to_do() -> None:
    with pytest.raises(EnvironError, match="TRAILKEEPER_HEAL is not set; npx cdk deploy"):
        HealEnviron.from_environ({"BASELINE": "{}"})
