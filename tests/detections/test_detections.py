"""Every detection is whole: each part that CONTRIBUTING.md asks for, and that it does what it says.

This is the walk behind the checklist for a detection; whatever is missing fails here by its id.
"""

from __future__ import annotations

import json
import string
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from moto.events.models import EventPattern

from tests.detections.fixtures import EVENTS, FAILED, NEAR_MISS, load, names
from tools.techniques_page import rights_used
from trailkeeper.alerts import call_alerts
from trailkeeper.detections import DETECTIONS, MODULES, SHARED, hints
from trailkeeper.detections.catalogue import RULES, detect, insight_rule, instance_state_rule
from trailkeeper.detections.proof import Proof, Technique
from trailkeeper.detections.techniques import PROOFS, TECHNIQUES
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import Result
from trailkeeper.guards.evidence import EVIDENCE
from trailkeeper.rendering.wording import Reader, phrase
from trailkeeper.words import LANGUAGES
from trailkeeper.words.text import Severity, Text

ROOT = Path(__file__).resolve().parents[2]
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
NOW = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)
ALL_RULES = (
    *RULES,
    instance_state_rule(["running", "stopped", "terminated"]),
    insight_rule(),
)
BY_ID = {each.id: each for each in DETECTIONS}
RECORDED = [(each.id, name) for each in DETECTIONS for name in each.events]
DOCUMENTS = {f"{guard.name}.{document.name}" for guard in EVIDENCE for document in guard.documents}
OUTSIDE_OF_GUARDS = {"logging.status", "other-trails.status"}

each_detection = pytest.mark.parametrize("detection", BY_ID)
each_technique = pytest.mark.parametrize(
    ("detection", "technique"),
    [
        pytest.param(id_, technique, id=f"{id_}-{technique.id}")
        for id_, proof in PROOFS.items()
        for technique in proof.techniques
    ],
)


def matching(event: dict[str, Any]) -> list[str]:
    """The rules that EventBridge would match, by moto's reading of patterns."""
    return [
        rule.name
        for rule in ALL_RULES
        if EventPattern.load(json.dumps(rule.pattern)).matches_event(event)
    ]


def rule_of(event_source: str) -> str:
    [name] = [
        rule.name for rule in RULES if rule.pattern["detail"]["eventSource"] == [event_source]
    ]
    return name


def test_every_file_is_a_detection_of_its_name() -> None:
    files = {path.stem for path in (ROOT / "trailkeeper" / "detections").glob("*.py")}

    assert {module.__name__.rpartition(".")[2]: module.DETECTION.id for module in MODULES} == {
        name: name.replace("_", "-") for name in files - SHARED - {"__init__"}
    }
    assert files > SHARED


def test_people_read_of_the_trail_first_and_of_the_loudest_first() -> None:
    parts = list(dict.fromkeys(each.category for each in DETECTIONS))
    of_the_trail = [each.id for each in DETECTIONS if each.category == "trail"]

    assert parts == ["trail", "log-bucket", "evidence-key", "log-group", "alarm"]
    assert of_the_trail == [
        *("trail-changed", "trail-deleted", "trail-selectors-changed", "trail-stopped"),
        *("trail-created", "trail-event-configuration-changed", "trail-insights-changed"),
        "trail-tags-changed",
    ]


@each_detection
def test_it_says_what_it_looks_for(detection: str) -> None:
    own = BY_ID[detection]

    assert isinstance(own.severity, Severity)
    assert own.category
    assert own.event_source.endswith(".amazonaws.com")
    assert own.events
    assert own.resource_fields
    assert isinstance(PROOFS[detection], Proof)


@pytest.mark.parametrize("language", LANGUAGES)
@each_detection
def test_people_are_told_in_their_language_what_was_done_to_what(
    detection: str, language: str
) -> None:
    template = BY_ID[detection].did[language]
    said = phrase(
        Text(BY_ID[detection].did_key("", named=True), {"resource": "it"}),
        Reader(language),
        lambda text: text,
    )

    assert {field for _, field, _, _ in string.Formatter().parse(template) if field} == {"resource"}
    assert "did." not in said
    assert "it" in said


@pytest.mark.parametrize("language", LANGUAGES)
@each_detection
def test_a_subject_says_it_in_each_language_in_a_few_words(detection: str, language: str) -> None:
    said = BY_ID[detection].subject[language]

    assert 5 <= len(said) <= 45
    assert not said.endswith((".", "다"))


@pytest.mark.parametrize("language", LANGUAGES)
@each_detection
def test_closer_words_for_an_event_are_of_one_of_its_events(detection: str, language: str) -> None:
    own = BY_ID[detection]

    assert set(own.said) <= set(own.events)
    for event, said in own.said.items():
        for text in (said.subject[language], said.did[language]):
            assert {field for _, field, _, _ in string.Formatter().parse(text) if field} <= {
                "resource"
            }
        assert not said.subject[language].endswith((".", "다"))
        assert own.subject_key(event, named=True) == f"subject.{detection}.{event}"


