"""Histories of attacks on evidence and guard: in the end both are whole, and all of it was told.

One half at least can answer at any time, by its schedule; whoever takes both at once is told of by
an alarm, which needs neither.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.chaos.account import Mishap
from tests.chaos.guard_world import FORGED_CALLS, HALVES, SCHEDULES, GuardWorld
from tests.chaos.history import AUTHOR, FATE, MISHAP, TECHNIQUES, History, playing
from tests.chaos.world import INNOCENT
from trailkeeper.environments.schedule import LOOK
from trailkeeper.guards import techniques
from trailkeeper.guards.techniques.technique import Half

# What a machine puts right again, all of it.
_OF_GUARD = {
    (technique.id, half): technique
    for technique in techniques.TECHNIQUES
    for half in technique.against
    if technique.ends == "repaired"
    # They take both halves.
    if technique.id not in ("schedules-of-both-deleted", "rules-of-both-disabled")
}
_RUNS = [(half, schedule) for half in HALVES for schedule in SCHEDULES[half]]
# Those that compare everything.
_SWEEPS = [(half, name) for half, name in _RUNS if SCHEDULES[half][name] != LOOK]
_ATTACKS = st.lists(st.sampled_from(sorted(_OF_GUARD)), min_size=1, max_size=12, unique=True)


class GuardHistory(History):
    """Attacks on both, and whatever may happen to events and to the functions meanwhile."""

    world: GuardWorld

    def make_world(self, contain: Any) -> GuardWorld:
        return GuardWorld(contain=contain)

    def _attack(self, attacks: list[tuple[str, Half]], author: str) -> None:
        self.world.attack_guard([(_OF_GUARD[each], each[1]) for each in attacks], author)

    @rule(
        attacks=_ATTACKS,
        author=AUTHOR,
        dark=st.booleans(),
        fate=FATE,
        mishap=MISHAP,
        runs=st.lists(st.sampled_from(_RUNS), min_size=1, max_size=3),
    )
    def incident(
        self,
        attacks: list[tuple[str, Half]],
        author: str,
        dark: bool,
        fate: str,
        mishap: Mishap | None,
        runs: list[tuple[Half, str]],
    ) -> None:
        """Go for the guard, perhaps in the dark; the events' fate, then a mishap as it answers."""
        if dark:
            self.world.attack(*TECHNIQUES["trail-stopped"], author)
            self.world.events.clear()
        self._attack(attacks, author)

        def run() -> None:
            for each in runs:
                self.world.run(*each)

        self.answer(fate, mishap, run)

    @rule(attacks=_ATTACKS, author=AUTHOR)
    def attack_the_guard(self, attacks: list[tuple[str, Half]], author: str) -> None:
        self._attack(attacks, author)

    @rule(operation=st.sampled_from(FORGED_CALLS))
    def forge_against_the_guard(self, operation: str) -> None:
        self.world.forge_guard(operation, INNOCENT)

    @rule(run=st.sampled_from(_RUNS))
    def run(self, run: tuple[Half, str]) -> None:
        self.world.run(*run)

    def sweep_once(self) -> None:
        for each in _SWEEPS:
            self.world.run(*each)

    def judge(self) -> None:
        super().judge()
        world = self.world
        assert [world.guard_differing(half) for half in HALVES] == [set(), set()]
        assert world.guard_untold() == set()
        assert world.told_too_often() == {}


GuardHistory.TestCase.settings = playing(80, steps=5)
TestGuardHistories = GuardHistory.TestCase
