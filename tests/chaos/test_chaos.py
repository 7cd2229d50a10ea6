"""Histories that nobody thought of: in the end the evidence is whole and all of it was told.

A failing history is printed as a script of the steps that lead there, the shortest one found.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.chaos.world import Event, World
from trailkeeper.detections import DETECTIONS
from trailkeeper.detections.detection import Detection
from trailkeeper.detections.proof import Technique
from trailkeeper.detections.techniques import PROOFS
from trailkeeper.environments.schedule import LOOK, SWEEP

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
PEOPLE = ("mallory", "alice")
INNOCENT = "bob"
# Operations of repairs and of reads, as both may be throttled.
_THROTTLED = (
    "start_logging",
    "get_trail_status",
    "update_trail",
    "create_trail",
    "put_event_selectors",
    "put_bucket_policy",
    "get_bucket_policy",
    "put_role_policy",
    "describe_log_groups",
    "put_item",
    "query",
)


class History(RuleBasedStateMachine):
    """Attacks on the evidence, and whatever may happen to events and to the guard meanwhile."""

    world: World
    throttled = 0

    @initialize(contain=st.sampled_from(["off", "deny"]))
    def deploy_everything(self, contain: Any) -> None:
        self.world = World(contain=contain)

    @rule(technique=st.sampled_from(sorted(TECHNIQUES)), author=st.sampled_from(PEOPLE))
    def attack(self, technique: str, author: str) -> None:
        self.world.attack(*TECHNIQUES[technique], author)

    @rule(author=st.sampled_from(PEOPLE), times=st.integers(1, 4))
    def keep_stopping(self, author: str, times: int) -> None:
        for _ in range(times):
            self.world.attack(*TECHNIQUES["trail-stopped"], author)
            self.world.deliver_all()

    @rule(technique=st.sampled_from(sorted(TECHNIQUES)), years=st.sampled_from([-1, 0, 10]))
    def forge(self, technique: str, years: int) -> None:
        self.world.forge(*TECHNIQUES[technique], INNOCENT, years)

    @rule(seconds=st.sampled_from([1, 20, 400, 3600]))
    def wait(self, seconds: int) -> None:
        self.world.clock.advance(seconds)

    @precondition(lambda self: self.world.events)
    @rule(number=st.integers(0, 9))
    def deliver(self, number: int) -> None:
        self.world.deliver(self.world.events.pop(number % len(self.world.events)))

    @precondition(lambda self: self.world.events)
    @rule(number=st.integers(0, 9))
    def lose(self, number: int) -> None:
        self.world.events.pop(number % len(self.world.events))

    @precondition(lambda self: self.world.events)
    @rule(number=st.integers(0, 9))
    def double(self, number: int) -> None:
        twin = self.world.events[number % len(self.world.events)]
        self.world.events.append(Event(twin.body))

    @rule()
    def look(self) -> None:
        self.world.deliver(Event(LOOK))

    @rule()
    def sweep(self) -> None:
        self.world.deliver(Event(SWEEP))

    @rule(operation=st.sampled_from(_THROTTLED), times=st.integers(1, 4))
    def throttle(self, operation: str, times: int) -> None:
        self.world.faults.throttled[operation] += times
        self.throttled += times

    @rule(writes=st.integers(1, 6))
    def crash(self, writes: int) -> None:
        self.world.faults.writes_until_crash = writes

    @rule(minutes=st.integers(1, 10))
    def deploy(self, minutes: int) -> None:
        self.world.cloudformation.deploy(minutes)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        world = self.world
        world.faults.throttled.clear()
        world.faults.writes_until_crash = None
        world.deliver_all()
        for _ in range(3):
            world.clock.advance(1800)
            world.deliver(Event(SWEEP))
            world.deliver_all()

        assert world.differing() == set()
        assert world.untold() == set()
        assert world.denied_by_the_truth == []
        if not self.throttled:  # a table that cannot be written stops no alert
            assert world.unexposed() == set()
        assert set(world.iam.contained) <= world.who_keeps_stopping()
        happened = len(world.made) + world.forged + self.throttled
        assert world.distinct_alerts() <= 3 * happened + 3


History.TestCase.settings = settings(
    max_examples=int(HISTORIES or 150),
    # The same histories each time; whoever asks for more gets new ones.
    derandomize=not HISTORIES,
    stateful_step_count=14,
    deadline=None,
    print_blob=False,
)
TestHistories = History.TestCase
