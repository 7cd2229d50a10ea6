"""Every technique has a proof, fits the catalogue, and stands in the README."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from stacks import generated
from tests.deployed_evidence import BASELINE, NOW, Account, deploy, patience
from tests.e2e.attacks import ATTACKS, ELSEWHERE
from tools import techniques_table
from trailkeeper.alerts.heal_alerts import told
from trailkeeper.detections import hints
from trailkeeper.detections.catalogue import DETECTIONS, detect
from trailkeeper.detections.techniques import TECHNIQUES, Technique
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import Report, Result
from trailkeeper.guards import EVIDENCE
from trailkeeper.reconcile.evidence import reconcile_evidence

Correction = Callable[[Any], None]

ROOT = Path(__file__).resolve().parents[2]
BY_ID = {each.id: each for each in TECHNIQUES}
DOCUMENTS = {f"{guard.name}.{document.name}" for guard in EVIDENCE for document in guard.documents}
OUTSIDE_OF_GUARDS = {"logging.status", "other-trails.status"}


def test_every_technique_is_proved_end_to_end_or_by_a_test_that_is_named() -> None:
    assert len(BY_ID) == len(TECHNIQUES)
    assert set(ATTACKS) | set(ELSEWHERE) == set(BY_ID)
    assert not set(ATTACKS) & set(ELSEWHERE)
    for proof in ELSEWHERE.values():
        file, _, test = proof.partition("::")
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8")


def test_every_detection_and_every_document_has_a_technique() -> None:
    assert {each.detection for each in TECHNIQUES} == {each.id for each in DETECTIONS}
    named = {name for each in TECHNIQUES for name in each.documents}
    assert named == DOCUMENTS | OUTSIDE_OF_GUARDS


@pytest.mark.parametrize("technique", TECHNIQUES, ids=lambda each: each.id)
def test_the_deciding_call_is_what_the_detection_looks_for(technique: Technique) -> None:
    detection = next(each for each in DETECTIONS if each.id == technique.detection)
    assert technique.events[0] in detection.events


@pytest.mark.parametrize("technique", TECHNIQUES, ids=lambda each: each.id)
def test_what_is_healed_can_be_written_and_what_is_told_says_why(technique: Technique) -> None:
    rights = techniques_table.rights_used(technique)

    assert bool(rights) == (technique.outcome == "healed")
    assert technique.how


def test_the_readme_has_the_techniques_as_they_are() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = techniques_table.techniques_table()

    assert generated.with_section(readme, techniques_table.SECTION, table) == readme, (
        "run: .venv/bin/python -m tools.techniques_table --write README.md"
    )


# What the embedded account cannot express


def reconcile(account: Any, baseline: Baseline) -> Report:
    return reconcile_evidence(account, baseline, patience(), now=lambda: NOW)


class Corrected:
    """Clients of which one answers one call as AWS would, where moto does not."""

    def __init__(self, account: Account, service: str, call: str, correct: Correction) -> None:
        self._account, self._service, self._call, self._correct = account, service, call, correct

    def __getattr__(self, name: str) -> Any:
        client = getattr(self._account, name)
        if name != self._service:
            return client
        answers = Mock(wraps=client)

        def corrected(**arguments: Any) -> Any:
            answer = getattr(client, self._call)(**arguments)
            self._correct(answer)
            return answer

        setattr(answers, self._call, corrected)
        return answers


def proof(technique: str, clients: Any, baseline: Baseline) -> None:
    """Just the technique's documents differ; they are healed, and stay so."""
    report = reconcile(clients, baseline)

    found = {f"{each.guard}.{each.document}" for each in report.outcomes}
    assert found == set(BY_ID[technique].documents)
    assert {each.result for each in report.outcomes} == {Result.HEALED}
    assert reconcile(clients, baseline).in_order


def test_tags_that_the_settings_ask_for_come_back(account: Account) -> None:
    baseline = deploy(account, replace(BASELINE, tags=(("team", "security"),)))

    account.cloudtrail.remove_tags(
        ResourceId=baseline.names.trail_arn, TagsList=[{"Key": "team", "Value": "security"}]
    )

    proof("trail-tags-removed", account, baseline)


def test_the_retention_of_the_object_lock_comes_back(account: Account) -> None:
    def without_zero_years(answer: Any) -> None:
        answer["ObjectLockConfiguration"]["Rule"]["DefaultRetention"].pop("Years", None)

    baseline = deploy(account, replace(BASELINE, object_lock="compliance"))
    account.s3.put_object_lock_configuration(
        Bucket=baseline.log_bucket,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
        },
    )

    clients = Corrected(account, "s3", "get_object_lock_configuration", without_zero_years)
    proof("log-bucket-object-lock-weakened", clients, baseline)


def test_an_organization_trail_is_told_and_left_to_the_management_account(
    account: Account,
) -> None:
    def of_an_organization(answer: Any) -> None:
        answer["trailList"][0]["IsOrganizationTrail"] = True

    baseline = deploy(account)

    clients = Corrected(account, "cloudtrail", "describe_trails", of_an_organization)
    [outcome] = reconcile(clients, baseline).outcomes

    assert (outcome.document, outcome.result) == ("settings", Result.TOLD)
    assert account.writes == []


@pytest.mark.parametrize(
    ("technique", "parameters"),
    [
        ("evidence-key-store-disconnected", {"customKeyStoreId": "cks-1234567890abcdef0"}),
        ("log-group-masked-by-account", {"policyName": "mask", "policyType": "DATA_PROTECTION"}),
        ("alarm-mute-rule", {"name": "quiet", "muteTargets": {"alarmNames": ["trailkeeper-x"]}}),
    ],
)
def test_a_call_that_changes_no_document_is_told_with_its_author(
    technique: str, parameters: dict[str, Any]
) -> None:
    name = BY_ID[technique].events[0]
    detection = next(each for each in DETECTIONS if name in each.events)
    event = {
        "detail": {
            "eventSource": detection.event_source,
            "eventName": name,
            "eventID": "e",
            "userIdentity": {"type": "IAMUser", "userName": "mallory"},
            "requestParameters": parameters,
        }
    }
    call = ApiCall.parse(event)

    assert detect(call) is detection
    assert hints.concerns(call, BASELINE)
    alert = told(Report(), BASELINE, NOW, call, detection)
    assert alert is not None
    assert alert.headline.params["who"].params == {"name": "mallory"}
    assert alert.verified is None
