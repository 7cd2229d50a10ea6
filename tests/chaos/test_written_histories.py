"""Histories that a person wrote: each is of steps that chance brings together seldom.

What must be true meanwhile and at the end is what any history is held against.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest

from tests.chaos.account import Kind, Mishap
from tests.chaos.guard_world import HALVES, OTHER, GuardWorld
from tests.chaos.history import STOP, TECHNIQUES, History
from tests.chaos.test_chaos import EvidenceHistory
from tests.chaos.test_guard_chaos import GuardHistory
from tests.chaos.world import INNOCENT, Event, World
from trailkeeper.environments.schedule import LOOK, SWEEP
from trailkeeper.evidence.names import EVIDENCE_STACK, RESPONSE_STACK, WATCHER_STACK
from trailkeeper.guards import techniques
from trailkeeper.guards.techniques.technique import Half

# By which each half compares the other one, and by which it looks at the trail.
COMPARES = {"heal side": "trailkeeper-guard", "watcher side": "trailkeeper-watch"}
LOOKS = {"heal side": "trailkeeper-reconcile", "watcher side": "trailkeeper-watch-look"}

AGAINST_A_HALF = {each.id: each for each in techniques.TECHNIQUES}
AnyHistory = TypeVar("AnyHistory", bound=History)


@contextmanager
def played(history: AnyHistory, contain: Any = "off") -> Iterator[AnyHistory]:
    """A history that is held against the truth at its end."""
    history.deploy_everything(contain=contain)
    yield history
    history.teardown()


@contextmanager
def whole_guard() -> Iterator[GuardWorld]:
    """An account with both halves of the guard."""
    with played(GuardHistory()) as history:
        yield history.world


@contextmanager
def heal_side() -> Iterator[World]:
    """An account with the half that heals the evidence."""
    with played(EvidenceHistory()) as history:
        yield history.world


def attack(world: GuardWorld, half: Half, *ids: str, heard: bool = False) -> None:
    """Go for one half, by calls of which events tell, or not."""
    world.attack_guard([(AGAINST_A_HALF[each], half) for each in ids], "mallory")
    if not heard:
        world.events.clear()


def compare(world: GuardWorld, half: Half) -> None:
    """Let the other half compare this one, and whatever it then causes happen."""
    world.run(OTHER[half], COMPARES[OTHER[half]])
    world.deliver_all()


def strike(world: World, kind: Kind, after: int = 1, times: int = 1) -> None:
    world.faults.mishaps.append(Mishap(kind, after, times))


def stop_unheard(world: World) -> None:
    """Stop the trail by a call whose event is lost."""
    world.attack(*TECHNIQUES[STOP], "mallory")
    world.events.clear()


halves = pytest.mark.parametrize("half", HALVES)


@halves
def test_changes_of_which_no_event_tells(half: Half) -> None:
    with whole_guard() as guard:
        attack(guard, half, "stack-unprotected", "rules-disabled", "alarms-muted")
        compare(guard, half)
        attack(guard, half, "rule-tells-somebody-else-too")
        compare(guard, half)


@halves
def test_a_run_that_is_cut_off_before_it_tells(half: Half) -> None:
    with whole_guard() as guard:
        attack(guard, half, "alarms-muted")
        strike(guard, "mute")
        compare(guard, half)


@halves
def test_a_run_that_is_cut_off_and_the_same_changed_again_as_a_deploy_begins(half: Half) -> None:
    with whole_guard() as guard:
        attack(guard, half, "alarms-muted")
        strike(guard, "mute")
        compare(guard, half)
        guard.clock.advance(150)
        attack(guard, half, "alarms-muted")
        guard.cloudformation.deploy(2, RESPONSE_STACK, WATCHER_STACK)
        compare(guard, half)


@halves
def test_a_call_that_comes_upon_what_an_earlier_one_left(half: Half) -> None:
    with whole_guard() as guard:
        attack(guard, half, "alarms-muted")
        attack(guard, half, "log-kept-for-a-day", heard=True)
        guard.deliver_all()


@halves
@pytest.mark.parametrize("at", [RESPONSE_STACK, WATCHER_STACK])
def test_a_change_before_a_deploy_that_is_at_a_stack(half: Half, at: str) -> None:
    with whole_guard() as guard:
        attack(guard, half, "alarms-muted", heard=True)
        guard.cloudformation.deploy(3, at)
        guard.deliver_all()
        compare(guard, half)


@halves
def test_a_deploy_that_begins_between_two_repairs(half: Half) -> None:
    with whole_guard() as guard:
        attack(guard, half, "rules-disabled", "schedule-disabled", "alarms-muted")
        guard.faults.deploy = lambda: guard.cloudformation.deploy(3, RESPONSE_STACK, WATCHER_STACK)
        strike(guard, "deploy", after=2)
        compare(guard, half)


@halves
def test_a_half_is_changed_while_the_trail_is_stopped(half: Half) -> None:
    with whole_guard() as guard:
        stop_unheard(guard)
        attack(guard, half, "alarms-muted")
        guard.run(OTHER[half], LOOKS[OTHER[half]])


@halves
def test_a_repair_of_the_guard_that_is_taken_and_not_done(half: Half) -> None:
    with whole_guard() as guard:
        attack(guard, half, "alarms-muted")
        strike(guard, "swallow")
        compare(guard, half)


def test_calls_against_the_guard_that_nobody_made() -> None:
    with whole_guard() as guard:
        for operation in ("events.disable_rule", "functions.put_function_concurrency"):
            guard.forge_guard(operation, INNOCENT)
        guard.deliver_all()


def test_an_event_under_the_id_of_a_call_of_somebody_else() -> None:
    with whole_guard() as guard:
        guard.forge(*TECHNIQUES[STOP], INNOCENT, 0, "alice")
        guard.deliver_all()


def test_a_fight_of_which_every_event_names_somebody_else() -> None:
    with played(EvidenceHistory(), contain="deny") as history:
        history.blame("mallory", 3)


def test_a_sweep_that_is_cut_off_before_it_tells() -> None:
    with heal_side() as evidence:
        evidence.attack(*TECHNIQUES["log-bucket-versioning-suspended"], "mallory")
        evidence.events.clear()
        strike(evidence, "mute")
        evidence.deliver(Event(SWEEP))


def test_a_stop_that_is_over_before_anybody_looks() -> None:
    with heal_side() as evidence:
        evidence.go_dark("mallory", 30)
        evidence.clock.advance(900)
        evidence.deliver(Event(LOOK))


def test_one_stop_of_which_events_say_that_it_was_several() -> None:
    with heal_side() as evidence:
        stop_unheard(evidence)
        for number in range(3):
            evidence.forge(*TECHNIQUES[STOP], INNOCENT, 0, seconds=-5 * number)
        evidence.deliver_all()


def test_repairs_that_are_refused_for_a_while() -> None:
    with heal_side() as evidence:
        evidence.attack(*TECHNIQUES["log-bucket-versioning-suspended"], "mallory")
        strike(evidence, "throttle writes", times=3)
        evidence.deliver(Event(SWEEP))


@pytest.mark.parametrize("stack", [EVIDENCE_STACK, RESPONSE_STACK])
def test_a_change_of_the_evidence_during_a_deploy(stack: str) -> None:
    with heal_side() as evidence:
        evidence.attack(*TECHNIQUES["log-bucket-versioning-suspended"], "mallory")
        evidence.cloudformation.deploy(3, stack)
        evidence.deliver_all()


@pytest.mark.parametrize("writes", [1, 2, 3])
def test_a_made_up_call_does_not_pass_for_word_of_a_stop_whose_run_was_cut_off(writes: int) -> None:
    with heal_side() as world:
        stop_unheard(world)
        for seconds in range(3):
            world.forge(*TECHNIQUES[STOP], INNOCENT, 0, seconds=-seconds)
        strike(world, "crash", writes)
        world.deliver_all()
