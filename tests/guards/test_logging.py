"""When log files that do not arrive are worth telling: to the second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.account_answers import EVERYTHING, TRAIL, answering
from tests.recorded import Recorded
from trailkeeper.guards import logging

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def broken(**status: Any) -> list[tuple[str, str]]:
    answer = {"IsLogging": True, "StartLoggingTime": NOW - timedelta(days=9), **status}
    seen = logging.observe(Recorded({"GetTrailStatus": answer}), EVERYTHING)
    found = seen.broken_deliveries(NOW)
    assert {each.after for each in found} <= {"-"}, "a failed delivery has no other value to show"
    return [(each.path, each.before) for each in found]


@pytest.mark.parametrize(
    ("error", "time"),
    [
        ("LatestDeliveryError", "LatestDeliveryTime"),
        ("LatestDigestDeliveryError", "LatestDigestDeliveryTime"),
        ("LatestCloudWatchLogsDeliveryError", "LatestCloudWatchLogsDeliveryTime"),
    ],
)
def test_an_error_is_told_when_nothing_has_arrived_for_a_quarter_of_an_hour(
    error: str, time: str
) -> None:
    arrives = {"LatestDeliveryTime": NOW}
    late, in_time = NOW - 15 * MINUTE, NOW - 15 * MINUTE + SECOND

    assert broken(**{**arrives, error: "AccessDenied", time: late}) == [(error, "AccessDenied")]
    assert broken(**{**arrives, error: "AccessDenied", time: in_time}) == []
    assert broken(**{**arrives, error: "", time: late}) == []


def test_an_error_of_what_never_arrived_is_told() -> None:
    assert broken(LatestDeliveryError="NoSuchBucket") == [("LatestDeliveryError", "NoSuchBucket")]


def test_log_files_that_stop_to_come_are_told_after_an_hour() -> None:
    late = NOW - 60 * MINUTE

    assert broken(LatestDeliveryTime=late) == [("LatestDeliveryTime", "2026-11-20T11:00:00Z")]
    assert broken(LatestDeliveryTime=late + SECOND) == []
    assert broken() == [("LatestDeliveryTime", "-")]


def test_a_digest_that_does_not_come_is_no_error_of_its_own() -> None:
    digest = {"LatestDigestDeliveryTime": NOW - timedelta(days=1)}

    assert broken(LatestDeliveryTime=NOW, **digest) == []


def test_a_trail_that_was_just_started_has_time_to_deliver() -> None:
    old = NOW - timedelta(days=1)

    assert broken(LatestDeliveryTime=old, StartLoggingTime=NOW - 60 * MINUTE + SECOND) == []
    assert broken(LatestDeliveryTime=old, StartLoggingTime=NOW - 60 * MINUTE) != []


def test_a_trail_that_does_not_log_delivers_nothing_and_that_is_told_elsewhere() -> None:
    assert broken(IsLogging=False) == []


def test_a_status_is_what_aws_says_of_our_trail() -> None:
    stopped, started = NOW - MINUTE, NOW - 2 * MINUTE
    answer = {"IsLogging": False, "StartLoggingTime": started, "StopLoggingTime": stopped}
    clients = answering({"GetTrailStatus": answer})

    status = logging.observe(clients, EVERYTHING)

    assert (status.exists, status.logging) == (True, False)
    assert (status.started, status.stopped) == (started, stopped)
    assert [each.arguments for each in clients.calls] == [{"Name": TRAIL}]


def test_a_trail_that_is_gone_neither_exists_nor_logs() -> None:
    status = logging.observe(answering({"GetTrailStatus": "TrailNotFoundException"}), EVERYTHING)

    assert (status.exists, status.logging) == (False, False)


def test_starting_names_our_trail_by_its_arn() -> None:
    clients = answering()

    logging.repair(clients, EVERYTHING)

    ((call),) = clients.calls
    assert (call.operation, call.arguments) == ("StartLogging", {"Name": TRAIL})


def fails(every: timedelta = 5 * MINUTE, **status: Any) -> bool:
    answer = {"IsLogging": True, "StartLoggingTime": NOW - timedelta(days=9), **status}
    seen = logging.observe(Recorded({"GetTrailStatus": answer}), EVERYTHING)
    return seen.began_to_fail(NOW, every)


@pytest.mark.parametrize(
    ("error", "time"),
    [
        ("LatestDeliveryError", "LatestDeliveryTime"),
        ("LatestCloudWatchLogsDeliveryError", "LatestCloudWatchLogsDeliveryTime"),
    ],
)
def test_a_delivery_that_begins_to_fail_is_seen_by_the_next_two_looks(
    error: str, time: str
) -> None:
    assert fails(**{error: "AccessDenied", time: NOW - 8 * MINUTE})
    assert fails(**{error: "AccessDenied", time: NOW - 17 * MINUTE})
    assert not fails(**{error: "AccessDenied", time: NOW - 18 * MINUTE})
    assert fails(30 * MINUTE, **{error: "AccessDenied", time: NOW - 60 * MINUTE})
    assert not fails(**{time: NOW - 8 * MINUTE})


def test_one_that_fails_while_files_still_arrive_or_never_worked_waits_for_the_sweep() -> None:
    assert not fails(LatestDeliveryError="AccessDenied", LatestDeliveryTime=NOW - 5 * MINUTE)
    assert not fails(LatestDeliveryError="AccessDenied")
    assert not fails(
        LatestDigestDeliveryError="AccessDenied", LatestDigestDeliveryTime=NOW - 8 * MINUTE
    )


def test_a_trail_that_does_not_log_fails_to_deliver_nothing() -> None:
    assert not fails(
        IsLogging=False, LatestDeliveryError="AccessDenied", LatestDeliveryTime=NOW - 8 * MINUTE
    )
