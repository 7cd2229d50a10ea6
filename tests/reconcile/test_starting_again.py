"""A stopped trail is started first, and said to log only when AWS says so."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.deployed_evidence import Account, deploy, patience, refused
from tests.reconcile.evidence_bed import (
    assert_in_order,
    bucket,
    reconcile,
    stopped,
    trail,
)
from tests.tampered import Tampered, failing
from trailkeeper.evidence import documents
from trailkeeper.evidence.outcome import Result


def test_logging_starts_before_anything_else_is_read(account: Account) -> None:
    baseline = deploy(account)
    account.cloudtrail.stop_logging(Name=trail(baseline))
    account.calls.clear()

    reconcile(account, baseline)

    assert account.calls[:2] == ["GetTrailStatus", "StartLogging"]


def test_the_gap_is_measured_from_the_stop_to_the_start(account: Account) -> None:
    baseline = deploy(account)
    account.cloudtrail.stop_logging(Name=trail(baseline))

    report = reconcile(account, baseline)

    assert report.gap is not None
    assert report.gap.seconds is not None
    assert report.gap.seconds < 5


def test_throttled_start_is_tried_until_it_works(account: Account) -> None:
    baseline = stopped(account)
    throttled = failing("ThrottlingException", 6)

    report = reconcile(Tampered(account, "cloudtrail", "start_logging", throttled), baseline)

    assert [each.result for each in report.outcomes] == [Result.HEALED]


def test_throttling_past_the_budget_is_a_failure_and_the_other_guards_still_run(
    account: Account,
) -> None:
    baseline = stopped(account)
    account.s3.delete_bucket_policy(**bucket(baseline))
    throttled = failing("ThrottlingException")

    report = reconcile(
        Tampered(account, "cloudtrail", "start_logging", throttled),
        baseline,
        patience=patience(10),
    )

    assert [each.error.split(":")[0] for each in report.failed] == ["ThrottlingException"]
    policy = account.s3.get_bucket_policy(**bucket(baseline))["Policy"]
    assert json.loads(policy) == documents.log_bucket_policy(baseline)


@pytest.mark.parametrize("code", ["AccessDeniedException", "InvalidHomeRegionException"])
def test_refused_start_is_a_failure_with_the_reason(account: Account, code: str) -> None:
    baseline = stopped(account)

    report = reconcile(Tampered(account, "cloudtrail", "start_logging", failing(code)), baseline)

    assert [(each.result, each.error.split(":")[0]) for each in report.failed] == [
        (Result.FAILED, code)
    ]


def test_status_that_may_not_be_read_keeps_no_trail_dark(account: Account) -> None:
    baseline = stopped(account)
    clients = Tampered(account, "cloudtrail", "get_trail_status", failing("AccessDenied"))

    report = reconcile(clients, baseline)

    assert account.cloudtrail.get_trail_status(Name=trail(baseline))["IsLogging"]
    assert [each.result for each in report.of("logging")] == [Result.UNREADABLE]


def test_status_that_may_not_be_read_is_said_once_however_often_it_is_read(
    account: Account,
) -> None:
    baseline = deploy(account)
    account.s3.delete_bucket_policy(**bucket(baseline))
    clients = Tampered(account, "cloudtrail", "get_trail_status", failing("AccessDenied"))

    report = reconcile(clients, baseline)

    assert [each.result for each in report.of("logging")] == [Result.UNREADABLE]


def test_trail_that_vanishes_while_it_is_healed_is_made_again(account: Account) -> None:
    baseline = stopped(account)
    attacks = [1]

    def vanish_once(real: Any, arguments: Any) -> Any:
        if attacks:
            attacks.pop()
            account.cloudtrail.delete_trail(Name=baseline.trail_name)
            raise refused("TrailNotFoundException")
        return real(**arguments)

    report = reconcile(Tampered(account, "cloudtrail", "start_logging", vanish_once), baseline)

    assert not report.failed
    assert_in_order(account, baseline)


def test_crash_between_creating_and_starting_is_mended_by_the_next_run(account: Account) -> None:
    baseline = deploy(account)
    account.cloudtrail.delete_trail(Name=baseline.trail_name)

    class Crash(BaseException):
        pass

    def crash(*_: Any) -> Any:
        raise Crash

    with pytest.raises(Crash):
        reconcile(Tampered(account, "cloudtrail", "start_logging", crash), baseline)
    assert not account.cloudtrail.get_trail_status(Name=trail(baseline))["IsLogging"]

    reconcile(account, baseline)

    assert_in_order(account, baseline)


def test_read_back_that_lies_for_a_second_is_waited_for(account: Account) -> None:
    baseline = stopped(account)
    lies = [account.cloudtrail.get_trail_status(Name=trail(baseline))] * 4

    def lie(real: Any, arguments: Any) -> Any:
        return lies.pop() if lies else real(**arguments)

    report = reconcile(Tampered(account, "cloudtrail", "get_trail_status", lie), baseline)

    assert [each.result for each in report.outcomes] == [Result.HEALED]


def test_repair_that_never_shows_is_never_called_healed(account: Account) -> None:
    baseline = stopped(account)
    lie = account.cloudtrail.get_trail_status(Name=trail(baseline))

    report = reconcile(
        Tampered(account, "cloudtrail", "get_trail_status", lambda *_: lie), baseline
    )

    assert not report.healed
    assert {each.reason for each in report.failed} == {"not_seen_after_repair"}


def test_status_older_than_the_stop_is_not_believed(account: Account) -> None:
    baseline = deploy(account)
    believed = account.cloudtrail.get_trail_status(Name=trail(baseline))
    account.cloudtrail.stop_logging(Name=trail(baseline))
    lies = [believed] * 2

    def lie(real: Any, arguments: Any) -> Any:
        return lies.pop() if lies else real(**arguments)

    report = reconcile(
        Tampered(account, "cloudtrail", "get_trail_status", lie),
        baseline,
        stopped_at=believed["StartLoggingTime"] + timedelta(minutes=1),
        now=lambda: believed["StartLoggingTime"] + timedelta(minutes=2),
    )

    assert [each.result for each in report.outcomes] == [Result.HEALED]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        # a second after it was started, which nobody can tell from a stop that is not seen yet
        (timedelta(seconds=1), 1.5),
        (timedelta(days=3650), 0.0),
        (-timedelta(days=1), 0.0),
        (timedelta(minutes=30), 0.0),
    ],
)
def test_a_stop_that_is_made_up_holds_the_function_for_a_moment_at_most(
    account: Account, said: timedelta, seconds: float
) -> None:
    baseline = deploy(account)
    status = account.cloudtrail.get_trail_status(Name=trail(baseline))
    started = status["StartLoggingTime"]
    slept: list[float] = []
    waiting = replace(patience(), sleep=slept.append)

    report = reconcile(
        account,
        baseline,
        stopped_at=started + said,
        now=lambda: started + timedelta(minutes=1),
        patience=waiting,
    )

    assert report.found_nothing
    assert sum(slept) == pytest.approx(seconds)
