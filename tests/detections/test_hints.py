"""An event only says where to look: what it cannot rule out is looked at."""

from __future__ import annotations

from typing import Any

import pytest

from tests.detections.test_detections import BASELINE
from trailkeeper.detections import hints
from trailkeeper.events.event import ApiCall

NAMES = BASELINE.names
KEY = BASELINE.evidence_key_arn or ""
OURS: list[tuple[str, dict[str, Any]]] = [
    ("s3", {"bucketName": NAMES.log_bucket}),
    ("s3", {"bucketName": NAMES.fallback_bucket}),
    ("kms", {"keyId": KEY}),
    ("kms", {"keyId": KEY.rsplit("/", 1)[-1]}),
    ("kms", {"keyId": "alias/trailkeeper-evidence"}),
    ("kms", {"aliasName": "alias/trailkeeper-evidence", "targetKeyId": "another"}),
    ("logs", {"logGroupName": "/trailkeeper/trail"}),
    ("logs", {"logGroupIdentifier": NAMES.log_group_arn}),
    ("logs", {"logGroupIdentifier": f"{NAMES.log_group_arn}:*"}),
    ("iam", {"roleName": NAMES.delivery_role}),
    ("monitoring", {"alarmNames": ["other", "trailkeeper-heal-errors"]}),
]
FOREIGN: list[tuple[str, dict[str, Any]]] = [
    ("s3", {"bucketName": "somebody-elses-bucket"}),
    ("s3", {"bucketName": f"{NAMES.log_bucket}-2"}),
    ("kms", {"keyId": "11111111-2222-3333-4444-555555555555"}),
    ("kms", {"keyId": KEY.replace(BASELINE.account, "999999999999")}),
    ("logs", {"logGroupName": "/trailkeeper/trail2"}),
    ("logs", {"logGroupIdentifier": NAMES.log_group_arn.replace(":111122223333:", ":9:")}),
    ("iam", {"roleName": "trailkeeper-delivery-eu-central-1"}),
    ("monitoring", {"alarmNames": ["other"]}),
]
UNKNOWN: list[tuple[str, dict[str, Any]]] = [
    ("s3", {}),
    ("s3", {"reason": "requestParameters too large", "omitted": True, "originalSize": 102_402}),
    ("iam", {"reason": "requestParameters too large", "omitted": "true"}),
    ("kms", {"keyId": None}),
    ("logs", {"logGroupName": ["a", 7]} | {"logGroupName": 7}),
    ("logs", {"policyName": "mask everything", "policyType": "DATA_PROTECTION_POLICY"}),
    ("iam", {"roleName": ""}),
]


def call(service: str, parameters: dict[str, Any], **fields: Any) -> ApiCall:
    return ApiCall(source=f"{service}.amazonaws.com", parameters=parameters, **fields)


@pytest.mark.parametrize(("service", "parameters"), OURS)
def test_a_call_on_the_evidence_concerns_us_however_it_is_named(
    service: str, parameters: dict[str, Any]
) -> None:
    assert hints.concerns(call(service, parameters), BASELINE)


@pytest.mark.parametrize(("service", "parameters"), FOREIGN)
def test_a_call_on_something_else_does_not(service: str, parameters: dict[str, Any]) -> None:
    assert not hints.concerns(call(service, parameters), BASELINE)


@pytest.mark.parametrize(("service", "parameters"), UNKNOWN)
def test_a_call_that_hides_or_omits_its_target_concerns_us(
    service: str, parameters: dict[str, Any]
) -> None:
    assert hints.concerns(call(service, parameters), BASELINE)


@pytest.mark.parametrize("name", ["theirs", f"arn:aws:cloudtrail:us-east-1:{'9' * 12}:trail/x"])
def test_every_call_on_a_trail_concerns_us(name: str) -> None:
    assert hints.concerns(call("cloudtrail", {"name": name}), BASELINE)


@pytest.mark.parametrize(
    ("parameters", "ours"),
    [
        ({"name": "trailkeeper"}, True),
        ({"name": NAMES.trail_arn}, True),
        ({"trailName": NAMES.trail_arn}, True),
        ({}, True),
        ({"name": "theirs"}, False),
        ({"name": NAMES.trail_arn.replace(BASELINE.account, "999999999999")}, False),
        ({"name": NAMES.trail_arn.replace("us-east-1", "eu-central-1")}, False),
    ],
)
def test_our_trail_is_meant_by_name_by_arn_or_by_naming_none(
    parameters: dict[str, Any], ours: bool
) -> None:
    assert hints.names_our_trail(call("cloudtrail", parameters), BASELINE) is ours


def test_the_resources_of_a_record_count_like_its_parameters() -> None:
    by_resource = call("kms", {"keyId": "mrk-unknown"}, resource_arns=(KEY,))

    assert hints.concerns(by_resource, BASELINE)


def test_a_huge_name_is_shown_short() -> None:
    assert len(hints.resource(call("cloudtrail", {"name": "x" * 200_000}))) == 300
