"""How many calls wait for event history, for how long, and how many are asked for at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE, NOW, refused
from trailkeeper.alerts.alert import Alert
from trailkeeper.events.event import Actor, ApiCall
from trailkeeper.reconcile.confirming import Confirming
from trailkeeper.state.heal_items import ForgedTold, Unconfirmed

WHO = "arn:aws:iam::111122223333:user/mallory"


@dataclass
class Table:
    """The calls that wait, whatever they are asked for by; and what it was asked."""

    waiting: list[Unconfirmed]
    asked: list[tuple[datetime, datetime, int]] = field(default_factory=list)
    told: ForgedTold | None = None

    def unconfirmed(self, since: datetime, until: datetime, most: int) -> tuple[Unconfirmed, ...]:
        self.asked.append((since, until, most))
        return tuple(self.waiting[:most])

    def expect(self, call: Unconfirmed) -> None:
        self.waiting.append(call)

    def confirmed(self, at: datetime, event_id: str) -> None:
        self.waiting = [each for each in self.waiting if each.event_id != event_id]

    def forged_told(self) -> ForgedTold | None:
        return self.told

    def remember_forged(self, told: ForgedTold) -> None:
        self.told = told


class NoCall:
    """A history that has none of the calls."""

    def call_of(self, *_: str) -> None:
        return None


def waiting(number: int, minutes: float = 0) -> list[Unconfirmed]:
    at = NOW - timedelta(minutes=minutes)
    return [
        Unconfirmed(at, f"e{each}", "StopLogging", "user mallory", WHO, "us-east-1")
        for each in range(number)
    ]


def confirming(table: Table, told: list[Alert]) -> Confirming:
    history: Any = NoCall()
    store: Any = table
    return Confirming(
        "f", BASELINE, history, store, lambda: NOW, told.append, lambda what, _: pytest.fail(what)
    )


def call(event_id: str) -> ApiCall:
    return ApiCall(event_id=event_id, name="StopLogging", actor=Actor(principal_arn=WHO))


@pytest.mark.parametrize(("before", "after"), [(0, 1), (49, 50), (50, 50), (60, 60)])
def test_fifty_wait_at_most(before: int, after: int) -> None:
    table = Table(waiting(before))

    confirming(table, []).expect(call("new"))

    assert len(table.waiting) == after
    assert table.asked == [(NOW - timedelta(minutes=30), NOW, 50)]


def test_an_event_that_comes_twice_waits_once() -> None:
    table = Table([])

    for event_id in ("e", "e", "i" * 100, "i" * 101):
        confirming(table, []).expect(call(event_id))

    assert [each.event_id for each in table.waiting] == ["e", "i" * 100]


@pytest.mark.parametrize(("minutes", "told"), [(29.9, 0), (30, 10), (60, 10)])
def test_ten_of_the_last_day_are_asked_for_and_told_after_half_an_hour(
    minutes: float, told: int
) -> None:
    table, alerts = Table(waiting(12, minutes)), list[Alert]()

    confirming(table, alerts).check()

    assert table.asked == [(NOW - timedelta(days=1), NOW, 10)]
    assert [each.what.params for each in alerts] == ([{"count": told}] if told else [])
    assert len(table.waiting) == 12 - told


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("unconfirmed", ["a call will not be looked up", "no word of the event history"]),
        ("expect", ["a call will not be looked up"]),
        ("confirmed", ["a call will be looked up again"]),
    ],
)
def test_a_table_that_does_not_answer_is_noted_and_stops_nothing(
    broken: str, said: list[str]
) -> None:
    def refuse(*_: object) -> None:
        raise refused("InternalServerError")

    table, heard, alerts = Table(waiting(1, 60)), list[str](), list[Alert]()
    setattr(table, broken, refuse)
    failing = replace(confirming(table, alerts), failed=lambda what, _: heard.append(what))

    failing.expect(call("new"))
    failing.check()

    assert heard == said
    assert len(alerts) == (0 if broken == "unconfirmed" else 1)


@pytest.mark.parametrize(
    ("name", "arn", "made_by"),
    [
        ("StopLogging", WHO, None),
        ("StopLogging", f"{WHO}-else", "user alice (StopLogging)"),
        ("StartLogging", WHO, "user alice (StartLogging)"),
    ],
)
def test_what_the_history_has_is_over_at_once_and_told_if_it_was_somebody_else(
    name: str, arn: str, made_by: str | None
) -> None:
    actor = Actor(kind="IAMUser", name="alice", principal_arn=arn)
    real = ApiCall(event_id="e0", name=name, source="cloudtrail.amazonaws.com", actor=actor)
    history: Any = SimpleNamespace(call_of=lambda *_: real)
    table, alerts = Table(waiting(1, 1)), list[Alert]()

    replace(confirming(table, alerts), history=history).check()

    assert table.waiting == []
    told = [
        each.params["real"] for alert in alerts for each in alert.story if "real" in each.params
    ]
    assert told == ([made_by] if made_by else [])


def at(table: Table, told: list[Alert], minutes: float) -> None:
    """A check so many minutes later."""
    now = NOW + timedelta(minutes=minutes)
    replace(confirming(table, told), now=lambda: now).check()


def counts(told: list[Alert]) -> list[object]:
    return [each.what.params["count"] for each in told]


def test_what_nobody_made_is_told_at_once_and_the_rest_of_the_hour_together() -> None:
    table, told = Table(waiting(30, 60)), list[Alert]()

    at(table, told, 0)
    assert counts(told) == [10]
    assert table.told == ForgedTold(NOW)
    at(table, told, 5)
    at(table, told, 59.9)
    assert counts(told) == [10]
    at(table, told, 60)
    at(table, told, 61)

    assert counts(told) == [10, 20]
    # Five are kept by name, which is as many as are shown.
    assert len(told[1].facts) == 5 + 1


def test_one_that_comes_as_the_hour_is_over_is_told_with_those_that_were_kept() -> None:
    table, told = Table(waiting(11, 60)), list[Alert]()
    at(table, told, 0)
    at(table, told, 1)
    table.waiting = [replace(waiting(1, 60)[0], event_id="late")]

    at(table, told, 60)

    assert counts(told) == [10, 2]
    assert "late" in told[1].to_json()
    assert "e10" in told[1].to_json()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("forged_told", "no word of what was told of calls that nobody made"),
        ("remember_forged", "calls that nobody made may be told again"),
    ],
)
def test_what_cannot_be_remembered_is_told_each_time(broken: str, said: str) -> None:
    def refuse(*_: object) -> None:
        raise refused("InternalServerError")

    table, heard, told = Table(waiting(20, 60), told=ForgedTold(NOW)), list[str](), list[Alert]()
    setattr(table, broken, refuse)
    now = NOW + timedelta(minutes=1)
    failing = replace(
        confirming(table, told), failed=lambda what, _: heard.append(what), now=lambda: now
    )

    failing.check()
    failing.check()

    assert counts(told) == [10, 10]
    assert heard == [said, said]
