"""The differences that `preview` and the page of alerts show are those that guards really find."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.account_answers import EVERYTHING, IN_ORDER, NOW, answering
from tests.deployed_evidence import patience
from trailkeeper.alerts import heal_alerts
from trailkeeper.detections import DETECTIONS
from trailkeeper.detections.techniques import PROOFS
from trailkeeper.evidence.drift import ABSENT
from trailkeeper.reconcile.evidence import reconcile_evidence
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader

Answers = dict[str, Any]


def without_cloudtrail(operation: str, action: str) -> Answers:
    """The policy without the statement that lets CloudTrail in."""
    policy = json.loads(IN_ORDER[operation]["Policy"])
    kept = [each for each in policy["Statement"] if action not in each["Action"]]
    assert len(kept) == len(policy["Statement"]) - 1
    return {operation: {"Policy": json.dumps({**policy, "Statement": kept})}}


def trail_elsewhere() -> Answers:
    (trail,) = IN_ORDER["DescribeTrails"]["trailList"]
    return {"DescribeTrails": {"trailList": [{**trail, "S3BucketName": "somebody-elses-bucket"}]}}


def only_reads_selected() -> Answers:
    management, *others = IN_ORDER["GetEventSelectors"]["AdvancedEventSelectors"]
    only = {"Field": "readOnly", "Equals": ["true"]}
    changed = {**management, "FieldSelectors": [*management["FieldSelectors"], only]}
    return {"GetEventSelectors": {"AdvancedEventSelectors": [changed, *others]}}


def a_day_of_life() -> Answers:
    (rule,) = IN_ORDER["GetBucketLifecycleConfiguration"]["Rules"]
    return {"GetBucketLifecycleConfiguration": {"Rules": [{**rule, "Expiration": {"Days": 1}}]}}


def public_policies_allowed() -> Answers:
    block = IN_ORDER["GetPublicAccessBlock"]["PublicAccessBlockConfiguration"]
    changed = {**block, "BlockPublicPolicy": False}
    return {"GetPublicAccessBlock": {"PublicAccessBlockConfiguration": changed}}


def no_right_to_put_events() -> Answers:
    policy = json.loads(IN_ORDER["GetRolePolicy"]["PolicyDocument"])
    (statement,) = policy["Statement"]
    changed = {**policy, "Statement": [{**statement, "Action": ["logs:CreateLogStream"]}]}
    return {"GetRolePolicy": {"PolicyDocument": json.dumps(changed)}}


def a_filter_for_nothing() -> Answers:
    ours, *others = IN_ORDER["DescribeMetricFilters"]["metricFilters"]
    changed = {**ours, "filterPattern": "{ $.eventName = Nothing }"}
    return {"DescribeMetricFilters": {"metricFilters": [changed, *others]}}


def a_day_of_events() -> Answers:
    ours, *others = IN_ORDER["DescribeLogGroups"]["logGroups"]
    return {"DescribeLogGroups": {"logGroups": [{**ours, "retentionInDays": 1}, *others]}}


GRANT = {"GranteePrincipal": "arn:aws:iam::444455556666:root", "Operations": ["Decrypt"]}
COPY = {"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::somebody-elses-bucket"}}
# What AWS answers after the call of each example.
AFTERWARDS: dict[str, Callable[[], Answers]] = {
    "trail-changed": trail_elsewhere,
    "trail-selectors-changed": only_reads_selected,
    "trail-event-configuration-changed": lambda: {
        "GetEventConfiguration": {"MaxEventSize": "Large", "ContextKeySelectors": []}
    },
    "trail-insights-changed": lambda: {"GetInsightSelectors": "InsightNotEnabledException"},
    "trail-tags-changed": lambda: {"ListTags": {"ResourceTagList": []}},
    "trail-stopped": lambda: {"GetTrailStatus": {"IsLogging": False}},
    "log-bucket-lifecycle-changed": a_day_of_life,
    "log-bucket-observers-changed": lambda: {
        "GetBucketReplication": {"ReplicationConfiguration": {"Role": "r", "Rules": [COPY]}}
    },
    "log-bucket-opened": public_policies_allowed,
    "log-bucket-policy-changed": lambda: without_cloudtrail("GetBucketPolicy", "s3:PutObject"),
    "log-bucket-protection-changed": lambda: {"GetBucketVersioning": {"Status": "Suspended"}},
    "evidence-key-access-changed": lambda: {"ListGrants": {"Grants": [GRANT]}},
    "evidence-key-disabled": lambda: {"DescribeKey": {"KeyMetadata": {"KeyState": "Disabled"}}},
    "evidence-key-policy-changed": lambda: without_cloudtrail(
        "GetKeyPolicy", "kms:GenerateDataKey*"
    ),
    "delivery-role-changed": no_right_to_put_events,
    "log-group-filters-changed": a_filter_for_nothing,
    "log-group-changed": a_day_of_events,
}
SHOWING = {
    each.id: PROOFS[each.id].example.report(datetime.now(UTC))
    for each in DETECTIONS
    if any(
        outcome.changes for outcome in PROOFS[each.id].example.report(datetime.now(UTC)).outcomes
    )
}


def test_each_example_that_shows_a_difference_is_tried() -> None:
    assert AFTERWARDS.keys() == SHOWING.keys()


@pytest.mark.parametrize("detection", AFTERWARDS)
def test_an_example_shows_what_its_guard_finds(detection: str) -> None:
    (example,) = SHOWING[detection].outcomes
    clients = answering(AFTERWARDS[detection]())

    report = reconcile_evidence(clients, EVERYTHING, patience(), lambda: NOW, dry_run=True)

    found = {
        (outcome.key, change.path, change.before, change.after == ABSENT)
        for outcome in report.outcomes
        for change in outcome.changes
    }
    for change in example.changes:
        assert (example.key, change.path, change.before, change.after == ABSENT) in found


def test_a_replication_that_a_guard_found_is_told_with_where_the_files_go() -> None:
    clients = answering(AFTERWARDS["log-bucket-observers-changed"]())
    report = reconcile_evidence(clients, EVERYTHING, patience(), lambda: NOW)

    (alert,) = heal_alerts.of_report(report, EVERYTHING, NOW)

    subject = email.render(alert, Reader()).subject
    assert subject.startswith(
        "[Critical] Log files are copied to somebody-elses-bucket, NOT undone"
    )
