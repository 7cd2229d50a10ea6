"""The page about cost is current and says first what costs most."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import cost_page

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")


def test_the_page_is_current() -> None:
    assert cost_page.cost_page() == PAGE, (
        "run: .venv/bin/python -m tools.cost_page --write docs/cost.md"
    )


def test_the_paid_copy_is_said_first() -> None:
    assert PAGE.splitlines()[2].startswith(
        "**A second trail of management events is a paid copy: 2.00 USD for every 100,000 events.**"
    )


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        # two keys at 1.00
        ("Keys", ["2.00", "2.00", "2.00"]),
        # (300,000 + 61,320) x 1.7 KB = 0.6 GB at 0.50, and so on
        ("Events in the log group", ["0.31", "2.60", "25.55"]),
        # (300,000 + 61,320) / 100,000 x 2.00, and so on
        ("As a second trail, in addition", ["7.23", "61.23", "601.23"]),
    ],
)
def test_a_row_is_amount_times_price(row: str, cells: list[str]) -> None:
    line = next(each for each in PAGE.splitlines() if each.startswith(f"| {row} |"))

    assert [cell.strip() for cell in line.strip("|").split("|")][1:] == cells


def test_the_page_says_what_lean_costs_and_what_it_cannot_do_without() -> None:
    assert "**0.23 USD** a month for 300,000 events" in PAGE
    assert "the 10 alarms and 2 heartbeats, 1.60 USD" in PAGE


def test_the_readme_has_the_sums_of_the_page() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())

    assert "a small account pays 2.40 USD a month" in readme
    assert '0.23 USD with `"profile": "lean"`' in readme
