"""Which of the account's other trails are ours to start: near misses of each condition."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.account_answers import EVERYTHING, TRAIL
from tests.recorded import Recorded
from trailkeeper.evidence.trails import Differs, ListedTrail, account_of, differences
from trailkeeper.guards import other_trails
from trailkeeper.guards.other_trails import Copy

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ARN = "arn:aws:cloudtrail:us-east-1:123456789012:trail/audit"
AUDIT = {
    "Name": "audit",
    "TrailARN": ARN,
    "HomeRegion": "us-east-1",
    "IsOrganizationTrail": False,
}
RECENTLY = NOW - timedelta(minutes=30)


def clients(
    *trails: dict[str, Any], stopped: datetime | None = RECENTLY, logging: bool = False
) -> Recorded:
    status = {"IsLogging": logging, **({"StopLoggingTime": stopped} if stopped else {})}
    return Recorded({"DescribeTrails": {"trailList": list(trails)}, "GetTrailStatus": status})


def found(account: Recorded, hint: str = "") -> tuple[str, ...]:
    return other_trails.observe(account, EVERYTHING, hint, NOW)


@pytest.mark.parametrize("hint", ["", "audit", ARN])
def test_a_trail_of_ours_that_was_stopped_lately_is_found(hint: str) -> None:
    account = clients(AUDIT)

    assert found(account, hint) == (ARN,)
    assert [(each.operation, each.arguments) for each in account.calls] == [
        ("DescribeTrails", {"includeShadowTrails": False}),
        ("GetTrailStatus", {"Name": ARN}),
    ]


NOT_OURS = {
    "the guarded one": {**AUDIT, "Name": "trailkeeper", "TrailARN": TRAIL},
    "another region's": {**AUDIT, "HomeRegion": "eu-central-1"},
    "another account's": {
        **AUDIT,
        "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit",
    },
    "an organization's": {**AUDIT, "IsOrganizationTrail": True},
    "one without an ARN": {**AUDIT, "TrailARN": ""},
}


@pytest.mark.parametrize("which", NOT_OURS)
def test_what_is_not_ours_is_left(which: str) -> None:
    account = clients(NOT_OURS[which])

    assert found(account) == ()
    assert account.operations == ["DescribeTrails"]


def test_a_hint_only_narrows_the_list() -> None:
    assert found(clients(AUDIT), "other") == ()
    assert found(clients(), "audit") == ()


def test_one_that_logs_or_was_stopped_longer_ago_is_left() -> None:
    assert found(clients(AUDIT, logging=True)) == ()
    assert found(clients(AUDIT, stopped=RECENTLY - timedelta(seconds=1))) == ()
    assert found(clients(AUDIT, stopped=None)) == ()


def test_starting_and_verifying_name_the_trail_of_the_list() -> None:
    account = clients(AUDIT, logging=True)

    other_trails.repair(account, ARN)

    assert other_trails.verify(account, ARN) is True
    assert other_trails.verify(clients(AUDIT), ARN) is False
    assert [(each.operation, each.arguments) for each in account.calls] == [
        ("StartLogging", {"Name": ARN}),
        ("GetTrailStatus", {"Name": ARN}),
    ]


# CloudTrail API reference, Trail.
WHOLE = {
    **AUDIT,
    "S3BucketName": "audit-logs",
    "S3KeyPrefix": "audit",
    "SnsTopicName": "audit",
    "SnsTopicARN": "arn:aws:sns:us-east-1:123456789012:audit",
    "IncludeGlobalServiceEvents": True,
    "IsMultiRegionTrail": True,
    "LogFileValidationEnabled": True,
    "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:audit:*",
    "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/audit",
    "KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/audit",
    "HasCustomEventSelectors": True,
    "HasInsightSelectors": False,
}
GUARDED = {**AUDIT, "Name": "trailkeeper", "TrailARN": TRAIL}


def test_what_a_trail_records_and_where_it_writes_is_listed_as_aws_spells_it() -> None:
    account = clients(GUARDED, WHOLE, logging=True)

    (found,) = other_trails.listed(account, EVERYTHING)

    assert (found.name, found.arn, found.home_region) == ("audit", ARN, "us-east-1")
    assert (found.organization, found.everywhere, found.logging) == (False, True, True)
    assert found.owner == "123456789012"
    assert found.settings == {
        "S3BucketName": "audit-logs",
        "S3KeyPrefix": "audit",
        "SnsTopicARN": "arn:aws:sns:us-east-1:123456789012:audit",
        "IncludeGlobalServiceEvents": "true",
        "IsMultiRegionTrail": "true",
        "LogFileValidationEnabled": "true",
        "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:audit:*",
        "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/audit",
        "KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/audit",
        "HasCustomEventSelectors": "true",
    }
    assert [(each.operation, each.arguments) for each in account.calls] == [
        ("DescribeTrails", {"includeShadowTrails": True}),
        ("GetTrailStatus", {"Name": ARN}),
    ]


@pytest.mark.parametrize(
    ("trail", "asked"),
    [
        (AUDIT, False),
        ({**AUDIT, "IsMultiRegionTrail": True}, True),
        ({**AUDIT, "IsOrganizationTrail": True}, True),
    ],
)
def test_whether_it_logs_is_asked_of_what_records_more_than_a_region(
    trail: dict[str, Any], *, asked: bool
) -> None:
    account = clients(trail)

    (found,) = other_trails.listed(account, EVERYTHING)

    assert found.logging is (False if asked else None)
    assert ("GetTrailStatus" in account.operations) is asked
    assert (found.organization, found.everywhere) == (
        bool(trail.get("IsOrganizationTrail")),
        bool(trail.get("IsMultiRegionTrail")),
    )


def test_a_trail_that_does_not_say_whether_it_logs_is_listed_all_the_same() -> None:
    answers = {"DescribeTrails": {"trailList": [WHOLE]}, "GetTrailStatus": "AccessDenied"}

    (found,) = other_trails.listed(Recorded(answers), EVERYTHING)

    assert (found.name, found.logging) == ("audit", None)


def test_no_more_than_twenty_trails_are_asked_whether_they_log() -> None:
    many = [{**WHOLE, "Name": f"t{number}", "TrailARN": f"{ARN}{number}"} for number in range(22)]

    found = other_trails.listed(clients(*many, logging=True), EVERYTHING)

    assert [each.logging for each in found] == [True] * 20 + [None] * 2


def test_a_second_copy_is_of_every_region_or_of_an_organization() -> None:
    organization = {
        **AUDIT,
        "Name": "org",
        "HomeRegion": "eu-west-1",
        "TrailARN": "arn:aws:cloudtrail:eu-west-1:999999999999:trail/org",
        "IsOrganizationTrail": True,
    }
    own = {**WHOLE, "Name": "trailkeeper", "TrailARN": TRAIL}
    alone = {**AUDIT, "Name": "one-region", "TrailARN": f"{ARN}2", "IsMultiRegionTrail": False}

    assert other_trails.copies(clients(own, WHOLE, alone, organization), TRAIL) == (
        Copy("audit", "us-east-1", False),
        Copy("org", "eu-west-1", True),
    )


def seen(logging: bool | None = True, **settings: str) -> ListedTrail:
    return ListedTrail("audit", ARN, "us-east-1", False, True, settings, logging)


@pytest.mark.parametrize(
    ("before", "after", "differs"),
    [
        (seen(S3BucketName="a"), seen(S3BucketName="a"), ()),
        (seen(S3BucketName="a"), seen(S3BucketName="b"), (Differs("S3BucketName", "a", "b"),)),
        (seen(KmsKeyId="k"), seen(), (Differs("KmsKeyId", "k", "-"),)),
        (seen(), seen(KmsKeyId="k"), (Differs("KmsKeyId", "-", "k"),)),
        (seen(True), seen(False), (Differs("IsLogging", "true", "false"),)),
        # That it logs again, or that nobody knows, is no news.
        (seen(False), seen(True), ()),
        (seen(False), seen(False), ()),
        (seen(True), seen(None), ()),
        (seen(None), seen(False), ()),
        (
            seen(True, S3KeyPrefix="p", KmsKeyId="k"),
            seen(False, S3KeyPrefix="q"),
            (
                Differs("KmsKeyId", "k", "-"),
                Differs("S3KeyPrefix", "p", "q"),
                Differs("IsLogging", "true", "false"),
            ),
        ),
    ],
)
def test_what_is_told_of_a_trail_that_is_not_as_it_was(
    before: ListedTrail, after: ListedTrail, differs: tuple[Differs, ...]
) -> None:
    assert differences(before, after) == differs


@pytest.mark.parametrize(
    ("arn", "account"),
    [(ARN, "123456789012"), ("", ""), ("audit", ""), ("arn:aws:cloudtrail:us-east-1:1", "")],
)
def test_the_account_of_an_arn(arn: str, account: str) -> None:
    assert account_of(arn) == account
