"""Histories of attacks on evidence and guard: in the end both are whole, and all of it was told.

One half at least can answer at any time, by its schedule; whoever takes both at once is told of by
an alarm, which needs neither.
"""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import currently_in_test_context, note
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.chaos.account import Mishap
from tests.chaos.guard_world import FORGED_CALLS, HALVES, OTHER, SCHEDULES, GuardWorld
from tests.chaos.history import AUTHOR, FATE, MISHAP, TECHNIQUES, History, playing
from tests.chaos.world import INNOCENT
from trailkeeper.environments.schedule import LOOK
from trailkeeper.evidence.names import EVIDENCE_STACK, RESPONSE_STACK, WATCHER_STACK
from trailkeeper.guards import techniques
from trailkeeper.guards.techniques.technique import Half, Technique

# What a machine puts right again, all of it.
_OF_GUARD = {
    (technique.id, half): technique
    for technique in techniques.TECHNIQUES
    for half in technique.against
    if technique.ends == "repaired" and technique.attack
    # They take both halves.
    if technique.id not in ("schedules-of-both-deleted", "rules-of-both-disabled")
    # Home is all there is in that account.
    if not any("REGION" in document for document in technique.documents)
}
# By what they leave different, first of all: a document with few attacks is attacked as often.
_BY_DOCUMENT: dict[Half, dict[str, list[str]]] = {half: {} for half in HALVES}
for (id_, half), technique in sorted(_OF_GUARD.items()):
    _BY_DOCUMENT[half].setdefault(technique.documents[0], []).append(id_)
_RUNS = [(half, schedule) for half in HALVES for schedule in SCHEDULES[half]]
_COMPARISONS = ("trailkeeper-guard", "trailkeeper-watch")
_LOOKS: dict[str, Half] = {name: half for half, name in _RUNS if SCHEDULES[half][name] == LOOK}
_OF_GUARD_STACKS = (RESPONSE_STACK, WATCHER_STACK)
_DEPLOYS = [(EVIDENCE_STACK, *_OF_GUARD_STACKS), _OF_GUARD_STACKS]
# Those that compare everything.
_SWEEPS = [(half, name) for half, name in _RUNS if SCHEDULES[half][name] != LOOK]


# On one half, as the other has to answer. Which they are, the seed and what came before decide: all
# are as likely, which what hypothesis draws of a long list is not.
_SEED = st.integers(0, 2**32)
_WRITES = st.integers(1, 12)


class GuardHistory(History):
    """Attacks on both, and whatever may happen to events and to the functions meanwhile."""

    world: GuardWorld

    def make_world(self, contain: Any) -> GuardWorld:
        return GuardWorld(contain=contain)

    def _attack(
        self, seed: int, author: str, half: Half | None = None
    ) -> list[tuple[Technique, Half]]:
        """Go for one half, any if it is not said, by some of the techniques that are known."""
        random = Random(f"{seed} {self.world.guard_calls}")
        half = half or random.choice(HALVES)
        every = [each for techniques in _BY_DOCUMENT[half].values() for each in techniques]
        attacks = random.sample(every, random.randint(0, 4))
        for each in random.sample(sorted(_BY_DOCUMENT[half]), random.randint(1, 5)):
            attacks.append(random.choice(_BY_DOCUMENT[half][each]))
        if currently_in_test_context():  # and not played again from a script
            note(f"# by seed {seed}: {attacks}")
        made = [(_OF_GUARD[each, half], half) for each in attacks]
        self.world.attack_guard(made, author)
        return made

    def _run(self, *schedules: str) -> None:
        for half, name in _RUNS:
            if name in schedules:
                self.world.run(half, name)

    @rule(seed=_SEED, author=AUTHOR, fate=FATE, mishap=MISHAP)
    def incident(self, seed: int, author: str, fate: str, mishap: Mishap | None) -> None:
        """Go for the guard; something goes wrong as it answers."""
        self._attack(seed, author)
        self.answer(fate, mishap, lambda: self._run(*_COMPARISONS))

    @rule(seed=_SEED, author=AUTHOR, look=st.sampled_from(sorted(_LOOKS)))
    def in_the_dark(self, seed: int, author: str, look: str) -> None:
        """Go for a half while no call raises an event; the other, which looks, has to see it."""
        self.world.attack(*TECHNIQUES["trail-stopped"], author)
        self.world.events.clear()
        self._attack(seed, author, OTHER[_LOOKS[look]])
        self._run(look)

    @rule(seed=_SEED, author=AUTHOR, writes=_WRITES, again=st.booleans())
    def cut_off(self, seed: int, author: str, writes: int, again: bool) -> None:
        """A run ends in the middle; what it had put back may be changed again during a deploy."""
        attacks = self._attack(seed, author)
        self.world.events.clear()
        self.world.faults.mishaps.append(Mishap("crash", writes))
        self._run(*_COMPARISONS)
        if again:
            self.world.clock.advance(150)
            self.world.attack_guard(attacks, author)
            self.world.events.clear()
            self.world.cloudformation.deploy(2, *_OF_GUARD_STACKS)
            self._run(*_COMPARISONS)

    @rule(
        seed=_SEED,
        author=AUTHOR,
        writes=st.integers(1, 6),
        stacks=st.sampled_from(_DEPLOYS),
    )
    def deploy_meanwhile(
        self, seed: int, author: str, writes: int, stacks: tuple[str, ...]
    ) -> None:
        """Somebody deploys after so many writes of the guard's answer."""
        self._attack(seed, author)
        self.world.faults.deploy = lambda: self.world.cloudformation.deploy(3, *stacks)
        self.world.faults.mishaps.append(Mishap("deploy", writes))
        self.world.deliver_all()
        self._run(*_COMPARISONS)

    @rule(
        seed=_SEED,
        author=AUTHOR,
        stacks=st.sampled_from(_DEPLOYS),
        at=st.sampled_from([*_OF_GUARD_STACKS, EVIDENCE_STACK]),
    )
    def deploy_before(self, seed: int, author: str, stacks: tuple[str, ...], at: str) -> None:
        """Somebody deploys before the guard answers, which it does when a deploy is at a stack."""
        self._attack(seed, author)
        self.world.cloudformation.deploy(3, *stacks)
        self.world.clock.advance(180 * stacks.index(at) + 20 if at in stacks else 0)
        self.world.deliver_all()
        self._run(*_COMPARISONS)

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


GuardHistory.TestCase.settings = playing(66, steps=4)
TestGuardHistories = GuardHistory.TestCase
