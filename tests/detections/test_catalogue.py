"""The rules and detections catch what they are for, whatever an event leaves out or fakes."""

from __future__ import annotations

import copy
import json

import pytest

from tests.detections.fixtures import FAILED, NEAR_MISS, load, names
from tests.detections.test_detections import ALL_RULES, BY_ID, RECORDED, matching
from trailkeeper.detections import hints, resources
from trailkeeper.detections.catalogue import Rule, detect, rules_of
from trailkeeper.detections.detection import Detection
from trailkeeper.events.event import ApiCall
from trailkeeper.words.text import Severity

TRAIL = "arn:aws:cloudtrail:us-east-1:111122223333:trail/trailkeeper"
CRITICAL = (
    *("trail-stopped", "trail-deleted", "trail-changed", "trail-selectors-changed"),
    *("log-bucket-policy-changed", "log-bucket-opened", "log-bucket-lifecycle-changed"),
    *("log-bucket-protection-changed", "log-bucket-deleted"),
    *("evidence-key-disabled", "evidence-key-policy-changed"),
    *("log-group-deleted", "delivery-role-changed"),
)
INSTANCE_CALLS = {"RunInstances", "StartInstances", "StopInstances", "TerminateInstances"}


@pytest.mark.parametrize("detection", CRITICAL)
def test_what_can_blind_the_evidence_is_critical(detection: str) -> None:
    assert BY_ID[detection].severity is Severity.CRITICAL


def test_tags_are_no_alarm() -> None:
    assert BY_ID["trail-tags-changed"].severity is Severity.INFO


@pytest.mark.parametrize(
    ("detection", "name", "resource"),
    [
        ("trail-deleted", "DeleteTrail", TRAIL),
        ("trail-selectors-changed", "PutEventSelectors", "trailkeeper"),
        ("trail-tags-changed", "AddTags", TRAIL),
        ("log-bucket-opened", "PutBucketAcl", "trailkeeper-logs-111122223333-us-east-1"),
        ("evidence-key-disabled", "ScheduleKeyDeletion", "8913e841-5f73-40f8-b4bb-2e8426c1a89f"),
        ("evidence-key-access-changed", "DeleteAlias", "alias/trailkeeper-evidence"),
        ("log-group-changed", "PutLogGroupDeletionProtection", "/trailkeeper/trail"),
        ("log-group-changed", "PutAccountPolicy", ""),
        ("delivery-role-changed", "DetachRolePolicy", "trailkeeper-delivery-us-east-1"),
        ("alarm-changed", "DeleteAlarms", "trailkeeper-heal-errors"),
        ("alarm-changed", "PutMetricAlarm", "trailkeeper-heal-errors"),
    ],
)
def test_the_resource_is_named_as_the_caller_wrote_it(
    detection: str, name: str, resource: str
) -> None:
    assert hints.resource(ApiCall.parse(load(detection, name))) == resource


@pytest.mark.parametrize(
    ("folder", "events", "rule"),
    [
        ("instance-calls", INSTANCE_CALLS, "trailkeeper-instance-calls"),
        ("instance-states", {"stopped"}, "trailkeeper-instance-states"),
    ],
)
def test_instances_go_to_the_alert_function(folder: str, events: set[str], rule: str) -> None:
    assert names(folder) - {NEAR_MISS, FAILED} == events
    for name in names(folder) - {NEAR_MISS}:
        assert matching(load(folder, name)) == [rule]
    assert matching(load(folder, NEAR_MISS)) == []
    assert [each.target for each in ALL_RULES if each.name == rule] == ["alert"]


@pytest.mark.parametrize(("detection", "name"), RECORDED)
def test_every_call_is_caught_by_its_service_alone(detection: str, name: str) -> None:
    event = load(detection, name)

    of_another_service = copy.deepcopy(event)
    of_another_service["detail"]["eventSource"] = "waf.amazonaws.com"
    assert matching(of_another_service) == []
    assert detect(ApiCall.parse(of_another_service)) is None
    assert matching({**of_another_service, "source": "aws.waf"}) == []

    for kind in ("AWS Service Event via CloudTrail", "AWS Console Action via CloudTrail"):
        assert matching({**event, "detail-type": kind}) == []


@pytest.mark.parametrize(
    "field",
    ["errorCode", "userIdentity", "requestParameters", "userAgent", "sourceIPAddress"],
)
def test_no_author_parameter_or_error_keeps_an_event_from_us(field: str) -> None:
    """Whoever leaves out or fakes one of these would have a free pass."""
    for detection, name in RECORDED:
        event = load(detection, name)
        event["detail"].pop(field, None)
        assert matching(event)
        event["detail"][field] = {"omitted": True}
        assert matching(event)


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.name)
def test_a_pattern_fits_into_what_eventbridge_takes(rule: Rule) -> None:
    assert len(json.dumps(rule.pattern)) <= 4096


def test_a_detection_of_a_new_service_gets_a_rule_of_its_own() -> None:
    made_up = Detection(
        id="detector-deleted",
        category="detector",
        severity=Severity.CRITICAL,
        event_source="guardduty.amazonaws.com",
        events=("DeleteDetector", "UpdateDetector"),
        resource_fields=("detectorId",),
        ours=resources.any_trail,
        touches=(),
        subject={},
        did={},
    )

    assert rules_of([made_up]) == (
        Rule(
            name="trailkeeper-guardduty",
            description="Calls of guardduty that can hurt the evidence",
            pattern={
                "source": ["aws.guardduty"],
                "detail-type": ["AWS API Call via CloudTrail"],
                "detail": {
                    "eventSource": ["guardduty.amazonaws.com"],
                    "eventName": ["DeleteDetector", "UpdateDetector"],
                },
            },
            target="heal",
        ),
    )
