"""What event history is asked for, and what is made of what cannot be read of it."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.deployed_evidence import NOW, patience
from trailkeeper.events.event import ApiCall
from trailkeeper.reconcile.history import History, region_of


def recorded(event_id: str, minute: int) -> dict[str, str]:
    detail = {
        "eventID": event_id,
        "eventTime": f"2026-11-20T03:{minute:02}:00Z",
        "eventName": "StopLogging",
        "eventSource": "cloudtrail.amazonaws.com",
    }
    return {"CloudTrailEvent": json.dumps(detail)}


def history(answers: list[Any], heard: list[str], asked: list[Any]) -> History:
    def lookup_events(**given: Any) -> Any:
        asked.append(given)
        return {"Events": answers} if answers else {}

    clients: Any = SimpleNamespace(
        cloudtrail_in=lambda region: SimpleNamespace(lookup_events=lookup_events)
    )
    return History(clients, patience(), lambda what, _: heard.append(what))


def test_calls_of_a_name_come_newest_first() -> None:
    asked: list[Any] = []
    there = [recorded("old", 1), recorded("new", 3), recorded("between", 2)]
    found = history(there, [], asked).calls_named(
        ("StopLogging",), "us-east-1", NOW - timedelta(hours=1), NOW
    )

    assert [each.event_id for each in found] == ["new", "between", "old"]
    assert asked == [
        {
            "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "StopLogging"}],
            "StartTime": NOW - timedelta(hours=1),
            "EndTime": NOW,
            "MaxResults": 50,
        }
    ]


@pytest.mark.parametrize(
    "unreadable",
    [{}, {"CloudTrailEvent": "not JSON"}, {"CloudTrailEvent": "[]"}],
    ids=["nothing", "text", "a list"],
)
def test_what_cannot_be_read_is_noted_and_hides_nothing(unreadable: dict[str, str]) -> None:
    heard: list[str] = []

    found = history([unreadable, recorded("e", 1)], heard, []).call_of("e", "us-east-1")

    assert found is not None
    assert found.event_id == "e"
    assert heard == ["an event of the history cannot be read"]


@pytest.mark.parametrize(
    ("said", "home", "region"),
    [
        ("us-east-1", "eu-central-1", "us-east-1"),
        ("eu-central-1", "eu-central-1", "eu-central-1"),
        ("ap-south-1", "eu-central-1", "eu-central-1"),
        ("us-gov-west-1", "us-gov-east-1", "us-gov-east-1"),
        ("", "us-east-1", "us-east-1"),
    ],
)
def test_the_history_of_home_is_asked_or_of_the_region_that_has_iams_calls(
    said: str, home: str, region: str
) -> None:
    assert region_of(ApiCall(region=said), home) == region


def test_a_history_of_nothing_has_no_call() -> None:
    assert history([], [], []).call_of("e", "us-east-1") is None
