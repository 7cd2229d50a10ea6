"""Histories of attacks on evidence and guard: in the end both are whole, and all of it was told.

One half at least can answer at any time, by its schedule; whoever takes both at once is told of by
an alarm, which needs neither.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.chaos.guard_world import FORGED_CALLS, HALVES, SCHEDULES, GuardWorld
from tests.chaos.history import History, playing
from tests.chaos.world import INNOCENT, PEOPLE
from trailkeeper.guards.techniques import TECHNIQUES
from trailkeeper.guards.techniques.technique import Half

# What a machine puts right again, all of it.
_OF_GUARD = {
    (technique.id, half): technique
    for technique in TECHNIQUES
    for half in technique.against
    if technique.ends == "repaired"
    # They take both halves.
    if technique.id not in ("schedules-of-both-deleted", "rules-of-both-disabled")
}
_RUNS = [(half, schedule) for half in HALVES for schedule in SCHEDULES[half]]
_THROTTLED = (
    *("put_rule", "put_targets", "update_schedule", "update_alias", "put_role_policy"),
    *("set_queue_attributes", "put_metric_alarm", "describe_stacks", "get_alias", "start_logging"),
    *("put_item", "query"),
)
_SWALLOWED = (
    *("put_rule", "put_targets", "update_schedule", "update_alias", "put_role_policy"),
    *("set_queue_attributes", "put_metric_alarm", "delete_function_concurrency", "start_logging"),
)


class GuardHistory(History):
    """Attacks on both, and whatever may happen to events and to the functions meanwhile."""

    world: GuardWorld

    def make_world(self, contain: Any) -> GuardWorld:
        return GuardWorld(contain=contain)

    @rule(
        attacks=st.lists(st.sampled_from(sorted(_OF_GUARD)), min_size=1, max_size=8, unique=True),
        author=st.sampled_from(PEOPLE),
    )
    def attack_the_guard(self, attacks: list[tuple[str, Half]], author: str) -> None:
        for each in attacks:
            self.world.attack_guard(_OF_GUARD[each], each[1], author)

    @rule(operation=st.sampled_from(FORGED_CALLS))
    def forge_against_the_guard(self, operation: str) -> None:
        self.world.forge_guard(operation, INNOCENT)

    @rule(run=st.sampled_from(_RUNS))
    def run(self, run: tuple[Half, str]) -> None:
        self.world.run(*run)

    @rule(operation=st.sampled_from(_THROTTLED), times=st.integers(1, 4))
    def throttle(self, operation: str, times: int) -> None:
        self._throttle(operation, times)

    @rule(operation=st.sampled_from(_SWALLOWED))
    def swallow(self, operation: str) -> None:
        self.world.faults.swallowed[operation] += 1

    @rule(writes=st.integers(1, 6), minutes=st.integers(1, 5))
    def deploy_in_between(self, writes: int, minutes: int) -> None:
        self.world.faults.writes_until_deploy = writes
        self.world.faults.deploy = lambda: self.world.cloudformation.deploy(minutes)

    def sweep_once(self) -> None:
        for half, schedule in _RUNS:
            self.world.run(half, schedule)

    def judge(self) -> None:
        super().judge()
        world = self.world
        assert [world.guard_differing(half) for half in HALVES] == [set(), set()]
        assert world.guard_untold() == set()
        assert world.told_too_often() == {}


GuardHistory.TestCase.settings = playing(40, steps=14)
TestGuardHistories = GuardHistory.TestCase
