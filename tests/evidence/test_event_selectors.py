"""Which events the trail records, as CloudTrail takes it, for each of the settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE
from tests.golden import golden
from trailkeeper.evidence import documents

MANAGEMENT = {
    "Name": "Management events selector",
    "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
}
OWN = {"StartsWith": ["arn:aws:lambda:us-east-1:123456789012:function:trailkeeper-"]}
# Each delivery into these would make events that are delivered into them.
NOT_OURS = {
    "NotStartsWith": [
        "arn:aws:s3:::trailkeeper-logs-123456789012-us-east-1/",
        "arn:aws:s3:::trailkeeper-fallback-123456789012-us-east-1/",
        "arn:aws:s3:::trailkeeper-access-123456789012-us-east-1/",
    ]
}


def data(name: str, kind: str, **these: list[str]) -> dict[str, Any]:
    chosen = [{"Field": "resources.ARN", **these}] if these else []
    return {
        "Name": name,
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": [kind]},
            *chosen,
        ],
    }


OBJECTS, FUNCTION = "AWS::S3::Object", "AWS::Lambda::Function"


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"own_invocations": False}, []),
        ({}, [data("Trailkeeper functions selector", FUNCTION, **OWN)]),
        (
            {"own_invocations": False, "data_buckets": ("*",)},
            [data("S3 objects selector", OBJECTS, **NOT_OURS)],
        ),
        (
            {"own_invocations": False, "data_buckets": ("invoices", "my.site")},
            [
                data(
                    "S3 objects selector",
                    OBJECTS,
                    StartsWith=["arn:aws:s3:::invoices/", "arn:aws:s3:::my.site/"],
                )
            ],
        ),
        (
            {"data_functions": ("billing",)},
            [
                data("Trailkeeper functions selector", FUNCTION, **OWN),
                data(
                    "Lambda functions selector",
                    FUNCTION,
                    Equals=["arn:aws:lambda:us-east-1:123456789012:function:billing"],
                ),
            ],
        ),
        ({"data_functions": ("*",)}, [data("Lambda functions selector", FUNCTION)]),
    ],
    ids=str,
)
def test_the_trail_records_what_the_settings_ask_for(
    settings: dict[str, Any], wanted: list[Any]
) -> None:
    made = documents.event_selectors(replace(BASELINE, **settings))

    assert made == [MANAGEMENT, *wanted]


def test_by_default_only_our_own_functions_are_added() -> None:
    assert golden("event-selectors") == documents.event_selectors(BASELINE)


def test_other_partitions_have_arns_of_their_own() -> None:
    china = replace(BASELINE, partition="aws-cn", region="cn-north-1", data_buckets=("invoices",))

    assert "arn:aws-cn:s3:::invoices/" in str(documents.event_selectors(china))
