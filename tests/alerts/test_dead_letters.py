"""What a letter of a dead-letter queue was about, and why nobody could take it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from trailkeeper.alerts.dead_letters import DeadLetter, letter_of


def letter(body: str, **attributes: str) -> DeadLetter:
    return letter_of(
        {
            "Body": body,
            "Attributes": {"SentTimestamp": "1795686330250"},
            "MessageAttributes": {
                name: {"StringValue": value} for name, value in attributes.items()
            },
        }
    )


def test_when_it_was_sent() -> None:
    assert letter("{}").when == datetime(2026, 11, 26, 9, 45, 30, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "what"),
    [
        ({"detail": {"object": {"key": "AWSLogs/1.json.gz"}}}, "AWSLogs/1.json.gz"),
        (
            {"detail": {"eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging"}},
            "cloudtrail.amazonaws.com: StopLogging",
        ),
        ({"detail-type": "Scheduled Event", "detail": {}}, "Scheduled Event"),
        ({"detail": {"object": {}}}, "something unreadable"),
        ({}, "something unreadable"),
    ],
)
def test_what_it_was_about(event: dict[str, Any], what: str) -> None:
    assert letter(json.dumps(event)).what == what
    assert letter(json.dumps({"requestPayload": event})).what == what


def test_what_is_no_document() -> None:
    for body in ("", "{", "[]", "7", "[" * 100_000):
        assert letter(body).what == "something unreadable"
        assert letter(body).why == "no reason was given"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"responsePayload": {"errorMessage": "timed out"}}, "timed out"),
        (
            {
                "responsePayload": {"errorMessage": "timed out"},
                "requestContext": {"condition": "RetriesExhausted"},
            },
            "timed out",
        ),
        ({"requestContext": {"condition": "EventAgeExceeded"}}, "EventAgeExceeded"),
        ({"requestContext": {}}, "no reason was given"),
        ({"responsePayload": "?"}, "no reason was given"),
    ],
)
def test_why_lambda_gave_it_up(fields: dict[str, Any], why: str) -> None:
    assert letter(json.dumps({"requestPayload": {}, **fields})).why == why


def test_why_it_could_not_be_handed_over() -> None:
    refused = {"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "not allowed"}

    assert letter("{}", **refused).why == "NO_PERMISSIONS: not allowed"
    assert letter("{}", ERROR_MESSAGE="not allowed").why == "not allowed"
    assert letter("{}").why == "no reason was given"
