"""The rules and detections catch what they are for, and nothing that merely looks alike."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from moto.events.models import EventPattern

from trailkeeper.detections import hints
from trailkeeper.detections.catalogue import DETECTIONS, RULES, Rule, detect, instance_state_rule
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.baseline import Baseline

EVENTS = Path(__file__).resolve().parents[1] / "events"
EVERY_CALL = [(each.id, name) for each in DETECTIONS for name in each.events]
ALL_RULES = (*RULES, instance_state_rule(["running", "stopped", "terminated"]))
BY_ID = {each.id: each for each in DETECTIONS}
BASELINE = Baseline(
    partition="aws",
    region="us-east-1",
    account="111122223333",
    trail_name="trailkeeper",
    evidence_key_arn="arn:aws:kms:us-east-1:111122223333:key/8913e841-5f73-40f8-b4bb-2e8426c1a89f",
    log_retention_days=365,
    archive_after_days=90,
    expire_after_days=2557,
)


def load(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return event


def matching(event: dict[str, Any]) -> list[str]:
    """The rules that EventBridge would match, by moto's reading of patterns."""
    return [rule.name for rule in ALL_RULES if matches(rule, event)]


def matches(rule: Rule, event: dict[str, Any]) -> bool:
    return bool(EventPattern.load(json.dumps(rule.pattern)).matches_event(event))


def rule_of(event_source: str) -> str:
    [name] = [
        rule.name for rule in RULES if rule.pattern["detail"]["eventSource"] == [event_source]
    ]
    return name


def test_every_detection_has_a_match_and_a_near_miss() -> None:
    names = {*BY_ID, "instance-calls", "instance-states"}

    assert {path.name for path in EVENTS.glob("*.json")} == {
        f"{name}.{kind}.json" for name in names for kind in ("match", "near-miss")
    }


@pytest.mark.parametrize("detection", BY_ID)
def test_a_match_fires_its_rule_alone_and_is_detected_as_what_it_is(detection: str) -> None:
    event = load(f"{detection}.match")
    call = ApiCall.parse(event)

    assert matching(event) == [rule_of(BY_ID[detection].event_source)]
    assert detect(call) is BY_ID[detection]
    assert hints.concerns(call, BASELINE)
    assert hints.resource(call)


@pytest.mark.parametrize("detection", BY_ID)
def test_a_near_miss_fires_nothing(detection: str) -> None:
    assert matching(load(f"{detection}.near-miss")) == []


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        ("instance-calls", "trailkeeper-instance-calls"),
        ("instance-states", "trailkeeper-instance-states"),
    ],
)
def test_instances_go_to_the_alert_function(events: str, rule: str) -> None:
    assert matching(load(f"{events}.match")) == [rule]
    assert matching(load(f"{events}.near-miss")) == []
    assert [each.target for each in ALL_RULES if each.name == rule] == ["alert"]


@pytest.mark.parametrize(("detection", "name"), EVERY_CALL)
def test_every_call_is_caught_by_its_service_alone(detection: str, name: str) -> None:
    event = load(f"{detection}.match")
    event["detail"]["eventName"] = name
    assert len(matching(event)) == 1
    assert detect(ApiCall.parse(event)) is BY_ID[detection]

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
    for detection in BY_ID:
        event = load(f"{detection}.match")
        event["detail"].pop(field, None)
        assert matching(event)
        event["detail"][field] = {"omitted": True}
        assert matching(event)


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.name)
def test_a_pattern_fits_into_what_eventbridge_takes(rule: Rule) -> None:
    assert len(json.dumps(rule.pattern)) <= 4096


def test_no_call_belongs_to_two_detections() -> None:
    calls = [(each.event_source, name) for each in DETECTIONS for name in each.events]

    assert len(set(calls)) == len(calls)
