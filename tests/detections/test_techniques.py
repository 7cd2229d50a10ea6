"""The techniques that no embedded account can express, and the page that shows them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from tests.deployed_evidence import BASELINE, NOW, Account, deploy, patience
from tools.techniques_page import techniques_page
from trailkeeper.alerts.heal_alerts import of_report
from trailkeeper.detections import hints
from trailkeeper.detections.catalogue import DETECTIONS, detect
from trailkeeper.detections.techniques import LIMITS, TECHNIQUES
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import Report, Result
from trailkeeper.reconcile.evidence import reconcile_evidence

Correction = Callable[[Any], None]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "techniques.md"
BY_ID = {each.id: each for each in TECHNIQUES}


def test_the_page_of_techniques_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == techniques_page(), (
        "run: .venv/bin/python -m tools.techniques_page --write docs/techniques.md"
    )


def test_the_page_shows_every_technique_and_every_limit() -> None:
    shown = PAGE.read_text(encoding="utf-8")

    assert all(f"| {each.words}" in shown for each in TECHNIQUES)
    assert all(f"- {each.words}. {each.why}." in shown for each in LIMITS)


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
    assert reconcile(clients, baseline).found_nothing


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
    (alert,) = of_report(Report(), BASELINE, NOW, call, detection)
    assert alert.story[0].params["who"].params == {"name": "mallory"}
    assert alert.verified is None
