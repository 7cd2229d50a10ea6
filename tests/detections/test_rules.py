"""What the rules let through and how loud a detection is, against what a person has read."""

from __future__ import annotations

import json

from tests.golden import golden
from trailkeeper.detections import guard_calls, stack_events
from trailkeeper.detections.catalogue import DETECTIONS, RULES, deletion_rule, instance_state_rule
from trailkeeper.evidence.names import Names
from trailkeeper.words.text import Severity

SEVERITIES = {
    Severity.CRITICAL: {
        "trail-stopped",
        "trail-deleted",
        "trail-changed",
        "trail-selectors-changed",
        "log-bucket-policy-changed",
        "log-bucket-opened",
        "log-bucket-lifecycle-changed",
        "log-bucket-protection-changed",
        "log-bucket-deleted",
        "evidence-key-disabled",
        "evidence-key-policy-changed",
        "log-group-deleted",
        "delivery-role-changed",
        "log-bucket-observers-changed",
        "evidence-key-access-changed",
        "log-group-filters-changed",
        "alarm-changed",
    },
    Severity.WARNING: {
        "trail-created",
        "trail-insights-changed",
        "trail-event-configuration-changed",
        "log-group-changed",
    },
    Severity.INFO: {"trail-tags-changed"},
}


def test_rules_let_through_what_a_person_has_read() -> None:
    buckets = (
        "trailkeeper-logs-123456789012-us-east-1",
        "trailkeeper-fallback-123456789012-us-east-1",
    )
    states = ("running", "stopped", "terminated")
    of_the_guard = guard_calls.rules("trailkeeper-guard-calls", RULES)
    stacks = stack_events.rule(
        "trailkeeper-guard-stacks",
        ("TrailkeeperWatcher", "TrailkeeperEvidence"),
        Names("aws", "us-east-1", "123456789012", "trailkeeper"),
    )
    rules = (*RULES, *of_the_guard, stacks, instance_state_rule(states), deletion_rule(buckets))

    made = {rule.name: in_one_order(rule.pattern) for rule in rules}
    read = {name: in_one_order(rule["pattern"]) for name, rule in golden("rules").items()}
    assert made == read


def in_one_order(pattern: object) -> object:
    match pattern:
        case dict():
            return {key: in_one_order(value) for key, value in pattern.items()}
        case list() | tuple():
            return sorted(pattern, key=json.dumps)
        case _:
            return pattern


def test_each_detection_is_as_loud_as_a_person_has_decided() -> None:
    loud = {
        severity: {each.id for each in DETECTIONS if each.severity is severity}
        for severity in Severity
    }

    assert loud == SEVERITIES
