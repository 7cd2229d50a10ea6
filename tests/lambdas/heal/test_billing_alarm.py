"""A billing alarm without data is told once, and again when it has lost its data once more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.lambdas.heal.bed import NOW, Bed
from tests.tampered import Tampered, failing


def alarms(state: str, since: datetime) -> Any:
    alarm = {
        "AlarmName": "trailkeeper-billing",
        "StateValue": state,
        "StateTransitionedTimestamp": since,
        "StateUpdatedTimestamp": since,
    }
    return lambda real, arguments: {"MetricAlarms": [alarm]}


def sweeps(bed: Bed, answer: Any, times: int = 1) -> list[str]:
    """What people are told by some sweeps."""
    bed.clients = Tampered(bed.account, "billing", "describe_alarms", answer)
    bed.alerts.clear()
    for _ in range(times):
        bed.handle({})
        bed.now += timedelta(hours=12)
    told = (each.detection for each in bed.alerts)
    return [each for each in told if each.startswith("billing-")]


def test_a_silence_of_two_days_is_told_once(bed: Bed) -> None:
    silent = alarms("INSUFFICIENT_DATA", NOW - timedelta(days=1))

    assert sweeps(bed, silent, times=2) == []
    assert sweeps(bed, silent, times=20) == ["billing-alarm-silent"]


def test_data_that_comes_and_goes_again_is_another_silence(bed: Bed) -> None:
    assert sweeps(bed, alarms("INSUFFICIENT_DATA", NOW - timedelta(days=3)), times=3) == [
        "billing-alarm-silent"
    ]
    assert sweeps(bed, alarms("OK", bed.now)) == []
    assert sweeps(bed, alarms("INSUFFICIENT_DATA", bed.now - timedelta(days=2)), times=3) == [
        "billing-alarm-silent"
    ]


def test_there_is_nothing_to_tell_where_there_is_no_alarm(bed: Bed) -> None:
    assert sweeps(bed, lambda real, arguments: {"MetricAlarms": []}) == []
    bed.settings = {"billing_alarm_usd": None}
    assert sweeps(bed, failing("ShouldNotBeAsked")) == []


@pytest.mark.parametrize("code", ["AccessDenied", "Throttling"])
def test_an_alarm_that_cannot_be_seen_stops_no_repair(bed: Bed, code: str) -> None:
    bed.stop()
    told = sweeps(bed, failing(code))

    assert bed.logging()
    assert told == []
