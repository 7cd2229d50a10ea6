"""Alerts are those that a person has read: `tests/golden/alerts`, by `tests.alerts.told`."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.told.brief import brief
from tests.alerts.told.families import FAMILIES
from trailkeeper.alerts.alert import Alert
from trailkeeper.rendering.vocabulary import TEXTS

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "alerts"
CASES = [(family, case) for family, cases in FAMILIES.items() for case in cases]
# The key by which another text is chosen; nobody reads it.
NEVER_SAID = {"call_facts: actor.unknown"}


def golden(family: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GOLDEN / f"{family}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(("family", "case"), CASES)
def test_an_alert_is_the_one_that_a_person_has_read(family: str, case: str) -> None:
    assert brief(FAMILIES[family][case]()) == golden(family)[case]


def test_every_golden_alert_is_compared() -> None:
    assert {each.stem for each in GOLDEN.glob("*.json")} == FAMILIES.keys()
    for family, cases in FAMILIES.items():
        assert golden(family).keys() == cases.keys()


@pytest.mark.parametrize("family", FAMILIES)
def test_an_alert_survives_its_way_through_the_queue(family: str) -> None:
    for build in FAMILIES[family].values():
        for alert in build():
            assert Alert.from_json(alert.to_json()) == alert


def said(value: Any) -> Iterator[str]:
    """All strings of a golden document, keys of texts among them."""
    match value:
        case str():
            yield value
        case dict():
            for key, each in value.items():
                yield key
                yield from said(each)
        case list():
            for each in value:
                yield from said(each)


def named(path: Path) -> Iterator[str]:
    """The texts, labels and links that a module names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and node.value in TEXTS:
            yield str(node.value)


def test_every_text_of_an_alert_is_in_one_that_a_person_has_read() -> None:
    read = {each for family in FAMILIES for each in said(golden(family))}
    unread = {
        f"{path.stem}: {key}"
        for path in (ROOT / "trailkeeper" / "alerts").glob("*.py")
        for key in named(path)
        if key not in read
    }

    assert unread == NEVER_SAID
