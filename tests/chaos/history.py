"""What any history consists of: attacks on the evidence, mishaps, and what must be true at its end.

A failing history is printed as a script of the steps that lead there, the shortest one found; with
NO_SHRINK=1 in the environment it is the first one, at once. To play it again, paste it into a test
of this folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.chaos.account import Mishap
from tests.chaos.world import INNOCENT, PEOPLE, World
from trailkeeper.detections import DETECTIONS
from trailkeeper.detections.detection import Detection
from trailkeeper.detections.proof import Technique
from trailkeeper.detections.techniques import PROOFS

SHRINK = not os.environ.get("NO_SHRINK")
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


STOP = "trail-stopped"
TECHNIQUE = st.sampled_from(sorted(TECHNIQUES))
AUTHOR = st.sampled_from(PEOPLE)
# What becomes of the events of an incident: they arrive before the next schedule, after it, or not.
FATE = st.sampled_from(["arrive", "come late", "are lost"])
MISHAP = st.one_of(
    st.none(),
    st.builds(Mishap, st.just("crash"), st.integers(1, 12)),
    st.builds(Mishap, st.just("deploy"), st.integers(0, 12)),
    st.builds(Mishap, st.just("swallow"), st.integers(1, 4)),
    st.builds(Mishap, st.just("throttle"), st.integers(1, 60), st.integers(1, 4)),
)


class History(RuleBasedStateMachine):
    """Attacks on the evidence, and whatever may happen to events and to the guard meanwhile."""

    world: World

    def make_world(self, contain: Any) -> World:
        """The account that it happens to."""
        return World(contain=contain)

    def sweep_once(self) -> None:
        """Let every schedule come that compares everything."""
        raise NotImplementedError

    def judge(self) -> None:
        """Hold the end against the truth."""
        world = self.world
        assert world.denied_by_the_truth == []
        assert world.differing() == set()
        assert world.untold() == set()
        if not world.has_forgotten():
            assert world.unexposed() == set()
        assert set(world.iam.contained) <= world.who_keeps_stopping()

    @initialize(contain=st.sampled_from(["off", "deny"]))
    def deploy_everything(self, contain: Any) -> None:
        self.world = self.make_world(contain)

    @rule(techniques=st.lists(TECHNIQUE, min_size=1, max_size=3, unique=True), author=AUTHOR)
    def attack(self, techniques: list[str], author: str) -> None:
        for each in techniques:
            self.world.attack(*TECHNIQUES[each], author)

    @rule(author=AUTHOR, times=st.integers(2, 4))
    def keep_stopping(self, author: str, times: int) -> None:
        for _ in range(times):
            self.world.attack(*TECHNIQUES[STOP], author)
            self.world.deliver_all()

    @rule(author=AUTHOR, times=st.integers(3, 4))
    def blame(self, author: str, times: int) -> None:
        """One stops the trail again and again, and sends events that say somebody else does."""
        for _ in range(times):
            self.world.attack(*TECHNIQUES[STOP], author)
            self.world.events.clear()
            self.world.forge(*TECHNIQUES[STOP], INNOCENT, 0)
            self.world.deliver_all()

    @rule(times=st.integers(3, 4), apart=st.sampled_from([1, 5, 15]))
    def multiply(self, times: int, apart: int) -> None:
        """One stop, and events that say that it was several, some seconds after each other."""
        self.world.attack(*TECHNIQUES[STOP], "mallory")
        self.world.events.clear()
        for number in range(times):
            self.world.forge(*TECHNIQUES[STOP], INNOCENT, 0, seconds=-number * apart)
        self.world.deliver_all()

    @rule(
        technique=TECHNIQUE,
        years=st.sampled_from([-1, 0, 10]),
        made_by=st.sampled_from([None, *PEOPLE]),
    )
    def forge(self, technique: str, years: int, made_by: str | None) -> None:
        self.world.forge(*TECHNIQUES[technique], INNOCENT, years, made_by)

    @rule(seconds=st.sampled_from([1, 20, 400, 3600]))
    def wait(self, seconds: int) -> None:
        self.world.clock.advance(seconds)

    @precondition(lambda self: self.world.events)
    @rule(number=st.integers(0, 9))
    def deliver(self, number: int) -> None:
        self.world.deliver(self.world.events.pop(number % len(self.world.events)))

    @precondition(lambda self: self.world.events)
    @rule(number=st.integers(0, 9))
    def double(self, number: int) -> None:
        self.world.events.append(self.world.events[number % len(self.world.events)].twin())

    @rule(minutes=st.integers(1, 5))
    def deploy(self, minutes: int) -> None:
        self.world.cloudformation.deploy(minutes)

    def answer(self, fate: str, mishap: Mishap | None, run: Callable[[], None]) -> None:
        """Let the guard answer what was done, when this becomes of the events."""
        world = self.world
        if mishap is not None:
            # A copy: hypothesis prints what it gave.
            world.faults.mishaps.append(replace(mishap))
            world.faults.deploy = lambda: world.cloudformation.deploy(minutes=3)
            if mishap.kind == "deploy" and not mishap.after:
                world.faults.after_write()
        if fate == "are lost":
            world.events.clear()
        if fate == "arrive":
            world.deliver_all()
        run()
        world.deliver_all()

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
        phases=(Phase.generate, Phase.shrink) if SHRINK else (Phase.generate,),
        print_blob=False,
    )
