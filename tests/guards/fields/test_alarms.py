"""Every field by which an alarm could be kept silent is seen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE
from tests.guarded import NAMES, SIDE, Guarded
from tests.guards.fields.compared import seen
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.guards import side_alarms

ALARM = "trailkeeper-looks-silent"


def test_an_alarm_differs_in_anything_that_keeps_it_silent(account: Guarded) -> None:
    (record,) = (each for each in SIDE.alarms if each.name == ALARM)
    right = record.document(NAMES)
    for field, value in {
        "ActionsEnabled": False,
        "AlarmActions": [],
        "AlarmDescription": "x",
        "ComparisonOperator": "GreaterThanThreshold",
        "Dimensions": [],
        "EvaluationPeriods": 9,
        "MetricName": "Other",
        "Namespace": "Other",
        "OKActions": [],
        "Period": 86400,
        "Statistic": "Maximum",
        "Threshold": -1.0,
        "TreatMissingData": "ignore",
        "DatapointsToAlarm": 1,
        "InsufficientDataActions": [f"arn:aws:sns:us-east-1:{NAMES.account}:x"],
        "Unit": "Bytes",
    }.items():
        account.cloudwatch.put_metric_alarm(AlarmName=ALARM, **{**right, field: value})
        (first, *_) = seen(account, "guard-alarms.alarms")
        assert first[0].startswith(f"{ALARM}.{field}"), field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("DatapointsToAlarm", 3),
        ("EvaluateLowSampleCountPercentile", "ignore"),
        ("ExtendedStatistic", "p99"),
        ("InsufficientDataActions", ["arn:aws:sns:us-east-1:123456789012:x"]),
        ("Metrics", [{"Id": "m", "Expression": "0"}]),
        ("ThresholdMetricId", "m"),
        ("Unit", "Bytes"),
    ],
)
def test_an_alarm_differs_in_what_makes_it_another_one_when_it_is_set(
    field: str, value: Any
) -> None:
    def listed(**changed: Any) -> Any:
        alarms = [{"AlarmName": each.name, **each.document(NAMES)} for each in SIDE.alarms]
        alarms[0] |= {**changed, "StateValue": "OK", "AlarmArn": "arn"}
        pages = SimpleNamespace(paginate=lambda AlarmNamePrefix: [{"MetricAlarms": alarms}])
        return SimpleNamespace(cloudwatch=SimpleNamespace(get_paginator=lambda _: pages))

    assert seen(listed(), "guard-alarms.alarms") == []
    ((path, _),) = seen(listed(**{field: value}), "guard-alarms.alarms")
    assert path == f"{SIDE.alarms[0].name}.{field}"


@pytest.mark.parametrize(("every", "minutes"), [(1, 15), (5, 15), (10, 30)])
def test_a_function_that_nothing_calls_is_told_after_three_looks_and_a_quarter_of_an_hour(
    every: int, minutes: int
) -> None:
    heal = HealEnviron(BASELINE, "queue", reconcile_minutes=every)
    uncalled, *_ = side_alarms.of_watcher(heal, "en")
    document = uncalled.document(NAMES)

    assert uncalled.name == "trailkeeper-heal-uncalled"
    assert document["Period"] * document["EvaluationPeriods"] == minutes * 60
