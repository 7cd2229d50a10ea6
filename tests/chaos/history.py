"""What any history consists of: attacks on the evidence, mishaps, and what must be true at its end.

A failing history is printed as a script of the steps that lead there, the shortest one found. To
play it again, paste it below an import of its class.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.chaos.world import INNOCENT, PEOPLE, World
from trailkeeper.detections import DETECTIONS
from trailkeeper.detections.detection import Detection
from trailkeeper.detections.proof import Technique
from trailkeeper.detections.techniques import PROOFS

HISTORIES = os.environ.get("HISTORIES", "")

_DETECTIONS: Mapping[str, Detection] = {each.id: each for each in DETECTIONS}
# What a machine may put right again, all of it, without anybody in another account.
TECHNIQUES: Mapping[str, tuple[Detection, Technique, Any]] = {
    technique.id: (_DETECTIONS[id_], technique, proof.example.parameters)
    for id_, proof in PROOFS.items()
    for technique in proof.techniques
    if technique.attack and not technique.undo and technique.outcome == "healed"
    # That protection is missing after a deploy is what the deploy leaves to the first run.
    if technique.id != "log-group-unprotected"
    if technique.documents and not technique.documents[0].startswith("other-trails")
}


class History(RuleBasedStateMachine):
    """Attacks on the evidence, and whatever may happen to events and to the guard meanwhile."""

    world: World
    throttled = 0

    def make_world(self, contain: Any) -> World:
        """The account that it happens to."""
        return World(contain=contain)

    def sweep_once(self) -> None:
        """Let every schedule come, the longest times between them."""
        raise NotImplementedError

    def judge(self) -> None:
        """Hold the end against the truth."""
        world = self.world
        assert world.denied_by_the_truth == []
        assert world.differing() == set()
        assert world.untold() == set()
        if not self.throttled:  # a table that cannot be written stops no alert
            assert world.unexposed() == set()
        assert set(world.iam.contained) <= world.who_keeps_stopping()

    @initialize(contain=st.sampled_from(["off", "deny"]))
    def deploy_everything(self, contain: Any) -> None:
        self.world = self.make_world(contain)

    @rule(technique=st.sampled_from(sorted(TECHNIQUES)), author=st.sampled_from(PEOPLE))
    def attack(self, technique: str, author: str) -> None:
        self.world.attack(*TECHNIQUES[technique], author)

    @rule(author=st.sampled_from(PEOPLE), times=st.integers(1, 4))
    def keep_stopping(self, author: str, times: int) -> None:
        for _ in range(times):
            self.world.attack(*TECHNIQUES["trail-stopped"], author)
            self.world.deliver_all()

    @rule(
        technique=st.sampled_from(sorted(TECHNIQUES)),
        years=st.sampled_from([-1, 0, 10]),
        made_by=st.sampled_from([None, *PEOPLE]),
        times=st.sampled_from([1, 1, 3]),
    )
    def forge(self, technique: str, years: int, made_by: str | None, times: int) -> None:
        for _ in range(times):
            self.world.forge(*TECHNIQUES[technique], INNOCENT, years, made_by)

    @rule(seconds=st.sampled_from([1, 20, 400, 3600]))
    def wait(self, seconds: int) -> None:
        self.world.clock.advance(seconds)

    @precondition(lambda self: self.world.events)
    @rule(number=st.integers(0, 9))
    def deliver(self, number: int) -> None:
        self.world.deliver(self.world.events.pop(number % len(self.world.events)))

    @precondition(lambda self: self.world.events)
    @rule()
    def deliver_all(self) -> None:
        self.world.deliver_all()

    @precondition(lambda self: self.world.events)
    @rule(number=st.integers(0, 9))
    def lose(self, number: int) -> None:
        self.world.events.pop(number % len(self.world.events))

    @precondition(lambda self: self.world.events)
    @rule(number=st.integers(0, 9))
    def double(self, number: int) -> None:
        self.world.events.append(self.world.events[number % len(self.world.events)].twin())

    @rule(writes=st.integers(1, 6))
    def crash(self, writes: int) -> None:
        self.world.faults.writes_until_crash = writes

    @rule(minutes=st.integers(1, 5))
    def deploy(self, minutes: int) -> None:
        self.world.cloudformation.deploy(minutes)

    def _throttle(self, operation: str, times: int) -> None:
        self.world.faults.throttled[operation] += times
        self.throttled += times

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        world = self.world
        world.faults.end()
        world.deliver_all()
        for _ in range(3):
            world.clock.advance(1800)
            self.sweep_once()
            world.deliver_all()
        self.judge()
        told = len(world.alerts)
        world.clock.advance(1800)
        self.sweep_once()
        assert [each.dedup_key for _, each in world.alerts[told:]] == []


def playing(histories: int, steps: int) -> settings:
    """So many histories of so many steps, or as many as `HISTORIES` says."""
    return settings(
        max_examples=int(HISTORIES or histories),
        # The same histories each time; whoever asks for more gets new ones.
        derandomize=not HISTORIES,
        stateful_step_count=steps,
        deadline=None,
        print_blob=False,
    )