@each_detection
def test_it_touches_documents_that_there_are_and_all_that_its_techniques_change(
    detection: str,
) -> None:
    own = BY_ID[detection]
    known = DOCUMENTS | {"logging.status", "logging.delivery", "evidence-key.use"}
    changed = {
        each
        for technique in PROOFS[detection].techniques
        for each in technique.documents
        if each != "other-trails.status"
    }

    for each in own.touches:
        assert any(name == each or (each[-1] == "." and name.startswith(each)) for name in known)
    assert not {each for each in changed if not own.can_touch(each)}
    assert set(own.unguarded) <= set(own.events)
    assert bool(own.touches) or own.unguarded or own.severity is not Severity.CRITICAL


@each_detection
def test_it_has_one_recorded_event_for_each_name_a_near_miss_and_a_failed_call(
    detection: str,
) -> None:
    assert names(detection) == {*BY_ID[detection].events, NEAR_MISS, FAILED}


@pytest.mark.parametrize(("detection", "name"), RECORDED)
def test_a_recorded_event_fires_its_rule_alone_and_is_detected_as_what_it_is(
    detection: str, name: str
) -> None:
    event = load(detection, name)
    call = ApiCall.parse(event)

    assert (call.name, call.succeeded) == (name, True)
    assert matching(event) == [rule_of(BY_ID[detection].event_source)]
    assert detect(call) is BY_ID[detection]
    assert hints.concerns(call, BASELINE)


@each_detection
def test_it_names_the_resource_of_at_least_one_of_its_calls(detection: str) -> None:
    calls = [ApiCall.parse(load(detection, name)) for name in BY_ID[detection].events]

    assert any(hints.resource(call) for call in calls)


@each_detection
def test_a_near_miss_fires_nothing(detection: str) -> None:
    assert matching(load(detection, NEAR_MISS)) == []


@each_detection
def test_a_failed_call_is_told_as_a_try_by_its_author(detection: str) -> None:
    event = load(detection, FAILED)
    call = ApiCall.parse(event)
    alert = call_alerts.attempted(call, BY_ID[detection], BASELINE, NOW)

    assert matching(event) == [rule_of(BY_ID[detection].event_source)]
    assert detect(call) is BY_ID[detection]
    assert hints.concerns(call, BASELINE)
    assert not call.succeeded
    assert alert.detection == ("attempt-refused" if call.denied else "attempt-failed")
    assert alert.what.params["call"] == call.name
    assert any(call.error_code in str(fact.value) for fact in alert.facts)


@each_detection
def test_its_example_is_about_the_evidence_and_ends_as_one_of_its_techniques_does(
    detection: str,
) -> None:
    own, proof = BY_ID[detection], PROOFS[detection]
    call = ApiCall(source=own.event_source, name=own.events[0], parameters=proof.example.parameters)
    report = proof.example.report(NOW)
    ends = {
        (document, technique.outcome)
        for technique in proof.techniques
        for document in technique.documents
    }

    assert hints.resource(call)
    assert hints.concerns(call, BASELINE)
    for outcome in report.outcomes:
        assert outcome.result in (Result.HEALED, Result.TOLD)
        assert (f"{outcome.guard}.{outcome.document}", outcome.result) in ends


@each_detection
def test_it_has_techniques_and_says_what_it_does_not_see(detection: str) -> None:
    proof = PROOFS[detection]

    assert proof.techniques
    assert proof.limits
    assert all(limit.words and limit.why for limit in proof.limits)


@each_technique
def test_a_technique_says_what_happens_and_how_it_ends(
    detection: str, technique: Technique
) -> None:
    assert technique.words
    assert technique.how
    assert technique.events[0] in BY_ID[detection].events
    assert set(technique.documents) <= DOCUMENTS | OUTSIDE_OF_GUARDS
    assert bool(rights_used(technique)) == (technique.outcome == "healed")
    assert technique.recreates in {"", *(guard.name for guard in EVIDENCE)}


@each_technique
def test_a_technique_is_carried_out_end_to_end_or_proved_by_a_test_that_it_names(
    detection: str, technique: Technique
) -> None:
    assert (technique.attack is None) == bool(technique.proved_by)
    if technique.proved_by:
        file, _, test = technique.proved_by.partition("::")
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8")


@each_technique
def test_what_is_left_to_people_can_be_taken_back(detection: str, technique: Technique) -> None:
    left = technique.outcome == "told" and bool(technique.documents)

    assert technique.undo is not None or technique.attack is None or not left


def test_no_two_techniques_have_one_id() -> None:
    assert len({each.id for each in TECHNIQUES}) == len(TECHNIQUES)


def test_every_document_of_every_guard_has_a_technique() -> None:
    named = {name for each in TECHNIQUES for name in each.documents}

    assert named == DOCUMENTS | OUTSIDE_OF_GUARDS


def test_no_call_belongs_to_two_detections() -> None:
    calls = [(each.event_source, name) for each in DETECTIONS for name in each.events]

    assert len(set(calls)) == len(calls)


def test_nothing_else_is_recorded() -> None:
    folders = {path.name for path in EVENTS.iterdir() if path.is_dir()} - {"__pycache__"}

    assert folders == {*BY_ID, "instance-calls", "instance-states"}
