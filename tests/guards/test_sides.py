"""What both sides of the guard must have is what a person has read: tests/golden/sides."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.guarded import HEAL_ENVIRON, OWN, POLICIES, SIDE
from tests.guards.told_sides import SIDES
from trailkeeper.guards.sides import Side, watcher_side
from trailkeeper.guards.watched import guards_of
from trailkeeper.words import TEXTS

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "sides"


@pytest.mark.parametrize("side", SIDES)
def test_a_side_is_the_one_that_a_person_has_read(side: str) -> None:
    said = json.loads(json.dumps(SIDES[side]()))

    assert said == json.loads((GOLDEN / f"{side}.json").read_text(encoding="utf-8"))


def test_every_golden_side_is_compared() -> None:
    assert {each.stem for each in GOLDEN.glob("*.json")} == SIDES.keys()


@pytest.mark.parametrize("side", [SIDE, watcher_side(HEAL_ENVIRON)], ids=lambda each: each.stack)
def test_every_document_of_a_side_has_a_name_for_people(side: Side) -> None:
    keys = [
        f"document.{guard.name}.{document.name}"
        for guard in guards_of(side, OWN, POLICIES)
        for document in guard.documents
    ]

    assert keys
    assert {key: set(TEXTS.get(key, {})) for key in keys} == {key: {"en", "ko"} for key in keys}
