"""The page about cost is current and says first what costs most."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stacks import generated
from tools import cost_page, cost_table

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
        # (300,000 + 68,570) x 1.7 KB = 0.63 GB at 0.50, and so on
        ("Events in the log group", ["0.31", "2.61", "25.56"]),
        # (300,000 + 55,796) / 100,000 x 2.00, and so on
        ("As a second trail, in addition", ["7.12", "61.12", "601.12"]),
    ],
)
def test_a_row_is_amount_times_price(row: str, cells: list[str]) -> None:
    line = next(each for each in PAGE.splitlines() if each.startswith(f"| {row} |"))

    assert [cell.strip() for cell in line.strip("|").split("|")][1:] == cells


def test_the_page_says_what_lean_costs_and_what_it_cannot_do_without() -> None:
    assert "**0.24 USD** a month for 300,000 events" in PAGE
    assert "the 9 alarms and 2 heartbeats, 1.50 USD" in PAGE


def test_the_readme_has_the_month_item_by_item() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert generated.with_section(readme, cost_table.SECTION, cost_table.cost_table()) == readme, (
        "run: .venv/bin/python -m tools.cost_table --write README.md"
    )
    standard, lean = ([cell.strip() for cell in row.split("|")[2:-1]] for row in rows(readme))
    # Keys and their requests, log files with data events, log group, alarms, dashboard, the rest.
    assert standard == ["2.12", "0.21", "0.35", "1.90", "3.00", "0.31", "**7.89**", "**2.61**"]
    assert lean == ["-", "0.21", "0.32", "1.50", "-", "0.28", "**2.31**", "**0.24**"]


def rows(readme: str) -> list[str]:
    """The two rows of the README's table."""
    _, _, section = readme.partition("<!-- cost -->")
    return section.partition("<!-- /cost -->")[0].strip().splitlines()[2:]


def test_no_item_is_left_out_of_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    with_insights = replace(cost_table.STANDARD, insight_types=1)
    monkeypatch.setattr(cost_table, "STANDARD", with_insights)

    with pytest.raises(cost_table.ItemMissingError, match="insight: in no column"):
        cost_table.cost_table()
