"""`trailkeeper cost`: what a person reads, what a program reads, and what cannot be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from trailkeeper.cli.__main__ import main

Ask = Callable[..., Result]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Asks for 300,000 events with settings, as a cdk.json has them."""

    def asked(settings: Any, *more: str, events: str = "300000") -> Result:
        file = tmp_path / "cdk.json"
        file.write_text(json.dumps({"context": {"trailkeeper": settings}}))
        arguments = ["cost", "--events", events, "--settings", str(file), *more]
        return CliRunner().invoke(main, arguments)

    return asked


def test_a_person_reads_items_sums_and_the_day_of_the_prices(ask: Ask) -> None:
    shown = ask({}).stdout

    rows = [line.split() for line in shown.splitlines()]
    assert ["Keys", "2", "2.00", "2.00"] in rows
    assert ["Alarms", "13", "1.30", "0.30"] in rows
    assert ["Sum", "7.89", "2.61"] in rows
    assert "as of 2026-11-20" in shown
    assert "another trail of management events, 7.12 more" in shown
    assert max(map(len, shown.splitlines())) <= 85


@pytest.mark.parametrize(
    ("settings", "sums"),
    [
        ({}, (7.89, 2.61)),
        ({"profile": "lean"}, (2.31, 0.24)),
        # What is given wins over the profile: one key, and its requests.
        ({"profile": "lean", "kms": True}, (3.44, 1.30)),
        # 14 alarms more, none of them free, and 15 metrics, of which eight are.
        ({"cis_alarms": True}, (13.79, 6.11)),
        # 356,526 events analysed for one type.
        ({"insight_types": ["ApiCallRateInsight"]}, (9.14, 3.86)),
        # Who invokes our own functions: 12,774 calls, in the trail and in the log group.
        ({"own_invocations": False}, (7.86, 2.59)),
        # 2,000,000 at 0.10 for 100,000 and 3.4 GB, of which some are free; files and requests.
        ({"s3_data_events": ["*"], "data_events_a_month": 2_000_000}, (11.91, 4.93)),
        # Nobody records them.
        ({"data_events_a_month": 2_000_000}, (7.89, 2.61)),
        # Three alarms, 16 metrics, and 37,854 files read.
        ({"count_deliveries": True}, (13.26, 5.50)),
    ],
)
def test_a_program_reads_the_same(
    ask: Ask, settings: dict[str, Any], sums: tuple[float, float]
) -> None:
    read = json.loads(ask(settings, "--json").stdout)

    assert (read["usd"], read["usd_after_free"]) == sums
    assert read["usd"] == pytest.approx(sum(each["usd"] for each in read["items"]), abs=0.01)
    assert (read["events"], read["currency"]) == (300_000, "USD")
    assert read["as_a_second_trail"]["in_the_sum"] is False


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"profile": "leen"}, 'profile: given "leen"; allowed: standard, lean'),
        ({"kms": "no"}, 'kms: given "no"; allowed: true or false'),
        ({"dashboard": 1}, "dashboard: given 1; allowed: true or false"),
        ({"sweep_minutes": 0}, "sweep_minutes: given 0; allowed: 1 to 720"),
        ({"sweep_minutes": True}, "sweep_minutes: given true; allowed: 1 to 720"),
        ({"kns": True}, "there is no setting kns; did you mean kms?"),
        ([1], "trailkeeper must be an object of settings"),
    ],
)
def test_settings_that_cannot_be_are_one_line(ask: Ask, settings: Any, said: str) -> None:
    result = ask(settings)

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("events", ["-1", "3e5", "many", "", str(10**13)])
def test_a_number_of_events_that_cannot_be_is_refused(ask: Ask, events: str) -> None:
    result = ask({}, events=events)

    assert result.exit_code == 2
    assert "'--events'" in result.stderr.splitlines()[-1]


def test_no_file_and_no_json_are_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "cdk.json"
    broken.write_text("{")
    for file in (tmp_path / "nothing.json", broken):
        arguments = ["cost", "--events", "1", "--settings", str(file)]
        result = CliRunner().invoke(main, arguments)

        assert result.exit_code in {1, 2}
        assert str(file) in result.stderr.splitlines()[-1]
