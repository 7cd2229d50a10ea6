"""The page about the CIS benchmark's monitoring is current and names what can be turned off."""

from __future__ import annotations

import re
from pathlib import Path

from tools import monitoring_page
from trailkeeper.evidence.controls import CONTROLS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")


def test_the_page_is_current() -> None:
    assert monitoring_page.monitoring_page() == PAGE, (
        "run: .venv/bin/python -m tools.monitoring_page --write docs/monitoring.md"
    )


def test_every_control_has_a_row_with_its_alarm() -> None:
    rows = re.findall(r"^\| (\d+) \| `([a-z-]+)` \| `(trailkeeper-cis-[a-z-]+)` \|", PAGE, re.M)

    assert [(number, id_) for number, id_, _ in rows] == [
        (str(each.number), each.id) for each in CONTROLS.values()
    ]
    assert all(alarm == f"trailkeeper-cis-{id_}" for _, id_, alarm in rows)


def test_what_is_said_of_loudness_is_about_controls() -> None:
    loudness = PAGE.partition("| Control | Expect |")[2].partition("\n\n")[0]
    named = set(re.findall(r"^\| (`.*?`) \|", loudness, re.M))

    listed = {id_ for cell in named for id_ in re.findall(r"`([a-z-]+)`", cell)}
    assert listed
    assert listed <= CONTROLS.keys()
