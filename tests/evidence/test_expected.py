"""Which calls the settings have as planned: by whom, of which kind, until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

import pytest

from trailkeeper.evidence.expected import ExpectedActor, applying

PIPELINE = "arn:aws:iam::111122223333:role/ci/deploy"
ENTRY = ExpectedActor(("PutBucketPolicy", "log-group-changed"), PIPELINE, until="2026-12-31")
BY_TAGS = ExpectedActor(("PutBucketPolicy",), tags={"team": "platform", "pipeline": "yes"})
NOW = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)


def never() -> Mapping[str, str]:
    raise AssertionError("nobody has to know the tags")


def plans(entry: ExpectedActor, tags: Mapping[str, str] | None = None, **changes: object) -> bool:
    asked = {
        "call": "PutBucketPolicy",
        "detection": "log-bucket-policy-changed",
        "arn": PIPELINE,
        "now": NOW,
        **changes,
    }
    found = applying([entry], tags=never if tags is None else lambda: tags, **asked)  # type: ignore[arg-type]
    return found is entry


def test_a_call_that_is_named_by_a_principal_that_is_named() -> None:
    assert plans(ENTRY)


def test_a_detection_names_all_of_its_calls() -> None:
    assert plans(ENTRY, call="PutRetentionPolicy", detection="log-group-changed")


@pytest.mark.parametrize(
    "changes",
    [
        {"call": "DeleteBucketPolicy"},
        {"arn": "arn:aws:iam::111122223333:role/deploy"},
        {"arn": "arn:aws:iam::999999999999:role/ci/deploy"},
        {"arn": ""},
        {"now": NOW + timedelta(seconds=1)},
    ],
)
def test_nothing_else_is_planned(changes: dict[str, object]) -> None:
    assert not plans(ENTRY, **changes)


@pytest.mark.parametrize("call", ["StopLogging", "DeleteTrail"])
def test_stopping_and_deleting_never_are_whatever_an_entry_says(call: str) -> None:
    assert not plans(ExpectedActor((call, "trail-stopped"), PIPELINE), call=call)
    assert not plans(
        ExpectedActor(("trail-stopped",), PIPELINE), call=call, detection="trail-stopped"
    )


def test_the_last_day_is_over_at_midnight_utc_wherever_the_clock_is() -> None:
    seoul = timezone(timedelta(hours=9))
    assert plans(ENTRY, now=datetime(2027, 1, 1, 8, 59, tzinfo=seoul))
    assert not plans(ENTRY, now=datetime(2027, 1, 1, 9, 0, tzinfo=seoul))


def test_by_tags_all_of_them_count() -> None:
    assert plans(BY_TAGS, {"team": "platform", "pipeline": "yes", "cost": "7"})
    assert not plans(BY_TAGS, {"team": "platform"})
    assert not plans(BY_TAGS, {"team": "platform", "pipeline": "no"})
    assert not plans(BY_TAGS, {})


def test_tags_are_not_read_for_what_no_entry_covers() -> None:
    assert not plans(BY_TAGS, call="DeleteBucketPolicy")
    assert not plans(BY_TAGS, arn="")


def test_an_entry_that_names_nobody_means_nobody() -> None:
    assert not plans(ExpectedActor(("PutBucketPolicy",)))
    assert not plans(ExpectedActor(("PutBucketPolicy",)), arn="")


def test_the_first_that_applies_is_found() -> None:
    over = ExpectedActor(("PutBucketPolicy",), PIPELINE, until="2020-01-01", reason="old")
    second = ExpectedActor(("PutBucketPolicy",), PIPELINE, reason="new")
    found = applying(
        [over, second, ENTRY],
        call="PutBucketPolicy",
        detection="log-bucket-policy-changed",
        arn=PIPELINE,
        now=NOW,
        tags=never,
    )
    assert found is second
