"""What the guards write is what a person has read: every call, against tests/golden."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE
from tests.golden import golden
from tests.recorded import Recorded
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Change, Drift
from trailkeeper.guards.evidence import EVIDENCE
from trailkeeper.guards.guard import Guard

EVERYTHING = replace(
    BASELINE,
    evidence_key_arn="arn:aws:kms:us-east-1:123456789012:key/EvidenceKey3D536D36",
    object_lock="governance",
    insight_types=("ApiErrorRateInsight", "ApiCallRateInsight"),
    tags=(("team", "security"),),
)
# The fields that differ, where only those are written. Others are written as a whole.
DIFFERENT = {
    "evidence-key/state": ("KeyState",),
    "trail/settings": (
        *("S3BucketName", "S3KeyPrefix", "SnsTopicName", "IncludeGlobalServiceEvents"),
        *("IsMultiRegionTrail", "LogFileValidationEnabled", "CloudWatchLogsLogGroupArn"),
        *("CloudWatchLogsRoleArn", "KmsKeyId", "RecursiveLogging"),
    ),
    "trail/event-configuration": ("ContextKeySelectors", "MaxEventSize"),
    "log-group/settings": ("retentionInDays", "kmsKeyId", "deletionProtectionEnabled"),
    "delivery-role/trust": ("trust", "boundary"),
}
# What an attacker has left there, where a repair looks before it writes.
FOUND = {
    "ListRolePolicies": {"PolicyNames": ["deliver", "planted"]},
    "ListAttachedRolePolicies": {
        "AttachedPolicies": [
            {"PolicyName": "AWSDenyAll", "PolicyArn": "arn:aws:iam::aws:policy/AWSDenyAll"}
        ]
    },
}
BY_NAME = {guard.name: guard for guard in EVIDENCE}
WRITTEN = [
    *(f"{guard.name}/{each.name}" for guard in EVIDENCE for each in guard.documents if each.write),
    *(f"{guard.name}/create" for guard in EVIDENCE if guard.create),
]


def drift(guard: str, document: str, fields: tuple[str, ...], before: str = "changed") -> Drift:
    return Drift(guard, document, tuple(Change(field, before, "-") for field in fields))


def written(
    guard: Guard, document: str, found: Drift, baseline: Baseline = EVERYTHING
) -> list[tuple[str, Any]]:
    """The calls that repairing a document makes."""
    clients = Recorded(FOUND)
    if document == "create":
        assert guard.create is not None
        guard.create(clients, baseline)
    else:
        guard.repair(clients, baseline, found)
    return [(each.operation, each.arguments) for each in clients.calls]


@pytest.mark.parametrize("name", WRITTEN)
def test_a_repair_writes_what_a_person_has_read(name: str) -> None:
    guard, document = name.split("/")
    found = drift(guard, document, DIFFERENT.get(name, ("any",)), before="PendingDeletion")

    calls = written(BY_NAME[guard], document, found)

    assert calls == [tuple(each) for each in golden(guard)["written"][document]]


def test_every_golden_write_is_one_of_a_guard() -> None:
    read = {f"{guard}/{each}" for guard in BY_NAME for each in golden(guard)["written"]}

    assert read == set(WRITTEN)


@pytest.mark.parametrize("name", DIFFERENT)
def test_only_the_fields_that_differ_are_written(name: str) -> None:
    guard, document = name.split("/")

    for field in DIFFERENT[name]:
        calls = written(BY_NAME[guard], document, drift(guard, document, (field,)))

        assert _merged(calls) == ONE_FIELD[name][field], field


def _merged(calls: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for _, arguments in calls for name, value in arguments.items()}


_TRAIL = {"Name": "arn:aws:cloudtrail:us-east-1:123456789012:trail/trailkeeper"}
_ALL_REGIONS = {"IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": True}
_DELIVERY = {
    "CloudWatchLogsLogGroupArn": (
        "arn:aws:logs:us-east-1:123456789012:log-group:/trailkeeper/trail:*"
    ),
    "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/trailkeeper-delivery-us-east-1",
}
_CONFIGURATION = {"TrailName": _TRAIL["Name"], "AggregationConfigurations": []}
_GROUP = {"logGroupName": "/trailkeeper/trail"}
_ROLE = {"RoleName": "trailkeeper-delivery-us-east-1"}
_BOUNDARY = "arn:aws:iam::123456789012:policy/trailkeeper-delivery-boundary-us-east-1"
ONE_FIELD: dict[str, dict[str, Any]] = {
    # A key that waits for nothing is only enabled.
    "evidence-key/state": {"KeyState": {"KeyId": EVERYTHING.evidence_key_arn}},
    "trail/settings": {
        "S3BucketName": {**_TRAIL, "S3BucketName": "trailkeeper-logs-123456789012-us-east-1"},
        "S3KeyPrefix": {**_TRAIL, "S3KeyPrefix": ""},
        "SnsTopicName": {**_TRAIL, "SnsTopicName": ""},
        "IncludeGlobalServiceEvents": {**_TRAIL, **_ALL_REGIONS},
        "IsMultiRegionTrail": {**_TRAIL, **_ALL_REGIONS},
        "LogFileValidationEnabled": {**_TRAIL, "EnableLogFileValidation": True},
        "CloudWatchLogsLogGroupArn": {**_TRAIL, **_DELIVERY},
        "CloudWatchLogsRoleArn": {**_TRAIL, **_DELIVERY},
        "KmsKeyId": {**_TRAIL, "KmsKeyId": EVERYTHING.evidence_key_arn},
        "RecursiveLogging": {**_TRAIL, "RecursiveLogging": True},
    },
    "trail/event-configuration": {
        "ContextKeySelectors": {**_CONFIGURATION, "ContextKeySelectors": []},
        "MaxEventSize": {**_CONFIGURATION, "MaxEventSize": "Standard"},
    },
    "log-group/settings": {
        "retentionInDays": {**_GROUP, "retentionInDays": 365},
        "kmsKeyId": _GROUP,
        "deletionProtectionEnabled": {
            "logGroupIdentifier": "/trailkeeper/trail",
            "deletionProtectionEnabled": True,
        },
    },
    "delivery-role/trust": {
        "trust": {**_ROLE, "PolicyDocument": golden("delivery-role-trust")},
        "boundary": {**_ROLE, "PermissionsBoundary": _BOUNDARY},
    },
}


def test_a_key_that_waits_for_no_deletion_is_only_enabled() -> None:
    calls = written(
        BY_NAME["evidence-key"],
        "state",
        drift("evidence-key", "state", ("KeyState",), before="Disabled"),
    )

    assert [operation for operation, _ in calls] == ["EnableKey"]


def test_without_a_key_the_trail_and_the_bucket_give_theirs_up() -> None:
    baseline = EVERYTHING.without_key()

    update = written(BY_NAME["trail"], "settings", drift("", "settings", ("KmsKeyId",)), baseline)
    encryption = written(BY_NAME["log-bucket"], "encryption", drift("", "encryption", ()), baseline)

    assert update == [("UpdateTrail", {**_TRAIL, "KmsKeyId": ""})]
    assert encryption[0][1]["ServerSideEncryptionConfiguration"] == {
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
    }


def test_a_stranger_gets_none_of_our_log_files() -> None:
    """On the fallback everything is written to the fallback, and the policy names it alone."""
    baseline = EVERYTHING.on_fallback()
    fallback = "trailkeeper-fallback-123456789012-us-east-1"

    for document in BY_NAME["log-bucket"].documents:
        if document.write is not None:
            found = drift("log-bucket", document.name, ("any",))
            for _, arguments in written(BY_NAME["log-bucket"], document.name, found, baseline):
                assert arguments["Bucket"] == fallback, document.name
                assert "trailkeeper-logs-" not in str(arguments), document.name
    update = written(
        BY_NAME["trail"], "settings", drift("trail", "settings", ("S3BucketName",)), baseline
    )
    assert update == [("UpdateTrail", {**_TRAIL, "S3BucketName": fallback})]


@pytest.mark.parametrize(
    ("region", "place"),
    [("us-east-1", None), ("eu-central-1", {"LocationConstraint": "eu-central-1"})],
)
def test_a_bucket_is_made_in_the_home_region(region: str, place: Any) -> None:
    baseline = replace(BASELINE, region=region)

    ((_, arguments),) = written(BY_NAME["log-bucket"], "create", drift("", "", ()), baseline)

    assert arguments.get("CreateBucketConfiguration") == place
    assert arguments["ObjectLockEnabledForBucket"] is False


def test_a_bucket_that_never_archives_nor_expires_keeps_everything() -> None:
    baseline = replace(BASELINE, archive_after_days=None, expire_after_days=None)
    found = drift("log-bucket", "lifecycle", ())

    ((_, arguments),) = written(BY_NAME["log-bucket"], "lifecycle", found, baseline)

    assert arguments["LifecycleConfiguration"] == {
        "Rules": [
            {
                "ID": "retention",
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
            }
        ]
    }
