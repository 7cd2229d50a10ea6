"""A month's bill: amounts and sums that a person works out by hand."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

import trailkeeper.cost
from trailkeeper.cli.setting_names import DEFAULTS
from trailkeeper.cost.bill import Charged, bill, charged_by, second_trail
from trailkeeper.cost.prices import Price

PRICES = Path(trailkeeper.cost.__file__).with_name("prices.toml")
LEAN = Charged(kms=False, alerts_key=False, dashboards=0, alarms=10)


def usd(charged: Charged, events: int = 300_000) -> dict[str, float]:
    return {each.words: round(each.usd, 2) for each in bill(events, charged)}


@pytest.mark.parametrize(
    ("look", "sweep", "calls"),
    [
        # 43,800 minutes: 8,760 looks, and 1,460 sweeps of 34 calls
        (5, 30, 8_760 + 1_460 * 34),
        (1, 60, 43_800 + 730 * 34),
    ],
)
def test_the_schedules_own_calls(look: int, sweep: int, calls: int) -> None:
    alone = Charged(look_minutes=look, sweep_minutes=sweep, watcher=False)

    assert alone.own_calls == calls


def test_what_is_not_there_is_not_asked_for() -> None:
    """Four documents of the key; the trail's tags and insights; the bucket's Object Lock."""
    assert Charged(kms=False).sweep_calls == 30 - 4
    assert Charged(tags=True).sweep_calls == 30 + 1
    assert Charged(insight_types=2).sweep_calls == 30 + 1
    assert Charged(object_lock=True).sweep_calls == 30 + 1
    # Who gets alerts, two; a pause; whether the alarm on charges has data.
    assert Charged(watcher=False).sweep_calls == 30 + 4
    assert Charged(watcher=False, billing_alarm=False).sweep_calls == 30 + 3


def test_the_month_of_a_small_account() -> None:
    assert usd(Charged()) == {
        "Keys": 2.00,
        # 37,843 files and 730 sweeps of 4 at 0.03 for 10,000
        "Requests to the keys": 0.12,
        # 36,000 of a quiet account and 368,570 events / 200, at 0.005 for 1,000
        "Writing log files": 0.19,
        "Keeping log files": 0.01,
        # 368,570 x 1.7 KB = 0.63 GB at 0.50
        "Events in the log group": 0.31,
        "Keeping them there": 0.03,
        # 8,760 looks, 730 sweeps and 3,284 runs of the halves at 0.10 for 100,000
        "Data events": 0.01,
        "Alarms": 1.30,
        "Heartbeats and other metrics": 0.60,
        "Dashboard": 3.00,
        "Schedules": 0.01,
        "Functions": 0.04,
        "Queues": 0.26,
    }


def test_lean_stays_under_a_dollar_for_what_is_charged_by_use() -> None:
    found = usd(LEAN)
    counted = {"Alarms", "Heartbeats and other metrics"}

    assert not {"Keys", "Requests to the keys", "Dashboard"} & set(found)
    assert sum(each for words, each in found.items() if words not in counted) < 1.00
    assert sum(each.usd_after_free for each in bill(300_000, LEAN)) == pytest.approx(0.24, abs=0.01)


def test_insights_are_charged_for_each_type() -> None:
    # 356,526 events at 0.35 for 100,000, twice
    assert usd(Charged(insight_types=2))["CloudTrail Insights"] == 2.5


def test_data_events_are_charged_twice_and_never_as_a_second_trail() -> None:
    none, some = Charged(own_invocations=False), Charged(data_events=1_000_000)

    assert "Data events" not in usd(none)
    # 1,012,774 at 0.10 for 100,000
    assert usd(some)["Data events"] == 1.01
    # 1,012,774 x 1.7 KB = 1.722 GB at 0.50
    more = usd(some)["Events in the log group"] - usd(none)["Events in the log group"]
    assert more == pytest.approx(0.86, abs=0.011)
    assert second_trail(300_000, some).usd == second_trail(300_000, none).usd
    # Insights analyses management events.
    assert usd(Charged(insight_types=2, data_events=1_000_000))["CloudTrail Insights"] == 2.5


def test_counting_log_files_is_charged_by_the_file() -> None:
    """37,850 files, each of them an event, a read, a request to the key and a write."""
    found, without = usd(Charged(count_deliveries=True)), usd(Charged())

    # at 1.00 for a million, 0.0004 for 1,000 and 0.625 for a million
    assert found["Events of delivered files"] == 0.04
    assert found["Reading delivered files"] == 0.02
    assert found["Remembering which"] == 0.02
    # at 0.03 for 10,000
    keys = "Requests to the keys"
    assert found[keys] - without[keys] == pytest.approx(0.11, abs=0.011)


def test_settings_that_cost_more_are_in_the_bill() -> None:
    def charged(**given: object) -> Charged:
        return charged_by({**DEFAULTS, **given})

    assert charged(count_deliveries=True).alarms - charged().alarms == 3
    assert charged(count_deliveries=True).metrics > charged().metrics
    assert charged(own_invocations=False).own_invocations is False
    named = {"lambda_data_events": ["billing"], "data_events_a_month": 5_000}
    assert charged(**named).data_events == 5_000
    assert charged(data_events_a_month=5_000).data_events == 0
    assert charged(s3_data_events=["*"]).data_events == 0


def test_what_is_kept_for_a_month_costs_a_twelfth_of_a_year() -> None:
    short = Charged(log_retention_days=30, kept_days=30)
    year = bill(30_000_000, Charged())
    month = bill(30_000_000, short)

    for words in ("Keeping log files", "Keeping them there"):
        (of_year,) = (each.usd for each in year if each.words == words)
        (of_month,) = (each.usd for each in month if each.words == words)
        assert of_month == pytest.approx(of_year / 12, rel=0.02)


def test_a_second_trail_is_charged_for_every_event() -> None:
    # (300,000 + 55,796) / 100,000 x 2.00
    assert second_trail(300_000, Charged()).usd == pytest.approx(7.11592)


def test_what_is_free_is_taken_off_once_and_never_below_nothing() -> None:
    alarm = Price(price=0.10, per=1, unit="alarms", basis="", free=10)

    assert [alarm.usd(number, after_free=True) for number in (9, 12)] == [
        0.0,
        pytest.approx(0.20),
    ]
    assert alarm.usd(9, after_free=False) == pytest.approx(0.90)


def test_prices_have_a_date_and_say_how_they_are_known() -> None:
    prices = tomllib.loads(PRICES.read_text(encoding="utf-8"))

    assert isinstance(prices.pop("as_of"), date)
    for each in prices.values():
        assert each["basis"]
        assert each["unit"]


def test_charges_that_nobody_watches_cost_nothing_to_watch() -> None:
    watched = {**DEFAULTS, "home_region": "eu-central-1"}
    unwatched = {**watched, "billing_alarm_usd": None}

    # The evidence's key, that of the alerts, and one for the alarm's topic in us-east-1.
    assert charged_by(watched).keys == 3
    assert charged_by(unwatched).keys == 2
    assert charged_by({**unwatched, "monthly_budget_usd": 500}).keys == 3
    assert charged_by({**watched, "alerts_key": False}).keys == 1
    assert charged_by(DEFAULTS).keys == 2
    assert charged_by(watched).alarms - charged_by(unwatched).alarms == 1
    assert charged_by(watched).seldom_calls - charged_by(unwatched).seldom_calls == 1


def test_the_other_half_of_the_guard_costs_less_than_was_promised() -> None:
    """A dollar in an account with one trail; what all schedules call is in test_calls."""
    both = charged_by(DEFAULTS)
    alone = charged_by({**DEFAULTS, "watcher": False})

    # 2,920 looks of the watcher at the trail, 182 comparisons of both halves in 118 calls, with 4
    # that come with a sweep where there is no watcher, and three for each of 4 signs of life.
    assert both.guard_calls == 2_920 + 182 * (118 + 4) + 4 * 3
    assert both.own_calls - alone.own_calls == both.guard_calls - 730 * 4
    assert both.alarms - alone.alarms == 3
    month, before = (sum(each.usd for each in bill(300_000, one)) for one in (both, alone))
    assert 0 < month - before < 1.00
