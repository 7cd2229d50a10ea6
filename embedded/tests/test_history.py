"""The event history: what it keeps, how it is asked, how it is paged through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from embedded.server.api_error import ApiError
from embedded.server.history import History
from embedded.server.records import iso_time

ACCOUNT, REGION = "111122223333", "us-east-1"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


def record(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "eventID": f"event-{number}",
        "eventName": "StopLogging",
        "eventTime": iso_time(NOW + timedelta(seconds=number)),
        "eventSource": "cloudtrail.amazonaws.com",
        "awsRegion": REGION,
        "readOnly": False,
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "userIdentity": {"type": "IAMUser", "userName": "eve", "accessKeyId": "AKIA1"},
        "requestParameters": {"name": "trail"},
        "responseElements": None,
        **fields,
    }


@pytest.fixture
def history() -> History:
    kept = History(clock=Clock())
    for number in range(3):
        kept.add(record(number))
    return kept


def ids(answer: dict[str, Any]) -> list[str]:
    return [event["EventId"] for event in answer["Events"]]


def test_the_newest_comes_first(history: History):
    assert ids(history.lookup(ACCOUNT, REGION, {})) == ["event-2", "event-1", "event-0"]
    assert history.lookup(ACCOUNT, "eu-west-1", {})["Events"] == []


def test_pages_stay_in_place_while_events_come_in(history: History):
    first = history.lookup(ACCOUNT, REGION, {"MaxResults": 2})
    history.add(record(9))
    second = history.lookup(ACCOUNT, REGION, {"MaxResults": 2, "NextToken": first["NextToken"]})
    assert (ids(first), ids(second)) == (["event-2", "event-1"], ["event-0"])
    assert "NextToken" not in second


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("EventId", "event-7"),
        ("EventName", "DeleteRole"),
        ("Username", "mallory"),
        ("ResourceName", "other"),
        ("EventSource", "iam.amazonaws.com"),
        ("AccessKeyId", "AKIA2"),
        ("ReadOnly", "true"),
    ],
)
def test_events_are_found_by_one_attribute(history: History, key: str, value: str):
    history.add(
        record(
            7,
            eventName="DeleteRole",
            eventSource="iam.amazonaws.com",
            readOnly=True,
            requestParameters={"roleName": "other"},
            userIdentity={"type": "IAMUser", "userName": "mallory", "accessKeyId": "AKIA2"},
        )
    )
    attribute = {"AttributeKey": key, "AttributeValue": value}
    assert ids(history.lookup(ACCOUNT, REGION, {"LookupAttributes": [attribute]})) == ["event-7"]


def test_events_are_found_by_time(history: History):
    asked = {"StartTime": (NOW + timedelta(seconds=1)).timestamp(), "EndTime": NOW.timestamp() + 1}
    assert ids(history.lookup(ACCOUNT, REGION, asked)) == ["event-1"]


def test_data_events_and_what_is_older_than_90_days_are_not_found():
    clock = Clock()
    kept = History(clock=clock)
    kept.add(record(0))
    kept.add(record(1, managementEvent=False))
    assert ids(kept.lookup(ACCOUNT, REGION, {})) == ["event-0"]
    clock.now = NOW + timedelta(days=90, seconds=1)
    assert kept.lookup(ACCOUNT, REGION, {})["Events"] == []


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"MaxResults": 51}, "InvalidMaxResultsException"),
        ({"MaxResults": 0}, "InvalidMaxResultsException"),
        ({"StartTime": 2, "EndTime": 1}, "InvalidTimeRangeException"),
        ({"NextToken": "?"}, "InvalidNextTokenException"),
        ({"EventCategory": "data"}, "InvalidEventCategoryException"),
        (
            {"LookupAttributes": [{"AttributeKey": "Color", "AttributeValue": "red"}]},
            "InvalidLookupAttributesException",
        ),
    ],
)
def test_what_cannot_be_asked(history: History, request_: dict[str, Any], code: str):
    with pytest.raises(ApiError) as refused:
        history.lookup(ACCOUNT, REGION, request_)
    assert refused.value.code == code
