"""What is reserved for the functions: as decided where enough stays to others, or nothing."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE
from tests.guarded import ALERT_ENVIRON, HEAL_ENVIRON
from trailkeeper.evidence.drift import Change, Drift
from trailkeeper.evidence.functions import WATCHER
from trailkeeper.evidence.outcome import Outcome, Result
from trailkeeper.guards import guard_functions
from trailkeeper.guards.sides import heal_side
from trailkeeper.guards.watched import judging

HEAL, ALERT = "trailkeeper-heal", "trailkeeper-alert"


class Lambda:
    """Lambda, as far as concurrency goes; `others` is what other functions have reserved."""

    def __init__(self, quota: int, others: int = 0, **reserved: int) -> None:
        self.quota, self.others = quota, others
        self.reserved = {f"trailkeeper-{name}": value for name, value in reserved.items()}
        self.asked = 0

    def get_function_concurrency(self, *, FunctionName: str) -> dict[str, int]:
        found = self.reserved.get(FunctionName)
        return {} if found is None else {"ReservedConcurrentExecutions": found}

    def put_function_concurrency(
        self, *, FunctionName: str, ReservedConcurrentExecutions: int
    ) -> None:
        self.reserved[FunctionName] = ReservedConcurrentExecutions

    def delete_function_concurrency(self, *, FunctionName: str) -> None:
        del self.reserved[FunctionName]

    def get_account_settings(self) -> dict[str, Any]:
        self.asked += 1
        unreserved = self.quota - self.others - sum(self.reserved.values())
        limit = {"ConcurrentExecutions": self.quota, "UnreservedConcurrentExecutions": unreserved}
        return {"AccountLimit": limit}


def put_right(functions: Lambda, *, wanted: bool = True) -> Drift | None:
    """One comparison of the heal side; what was found, which is in order afterwards."""
    environ = replace(HEAL_ENVIRON, reserve_concurrency=wanted)
    guard = guard_functions.guard(heal_side(environ, ALERT_ENVIRON), judging(WATCHER.name))
    document = guard.document("concurrency")
    clients: Any = SimpleNamespace(functions=functions)
    found = guard.compare(document, clients, BASELINE)
    assert found is None or isinstance(found, Drift)
    if found is not None:
        guard.repair(clients, BASELINE, found)
        assert guard.compare(document, clients, BASELINE) is None
    return found


@pytest.mark.parametrize(
    ("functions", "reserved"),
    [
        (Lambda(1000), {HEAL: 200, ALERT: 50}),
        # 500 stay to others, and no one less.
        (Lambda(1000, others=250), {HEAL: 200, ALERT: 50}),
        (Lambda(1000, others=251), {HEAL: 200}),
        (Lambda(1000, others=301), {ALERT: 50}),
        # As a new account has it.
        (Lambda(10), {}),
        # What somebody took goes first, whatever is left.
        (Lambda(10, heal=0), {}),
        (Lambda(1000, heal=0, alert=0), {HEAL: 200, ALERT: 50}),
        (Lambda(1000, heal=1, alert=50), {HEAL: 200, ALERT: 50}),
        (Lambda(1000, heal=900), {HEAL: 200, ALERT: 50}),
        # What is reserved stays, however little others have left by now.
        (Lambda(1000, others=600, heal=200, alert=50), {HEAL: 200, ALERT: 50}),
    ],
)
def test_it_is_reserved_where_enough_stays_to_others(
    functions: Lambda, reserved: dict[str, int]
) -> None:
    put_right(functions)

    assert functions.reserved == reserved


def test_what_is_reserved_is_said_in_words_or_as_a_number() -> None:
    found = put_right(Lambda(1000, alert=7))

    assert found is not None
    assert found.changes == (
        Change("trailkeeper-alert", "7", "as deployed"),
        Change("trailkeeper-heal", "nothing reserved", "as deployed"),
    )


def test_nobody_is_asked_for_a_quota_once_it_is_reserved() -> None:
    functions = Lambda(1000, heal=200, alert=50)

    assert put_right(functions) is None
    assert functions.asked == 0


@pytest.mark.parametrize(
    ("functions", "reserved"),
    [
        (Lambda(1000), {}),
        (Lambda(1000, heal=7), {HEAL: 7}),
        (Lambda(1000, heal=0, alert=3), {ALERT: 3}),
    ],
)
def test_without_the_setting_people_reserve_what_they_like_but_nothing(
    functions: Lambda, reserved: dict[str, int]
) -> None:
    put_right(functions, wanted=False)

    assert (functions.reserved, functions.asked) == (reserved, 0)


@pytest.mark.parametrize(
    ("functions", "result", "quiet"),
    [
        (Lambda(1000), Result.HEALED, True),
        (Lambda(1000, alert=50), Result.HEALED, True),
        (Lambda(1000, heal=0), Result.HEALED, False),
        (Lambda(1000, heal=3, alert=50), Result.HEALED, False),
        (Lambda(1000), Result.FAILED, False),
    ],
)
def test_only_the_first_reservation_is_no_news(
    functions: Lambda, result: Result, *, quiet: bool
) -> None:
    found = put_right(functions)
    assert found is not None
    outcome = Outcome(found.guard, found.document, result, found.changes)

    assert guard_functions.only_reserves(outcome) is quiet
