"""Data events: which names may be given, and what the synth says of their cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stacks.data_events import expected_cost
from stacks.settings import Settings, SettingsError
from tests.stacks.deployed import ACCOUNT, REGION, Deployed


def settings(**given: Any) -> Settings:
    return Settings.from_context({"trailkeeper": given})


@pytest.mark.parametrize(
    "given",
    [
        {"s3_data_events": [f"trailkeeper-logs-{ACCOUNT}-{REGION}"]},
        {"s3_data_events": [f"trailkeeper-access-{ACCOUNT}-{REGION}"]},
        {"s3_data_events": [f"trailkeeper-fallback-{ACCOUNT}-{REGION}"]},
        {"s3_data_events": ["*", "invoices"]},
        {"s3_data_events": ["arn:aws:s3:::invoices"]},
        {"lambda_data_events": ["my function"]},
        {"lambda_data_events": ["*", "billing"]},
        {"data_events_a_month": 0},
    ],
    ids=str,
)
def test_what_cannot_be_recorded_is_refused_in_one_line(given: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as refused:
        settings(**given)

    (name,) = given
    lines = [line for line in str(refused.value).splitlines() if line.startswith("  - ")]
    assert len(lines) == 1
    assert lines[0].startswith(f"  - {name}")
    assert "allowed: " in lines[0]


def test_all_may_be_spelled_as_people_do() -> None:
    for spelled in ("*", ["*"]):
        assert settings(s3_data_events=spelled).s3_data_events == ("*",)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ""),
        ({"data_events_a_month": 5}, ""),
        # 2,000,000 x 0.10 / 100,000; 2,000,000 x 1.7 KB x 0.50 a GB
        (
            {"s3_data_events": ["*"], "data_events_a_month": 2_000_000},
            "2,000,000 data events a month cost about 3.70 USD: 2.00 for CloudTrail, 1.70 for the "
            "log group",
        ),
        (
            {"lambda_data_events": ["billing"]},
            "Data events cost about 0.18 USD for every 100,000",
        ),
    ],
    ids=str,
)
def test_the_synth_says_what_they_cost(given: dict[str, Any], words: str) -> None:
    said = expected_cost(settings(**given))

    assert said.startswith(words)
    assert bool(said) == bool(words)


def test_people_see_it_when_they_synthesize(assembly: Callable[[str], Path]) -> None:
    def infos(name: str) -> str:
        """What the synth says of the evidence stack, wherever the assembly keeps it."""
        return "".join(
            each.read_text(encoding="utf-8")
            for each in assembly(name).glob("*.json")
            if "template" not in each.name
        )

    assert "2,000,000 data events a month cost about 3.70 USD" in infos("everything")
    assert "data events a month cost" not in infos("nobody")


def test_the_trail_has_them(full_evidence: Deployed) -> None:
    trail = full_evidence.one("AWS::CloudTrail::Trail")

    by_name = {each["Name"]: each["FieldSelectors"] for each in trail["AdvancedEventSelectors"]}
    assert by_name.keys() == {
        "Management events selector",
        "S3 objects selector",
        "Lambda functions selector",
    }
    assert by_name["S3 objects selector"][2] == {
        "Field": "resources.ARN",
        "NotStartsWith": [
            f"arn:aws:s3:::trailkeeper-{each}-{ACCOUNT}-{REGION}/"
            for each in ("logs", "fallback", "access")
        ],
    }
