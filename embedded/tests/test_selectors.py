"""Which events selectors select, and which trails cover an event."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from embedded.server.selectors import DEFAULT_SELECTORS, Selectors, select
from embedded.server.trails import Coverage, Trail, TrailSettings, covering

ACCOUNT = "111122223333"


def event(**fields: Any) -> dict[str, Any]:
    return {
        "eventSource": "kms.amazonaws.com",
        "eventName": "DisableKey",
        "awsRegion": "us-east-1",
        "readOnly": False,
        "managementEvent": True,
        "eventCategory": "Management",
        "recipientAccountId": ACCOUNT,
        **fields,
    }


def object_event(arn: str, **fields: Any) -> dict[str, Any]:
    resources = [
        {"type": "AWS::S3::Object", "ARN": arn},
        {"type": "AWS::S3::Bucket", "ARN": arn.split("/", maxsplit=1)[0], "accountId": ACCOUNT},
    ]
    return event(
        eventSource="s3.amazonaws.com",
        eventName="PutObject",
        managementEvent=False,
        eventCategory="Data",
        resources=resources,
        **fields,
    )


def basic(**selector: Any) -> Selectors:
    return {"EventSelectors": [selector]}


def advanced(*fields: dict[str, Any], category: str = "Management") -> Selectors:
    first = {"Field": "eventCategory", "Equals": [category]}
    return {"AdvancedEventSelectors": [{"FieldSelectors": [first, *fields]}]}


OBJECTS = {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}


@pytest.mark.parametrize(
    ("selectors", "record", "selected"),
    [
        (DEFAULT_SELECTORS, event(), True),
        (DEFAULT_SELECTORS, object_event("arn:aws:s3:::logs/a"), False),
        (basic(ReadWriteType="WriteOnly"), event(), True),
        (basic(ReadWriteType="ReadOnly"), event(), False),
        (basic(ReadWriteType="ReadOnly"), event(readOnly=True), True),
        (basic(IncludeManagementEvents=False), event(), False),
        (basic(ExcludeManagementEventSources=["kms.amazonaws.com"]), event(), False),
        (
            basic(ExcludeManagementEventSources=["kms.amazonaws.com"]),
            event(eventSource="iam.amazonaws.com"),
            True,
        ),
        (advanced(), event(), True),
        (advanced({"Field": "readOnly", "Equals": ["true"]}), event(), False),
        (advanced({"Field": "readOnly", "Equals": ["false"]}), event(), True),
        (advanced({"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}), event(), False),
        (advanced({"Field": "eventName", "StartsWith": ["Put", "Dis"]}), event(), True),
        (advanced({"Field": "eventName", "NotEndsWith": ["Key"]}), event(), False),
        (
            advanced({"Field": "eventName", "StartsWith": ["Dis"], "NotEquals": ["DisableKey"]}),
            event(),
            False,
        ),
        (advanced(OBJECTS, category="Data"), event(), False),
        (advanced(OBJECTS, category="Data"), object_event("arn:aws:s3:::logs/a"), True),
        (
            advanced(
                OBJECTS,
                {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::logs/AWSLogs/"]},
                category="Data",
            ),
            object_event("arn:aws:s3:::logs/a"),
            False,
        ),
        (
            advanced(
                {"Field": "userIdentity.arn", "NotEquals": ["arn:aws:iam::111122223333:root"]}
            ),
            event(userIdentity={"arn": "arn:aws:iam::111122223333:root"}),
            False,
        ),
    ],
)
def test_selection(selectors: Selectors, record: dict[str, Any], selected: bool):
    assert select(selectors, record) is selected


@pytest.mark.parametrize(
    ("values", "selected"),
    [
        (["arn:aws:s3"], True),
        (["arn:aws:s3:::logs/"], True),
        (["arn:aws:s3:::logs/AWSLogs/"], True),
        (["arn:aws:s3:::logs/other/"], False),
        (["arn:aws:s3:::other/"], False),
        ([], False),
    ],
)
def test_basic_selectors_of_objects(values: list[str], selected: bool):
    resources = [{"Type": "AWS::S3::Object", "Values": values}]
    record = object_event("arn:aws:s3:::logs/AWSLogs/file")
    assert select(basic(DataResources=resources), record) is selected


def trail(region: str = "us-east-1", **settings: Any) -> Trail:
    return Trail(ACCOUNT, region, "trail", TrailSettings("logs", **settings))


def coverage(of: Trail, **settings: Any) -> Coverage:
    return Coverage(of, replace(of.settings, **settings), of.selectors)


def test_a_trail_of_one_region_covers_that_region():
    one = coverage(trail("eu-west-1"))
    assert not one.covers(event(), is_global=False)
    assert one.covers(event(awsRegion="eu-west-1"), is_global=False)
    assert coverage(trail("eu-west-1", is_multi_region_trail=True)).covers(event(), is_global=False)


def test_global_events_only_where_they_are_included():
    without = coverage(trail(include_global_service_events=False))
    assert without.covers(event(), is_global=False)
    assert not without.covers(event(), is_global=True)


def test_a_trail_of_another_account_covers_nothing_here():
    assert not coverage(trail()).covers(event(recipientAccountId="999999999999"), is_global=False)


def test_a_call_is_covered_by_what_was_before_it_or_is_after_it_once():
    one = trail()
    assert len(covering([coverage(one)], [], event(), "kms")) == 1
    assert len(covering([], [coverage(one)], event(), "kms")) == 1
    assert len(covering([coverage(one)], [coverage(one)], event(), "kms")) == 1
    silenced = Coverage(one, one.settings, basic(IncludeManagementEvents=False))
    assert len(covering([coverage(one)], [silenced], event(), "kms")) == 1
    assert covering([silenced], [silenced], event(), "kms") == []
