"""The list of attacks on the guard: what it promises is complete, and what people read is so."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.guarded import BASELINE, GUARDS, SIDE, WATCHER_SIDE, Deployment
from tools.guard_page import guard_page
from trailkeeper.detections import guard_calls
from trailkeeper.events.event import ApiCall
from trailkeeper.guards.guard import Guard
from trailkeeper.guards.sides import RuleRecord, Side
from trailkeeper.guards.techniques import CHAPTERS, LIMITS, TECHNIQUES
from trailkeeper.guards.techniques.technique import Half, Technique

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "guard.md"
APPROVED: dict[str, str] = json.loads(
    (ROOT / "tests" / "golden" / "techniques" / "guard.json").read_text(encoding="utf-8")
)
# Rights that are no calls, or of which the call has another name.
NO_CALL = {"iam:PassRole"}
CALLS = {"lambda:InvokeFunction": "Invoke"}
TOPICS = {"alerts": "trailkeeper-alerts", "last resort": "trailkeeper-last-resort"}


def name(technique: Technique) -> str:
    return technique.id


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == guard_page(), (
        "run: .venv/bin/python -m tools.guard_page --write docs/guard.md"
    )


def test_every_attack_ends_as_a_person_approved() -> None:
    assert {each.id: each.ends for each in TECHNIQUES} == APPROVED
    assert len({each.words for each in TECHNIQUES}) == len(TECHNIQUES)


def test_the_page_says_of_every_attack_how_it_ends() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    shown = {row[0]: row[3] for row in rows if len(row) == 7}

    words = {each.words: APPROVED[each.id] for each in TECHNIQUES}
    assert {key: value for key, value in shown.items() if key in words} == words
    assert set(re.findall(r"^## (.+)$", page, re.MULTILINE)) == {*CHAPTERS, "Not seen"}
    assert all(f"- {each.words}. {each.why}." in page for each in LIMITS)


def test_whatever_a_machine_restores_is_attacked_on_each_half_that_has_it() -> None:
    tried = {
        (half, each.replace("REGION", "eu-west-1"))
        for t in TECHNIQUES
        if not t.unplayed
        for half in t.against
        for each in t.documents
    }

    assert tried == {pair for half, guards in GUARDS.items() for pair in restored(half, guards)}


def test_whatever_a_machine_restores_where_the_charges_are_is_attacked_there() -> None:
    """Home is elsewhere, so the account of the page has none of it."""
    home = replace(BASELINE, region="eu-central-1")
    guards = Deployment(home).watched["heal side"].guards
    tried = {each for t in TECHNIQUES if t.unplayed for each in t.documents}

    found = {document for _, document in restored("heal side", guards)}
    assert tried <= found
    assert {each for each in found if each.startswith("guard-key.") and "@" in each} <= tried


def restored(half: Half, guards: tuple[Guard, ...]) -> set[tuple[Half, str]]:
    """The documents that a machine writes, by the half that has them."""
    return {
        (half, f"{guard.name}.{document.name}")
        for guard in guards
        for document in guard.documents
        if document.write is not None
    }


@pytest.mark.parametrize("technique", TECHNIQUES, ids=name)
def test_the_rights_are_those_of_calls_that_aws_has(technique: Technique) -> None:
    for right in set(technique.rights) - NO_CALL:
        service, _, action = right.partition(":")
        assert CALLS.get(right, action) in operations(service), right


def operations(service: str) -> list[str]:
    client: Any = boto3.client(service, region_name="us-east-1")  # type: ignore[call-overload]
    return list(client.meta.service_model.operation_names)


@pytest.mark.parametrize("technique", TECHNIQUES, ids=name)
def test_what_its_event_finds_is_carried_to_the_other_half(technique: Technique) -> None:
    """Unless no word of it is needed, as AWS refuses it or as nothing comes of it."""
    if technique.seen != "event" or not technique.told_as or technique.way:
        return
    service, _, action = technique.rights[0].partition(":")
    source = {"cloudwatch": "monitoring"}.get(service, service)
    call = {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": action,
        "eventID": "e",
        "userIdentity": {"type": "IAMUser", "userName": "mallory"},
    }

    assert guard_calls.is_one(ApiCall.parse({"detail": call}))
    for half in technique.against:
        other: Side = WATCHER_SIDE if half == "heal side" else SIDE
        assert any(carries(rule, call) for rule in other.rules), half


def carries(rule: RuleRecord, call: dict[str, Any]) -> bool:
    """Whether a rule's pattern has the call, as EventBridge compares them."""
    detail = rule.pattern.get("detail", {})
    names = detail.get("eventName", [])
    return call["eventSource"] in detail.get("eventSource", []) and any(
        call["eventName"].startswith(each["prefix"])
        if isinstance(each, dict)
        else call["eventName"] == each
        for each in names
    )


@pytest.mark.parametrize("technique", TECHNIQUES, ids=name)
def test_people_are_told_by_a_topic_that_is_not_of_the_half_attacked(technique: Technique) -> None:
    """Unless the attack only speaks through it, and touches no part."""
    if not technique.told_as or technique.way:
        return

    for half in technique.against:
        attacked = SIDE if half == "heal side" else WATCHER_SIDE
        assert TOPICS[technique.told_by(half)] not in {topic.name for topic in attacked.topics}
