"""Every guard is whole: the walk behind the checklist for a guard in CONTRIBUTING.md."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from tests.deployed_evidence import BASELINE
from trailkeeper.guards import evidence
from trailkeeper.guards.guard import Document, Guard
from trailkeeper.words import LANGUAGES, TEXTS

FOLDER = Path(__file__).resolve().parents[2] / "trailkeeper" / "guards"
KEYED = replace(BASELINE, evidence_key_arn="arn:aws:kms:us-east-1:123456789012:key/1")
LISTED: tuple[Guard, ...] = tuple(
    each
    for value in vars(evidence).values()
    if isinstance(value, tuple)
    for each in value
    if isinstance(each, Guard)
)

each_guard = pytest.mark.parametrize("guard", LISTED, ids=lambda guard: guard.name)
each_document = pytest.mark.parametrize(
    ("guard", "document"),
    [
        pytest.param(guard, document, id=f"{guard.name}.{document.name}")
        for guard in LISTED
        for document in guard.documents
    ],
)


def test_every_guard_is_in_a_list_and_has_a_name_of_its_own() -> None:
    modules = [import_module(f"trailkeeper.guards.{path.stem}") for path in FOLDER.glob("*.py")]
    made = {module.GUARD.name for module in modules if hasattr(module, "GUARD")}

    assert made == {guard.name for guard in LISTED}
    assert len(LISTED) == len(made)


# As each service spells it: the resource is not there; a change before this one is still at work.
GONE = {
    "log-bucket": {"NoSuchBucket"},
    "log-group": {"ResourceNotFoundException"},
    "delivery-role": {"NoSuchEntity"},
    "trail": {"TrailNotFoundException"},
}
STILL_BUSY = {"evidence-key.state": {"KMSInvalidStateException"}}
# The fields that a machine may restore; a change of any other one is for people to judge.
RESTORED = {
    "log-bucket.notification": {"EventBridgeConfiguration"},
    "log-group.settings": {"deletionProtectionEnabled", "kmsKeyId", "retentionInDays"},
    "trail.settings": {
        *("CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn", "IncludeGlobalServiceEvents"),
        *("IsMultiRegionTrail", "KmsKeyId", "LogFileValidationEnabled", "RecursiveLogging"),
        *("S3BucketName", "S3KeyPrefix", "SnsTopicName"),
    },
}


def test_a_guard_knows_how_its_service_says_that_something_is_gone_or_busy() -> None:
    documents = {f"{guard.name}.{each.name}": each for guard in LISTED for each in guard.documents}

    assert {each.name: set(each.gone) for each in LISTED if each.gone} == GONE
    busy = {name: set(each.not_yet) for name, each in documents.items() if each.not_yet}
    assert busy == STILL_BUSY
    partly = {name: set(each.heals) for name, each in documents.items() if each.heals is not None}
    assert partly == RESTORED


@each_guard
def test_a_guard_says_what_it_is_about_and_why(guard: Guard) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", guard.name)
    assert guard.documents
    assert guard.why
    assert "arn:aws:" in str(guard.resource(KEYED))


@each_guard
def test_a_guard_that_makes_its_resource_again_knows_when_and_may(guard: Guard) -> None:
    actions = [action for permission in guard.also_needs for action in permission.actions]

    assert bool(guard.create) == bool(guard.gone)
    if guard.create or guard.gone:
        assert any(":Create" in action for action in actions)


@each_document
def test_a_document_declares_the_rights_that_it_uses(guard: Guard, document: Document) -> None:
    assert document.reads or guard.also_needs
    assert bool(document.write) == bool(document.writes)
    for action in (*document.reads, *document.writes):
        assert re.fullmatch(r"[a-z0-9]+:[A-Z]\w+", action)


@pytest.mark.parametrize("language", LANGUAGES)
@each_document
def test_people_read_what_a_document_is(guard: Guard, document: Document, language: str) -> None:
    keys = [f"document.{guard.name}.{document.name}"]
    if guard.create:
        keys.append(f"resource.{guard.name}")

    for key in keys:
        assert TEXTS[key][language]


def test_the_guards_ask_for_what_each_module_of_the_evidence_needs() -> None:
    every_trail = {
        resource
        for each in evidence.PERMISSIONS
        if "cloudtrail:GetTrailStatus" in each.actions
        for resource in each.resources(KEYED)
    }
    asked = {action for each in evidence.PERMISSIONS for action in each.actions}

    assert every_trail == {
        "arn:aws:cloudtrail:us-east-1:123456789012:trail/trailkeeper",
        "arn:aws:cloudtrail:us-east-1:123456789012:trail/*",
        "arn:aws:cloudtrail:*:*:trail/*",
    }
    assert asked >= {
        *("s3:PutBucketPolicy", "kms:PutKeyPolicy", "iam:PutRolePolicy", "logs:CreateLogGroup"),
        *("cloudtrail:UpdateTrail", "sns:GetSubscriptionAttributes"),
    }
