"""What both sides of the guard must have is what a person has read: tests/golden/sides."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.guards.told_sides import SIDES

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "sides"


@pytest.mark.parametrize("side", SIDES)
def test_a_side_is_the_one_that_a_person_has_read(side: str) -> None:
    said = json.loads(json.dumps(SIDES[side]()))

    assert said == json.loads((GOLDEN / f"{side}.json").read_text(encoding="utf-8"))


def test_every_golden_side_is_compared() -> None:
    assert {each.stem for each in GOLDEN.glob("*.json")} == SIDES.keys()
