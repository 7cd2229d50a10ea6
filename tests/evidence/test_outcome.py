"""What outcomes and reports say of themselves: what is left, who has to see to it, what is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.outcome import Gap, Outcome, Report, Result, place_of, placed

DRIFTED = Outcome("log-bucket", "policy", Result.HEALED)


@pytest.mark.parametrize(
    ("result", "reason", "planned"),
    [
        (Result.DEFERRED, "deploying", True),
        (Result.DEFERRED, "response_to_come", True),
        (Result.DEFERRED, "paused", False),
        (Result.TOLD, "deploying", False),
    ],
)
def test_only_what_waits_for_a_deploy_is_left_out(
    result: Result, reason: str, *, planned: bool
) -> None:
    waits = Outcome("evidence-key", "grants", result, reason=reason)

    assert Report((DRIFTED, waits)).unplanned.outcomes == (
        (DRIFTED,) if planned else (DRIFTED, waits)
    )


def test_a_report_is_cut_to_what_its_places_hold() -> None:
    changes = tuple(Change(f"Statement[{number}]", "Deny", "Allow") for number in range(25))
    long = replace(DRIFTED, changes=changes, error="x" * 5000)

    (cut,) = Report((long,)).cut().outcomes

    assert cut.changes == changes[:20]
    assert cut.error == "x" * 500
    assert replace(cut, changes=changes, error=long.error) == long


@pytest.mark.parametrize(
    ("result", "reason", "for_people"),
    [
        (Result.TOLD, "machine_must_not", True),
        (Result.TOLD, "key_given_up", False),
        (Result.DEFERRED, "machine_must_not", False),
        (Result.FAILED, "machine_must_not", False),
    ],
)
def test_what_no_machine_may_put_right_stays_for_people(
    result: Result, reason: str, *, for_people: bool
) -> None:
    assert Outcome("log-bucket", "replication", result, reason=reason).for_people is for_people


def test_a_fingerprint_is_of_the_document_and_its_differences_alone() -> None:
    change = Change("Statement[].Action", "s3:*", "-")
    one = replace(DRIFTED, changes=(change,))

    for same in (
        replace(one, result=Result.FAILED),
        replace(one, reason="deploying"),
        replace(one, error="AccessDenied: no"),
    ):
        assert same.fingerprint == one.fingerprint
    for other in (
        replace(one, guard="trail"),
        replace(one, document="lifecycle"),
        replace(one, changes=(replace(change, path="Statement[].Resource"),)),
        replace(one, changes=(replace(change, before="s3:GetObject"),)),
        replace(one, changes=(replace(change, after="s3:GetObject"),)),
        replace(one, changes=(change, change)),
        DRIFTED,
    ):
        assert other.fingerprint != one.fingerprint
    # It stands in the state table, so it must not change with a version of ours.
    assert one.fingerprint == "b79d8737071bcd21ae945bdda0ff7240"


def test_a_document_beyond_home_is_known_by_its_region() -> None:
    assert placed("sent-home", "eu-west-1") == "sent-home@eu-west-1"
    assert place_of("guard-rules.sent-home@eu-west-1") == ("guard-rules.sent-home", "eu-west-1")
    assert place_of("guard-rules.rules") == ("guard-rules.rules", "")


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "seconds"),
    [
        (NOON, NOON + timedelta(seconds=90), 90.0),
        # Clocks of AWS differ by a little.
        (NOON, NOON - timedelta(seconds=1), 0.0),
        (None, NOON, None),
        (NOON, None, None),
    ],
)
def test_a_gap_is_as_long_as_is_known(
    since: datetime | None, until: datetime | None, seconds: float | None
) -> None:
    assert Gap(since, until).seconds == seconds


def test_a_report_tells_what_is_left_what_failed_and_what_is_healed() -> None:
    by_result = {each: Outcome("trail", each.value, each) for each in Result}
    report = Report(tuple(by_result.values()))

    assert report.healed == (by_result[Result.HEALED],)
    assert report.failed == (by_result[Result.FAILED], by_result[Result.UNREADABLE])
    assert [each.document for each in report.left] == ["failed", "told", "deferred", "unreadable"]
    assert (report.found_nothing, report.in_order) == (False, False)
    assert (Report().found_nothing, Report().in_order) == (True, True)
    assert (Report().dry_run, Report().resumed) == (False, False)
    assert (Report(report.healed).found_nothing, Report(report.healed).in_order) == (False, True)
    assert report.of("trail") == report.outcomes
    assert report.of("log-bucket") == ()


@pytest.mark.parametrize(
    ("outcome", "started"),
    [
        (Outcome("logging", "status", Result.HEALED), True),
        # An earlier run started it, which could not tell.
        (Outcome("logging", "status", Result.HEALED, reason="cut_off"), False),
        (Outcome("logging", "status", Result.FAILED), False),
        (Outcome("trail", "settings", Result.HEALED), False),
    ],
)
def test_only_a_healed_status_means_that_this_run_started_logging(
    outcome: Outcome, *, started: bool
) -> None:
    assert Report((outcome,)).started_logging is started
