"""What the profiles deploy: lean has no keys and no dashboard; the bill counts what is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stacks.settings import Settings, SettingsError
from tests.stacks.conftest import EVERYTHING, MINIMUM, NOBODY, Synth
from tests.stacks.deployed import Deployed
from trailkeeper.cli.setting_names import DEFAULTS
from trailkeeper.cost.bill import charged_by
from trailkeeper.evidence.names import (
    ACCOUNT_STACK,
    EVIDENCE_STACK,
    RESPONSE_STACK,
    SEARCH_STACK,
    WATCHER_STACK,
)

STACKS = (EVIDENCE_STACK, RESPONSE_STACK, SEARCH_STACK, ACCOUNT_STACK, WATCHER_STACK)
LEAN = {"profile": "lean"}


@pytest.fixture(scope="module")
def lean(synth: Synth) -> Path:
    return synth(LEAN, nag=True)


def count(assembly: Path, type_: str) -> int:
    return sum(
        each["Type"] == type_
        for stack in STACKS
        if (assembly / f"{stack}.template.json").exists()
        for each in Deployed(assembly, stack).resources.values()
    )


def test_lean_has_no_keys_no_dashboard_and_ten_alarms_at_most(lean: Path) -> None:
    assert count(lean, "AWS::KMS::Key") == 0
    assert count(lean, "AWS::CloudWatch::Dashboard") == 0
    assert 0 < count(lean, "AWS::CloudWatch::Alarm") <= 10


def test_lean_has_no_key_in_another_region_either(synth: Synth) -> None:
    elsewhere = synth({**LEAN, "home_region": "eu-central-1"})

    beyond = Deployed(elsewhere, "TrailkeeperSatellite-us-east-1")

    assert [own["AlarmName"] for own in beyond.all("AWS::CloudWatch::Alarm").values()]
    assert beyond.all("AWS::KMS::Key") == {}


def test_lean_guards_and_tells_as_standard_does_without_the_watcher(
    lean: Path, synth: Synth
) -> None:
    standard = synth({"watcher": False})

    for type_ in (
        *("AWS::CloudTrail::Trail", "AWS::Events::Rule", "AWS::Lambda::Function"),
        *("AWS::SNS::Topic", "AWS::Scheduler::Schedule"),
    ):
        assert count(lean, type_) == count(standard, type_), type_
    # The one on changes of trails, each of which has an alert of its own.
    alarms = [count(each, "AWS::CloudWatch::Alarm") for each in (standard, lean)]
    assert alarms[0] - alarms[1] == 1


def test_topics_without_a_key_still_want_tls(lean: Path) -> None:
    policies = Deployed(lean, RESPONSE_STACK).all("AWS::SNS::TopicPolicy").values()

    assert len(policies) == 2
    for each in policies:
        denied = [
            statement["Condition"]
            for statement in each["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
        ]
        assert {"Bool": {"aws:SecureTransport": "false"}} in denied


def test_what_is_given_wins_over_the_profile() -> None:
    settings = Settings.from_context({"trailkeeper": {**LEAN, "dashboard": True}})

    assert (settings.kms, settings.alerts_key, settings.dashboard) == (False, False, True)


@pytest.mark.parametrize("given", ["leen", None, 3, ["lean"]])
def test_a_profile_that_there_is_not_is_refused(given: Any) -> None:
    with pytest.raises(SettingsError, match=r"profile: given .*; allowed: .*lean"):
        Settings.from_context({"trailkeeper": {"profile": given}})


@pytest.mark.parametrize(
    ("name", "settings"),
    [("nobody", NOBODY), ("everything", EVERYTHING), ("minimum", {**MINIMUM, "groups": True})],
)
def test_the_bill_counts_what_the_stacks_hold(
    assembly: Callable[[str], Path], synth: Synth, name: str, settings: dict[str, Any]
) -> None:
    found = synth(settings) if name == "minimum" else assembly(name)
    charged = charged_by({**DEFAULTS, **settings})

    assert {
        "keys": count(found, "AWS::KMS::Key"),
        "alarms": count(found, "AWS::CloudWatch::Alarm"),
        "dashboards": count(found, "AWS::CloudWatch::Dashboard"),
    } == {"keys": charged.keys, "alarms": charged.alarms, "dashboards": charged.dashboards}


def test_synth_says_what_becomes_of_an_older_key(lean: Path) -> None:
    said = (lean / f"{EVIDENCE_STACK}.metadata.json").read_text(encoding="utf-8")

    assert "kms is off (profile lean). The key of an earlier deploy stays" in said
