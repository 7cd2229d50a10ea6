"""The page about cost is current, and its sums are those that a person works out by hand."""

from __future__ import annotations

import tomllib
from datetime import date
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
    ("look", "sweep", "calls"),
    [
        # 43,800 minutes: 8,760 looks, and 1,460 sweeps of 35 calls
        (5, 30, 8_760 + 1_460 * 35),
        (1, 60, 43_800 + 730 * 35),
    ],
)
def test_the_schedules_own_calls(look: int, sweep: int, calls: int) -> None:
    assert cost_page.calls_a_month(look, sweep) == calls


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        # two keys at 1.00
        ("Two keys", ["2.00", "2.00", "2.00"]),
        # (300,000 + 59,860) x 1.7 KB = 0.6 GB at 0.50, and so on
        ("Events in the log group", ["0.31", "2.60", "25.55"]),
        # (300,000 + 59,860) / 100,000 x 2.00, and so on
        ("As a second trail, in addition", ["7.20", "61.20", "601.20"]),
    ],
)
def test_a_row_is_amount_times_price(row: str, cells: list[str]) -> None:
    (line,) = (each for each in PAGE.splitlines() if each.startswith(f"| {row} |"))

    assert [cell.strip() for cell in line.strip("|").split("|")][1:] == cells


def test_what_is_free_is_taken_off_once_and_never_below_nothing() -> None:
    prices = {"alarm": {"price": 0.10, "per": 1, "free": 10}}

    alarms = [cost_page.Item("", "alarm", number) for number in (9, 12)]

    assert [cost_page.cost(each, prices, free=True) for each in alarms] == [
        0.0,
        pytest.approx(0.20),
    ]
    assert cost_page.cost(alarms[0], prices, free=False) == pytest.approx(0.90)


def test_prices_have_a_date_and_say_how_they_are_known() -> None:
    prices = tomllib.loads(cost_page.PRICES.read_text(encoding="utf-8"))

    assert isinstance(prices.pop("as_of"), date)
    for each in prices.values():
        assert each["basis"]
        assert each["unit"]
