"""What the demo says to try next is there."""

from __future__ import annotations

import re
from pathlib import Path

from demo.ending import NEXT

ROOT = Path(__file__).resolve().parents[2]


def test_the_places_that_it_names_are_there() -> None:
    [heading] = re.findall(r'README\.md +"(.+)"', NEXT)
    assert f"## {heading}\n" in (ROOT / "README.md").read_text(encoding="utf-8")
    [page] = re.findall(r"(docs/\S+)", NEXT)
    assert (ROOT / page).is_file()
