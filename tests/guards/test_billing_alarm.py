"""Whether the billing alarm gets data, by what CloudWatch says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.deployed_evidence import BASELINE
from tests.recorded import Recorded
from trailkeeper.guards import billing_alarm

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def alarm(state: str, ago: timedelta, **fields: Any) -> dict[str, Any]:
    return {
        "AlarmName": "trailkeeper-billing",
        "StateValue": state,
        "StateUpdatedTimestamp": NOW - timedelta(hours=1),
        "StateTransitionedTimestamp": NOW - ago,
        **fields,
    }


@pytest.mark.parametrize(
    ("alarms", "since"),
    [
        ([alarm("INSUFFICIENT_DATA", timedelta(days=2))], NOW - timedelta(days=2)),
        ([alarm("INSUFFICIENT_DATA", timedelta(days=30))], NOW - timedelta(days=30)),
        ([alarm("INSUFFICIENT_DATA", timedelta(days=1, hours=23))], None),
        ([alarm("OK", timedelta(days=9))], None),
        ([alarm("ALARM", timedelta(days=9))], None),
        ([], None),
    ],
)
def test_two_days_without_data_are_a_silence(
    alarms: list[dict[str, Any]], since: datetime | None
) -> None:
    clients = Recorded({"DescribeAlarms": {"MetricAlarms": alarms}})

    assert billing_alarm.silent_since(clients, NOW) == since
    assert [each.arguments for each in clients.calls] == [{"AlarmNames": ["trailkeeper-billing"]}]


def test_without_the_time_of_its_state_that_of_its_last_change_counts() -> None:
    found = alarm("INSUFFICIENT_DATA", timedelta(), StateUpdatedTimestamp=NOW - timedelta(days=3))
    del found["StateTransitionedTimestamp"]
    clients = Recorded({"DescribeAlarms": {"MetricAlarms": [found]}})

    assert billing_alarm.silent_since(clients, NOW) == NOW - timedelta(days=3)


def test_a_refusal_is_the_callers_to_handle() -> None:
    with pytest.raises(ClientError):
        billing_alarm.silent_since(Recorded({"DescribeAlarms": "AccessDenied"}), NOW)


def test_it_reads_the_one_alarm_in_us_east_1_and_needs_nothing_where_there_is_none() -> None:
    away = replace(BASELINE, region="eu-central-1")
    (permission,) = billing_alarm.permissions(away)

    assert permission.actions == ("cloudwatch:DescribeAlarms",)
    assert permission.resources(away) == (
        f"arn:aws:cloudwatch:us-east-1:{away.account}:alarm:trailkeeper-billing",
    )
    assert billing_alarm.permissions(replace(BASELINE, region="cn-north-1")) == ()
