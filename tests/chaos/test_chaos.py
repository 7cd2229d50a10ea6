"""Histories that nobody thought of: in the end the evidence is whole and all of it was told."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.chaos.account import Mishap
from tests.chaos.history import (
    AUTHOR,
    FATE,
    MISHAP,
    TECHNIQUE,
    TECHNIQUES,
    History,
    playing,
)
from tests.chaos.world import Event
from trailkeeper.environments.schedule import LOOK, SWEEP

_SCHEDULES = {"look": LOOK, "sweep": SWEEP}


class EvidenceHistory(History):
    """Attacks on the evidence, with the half of the guard that heals it."""

    @rule(
        techniques=st.lists(
            st.sampled_from(sorted(TECHNIQUES)), min_size=1, max_size=3, unique=True
        ),
        author=AUTHOR,
        fate=FATE,
        mishap=MISHAP,
        schedule=st.sampled_from(sorted(_SCHEDULES)),
    )
    def incident(
        self, techniques: list[str], author: str, fate: str, mishap: Mishap | None, schedule: str
    ) -> None:
        for each in techniques:
            self.world.attack(*TECHNIQUES[each], author)
        self.answer(fate, mishap, lambda: self.world.deliver(Event(_SCHEDULES[schedule])))

    @rule(
        techniques=st.lists(
            st.sampled_from(sorted(TECHNIQUES)), min_size=1, max_size=4, unique=True
        ),
        stopped=st.booleans(),
        writes=st.integers(0, 6),
    )
    def cut_off(self, techniques: list[str], stopped: bool, writes: int) -> None:
        """A sweep of what no event tells of ends after so many writes, or (0) before it tells."""
        for each in [*techniques, *(["trail-stopped"] if stopped else [])]:
            self.world.attack(*TECHNIQUES[each], "mallory")
        self.world.events.clear()
        self.world.faults.mishaps.append(Mishap("crash", writes) if writes else Mishap("mute", 1))
        self.world.deliver(Event(SWEEP))
        self.world.deliver_all()

    @rule(technique=TECHNIQUE, writes=st.integers(1, 2), times=st.integers(1, 4))
    def crowd(self, technique: str, writes: int, times: int) -> None:
        """So many call a service that it refuses what the guard writes for a while."""
        self.world.attack(*TECHNIQUES[technique], "mallory")
        self.world.faults.mishaps.append(Mishap("throttle writes", writes, times))
        self.sweep_once()

    @rule(author=AUTHOR, seconds=st.sampled_from([30, 300]))
    def go_dark(self, author: str, seconds: int) -> None:
        """A stop is over before anybody looks."""
        self.world.go_dark(author, seconds)
        self.world.clock.advance(900)
        self.world.deliver(Event(LOOK))

    @rule(schedule=st.sampled_from(sorted(_SCHEDULES)))
    def run(self, schedule: str) -> None:
        self.world.deliver(Event(_SCHEDULES[schedule]))

    def sweep_once(self) -> None:
        self.world.deliver(Event(SWEEP))

    def judge(self) -> None:
        super().judge()
        world = self.world
        happened = len(world.made) + world.forged + world.faults.struck
        assert world.distinct_alerts() <= 3 * happened + 3


EvidenceHistory.TestCase.settings = playing(90, steps=6)
TestHistories = EvidenceHistory.TestCase
