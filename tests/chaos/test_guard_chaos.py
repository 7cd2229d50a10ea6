"""Histories of attacks on evidence and guard: in the end both are whole, and all of it was told.

One half at least can answer at any time, by its schedule; whoever takes both at once is told of by
an alarm, which needs neither. A failing history is printed as a script of its steps.
"""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.chaos.guard_world import HALVES, SCHEDULES, GuardEvent, GuardWorld
from tests.chaos.test_chaos import HISTORIES, INNOCENT, PEOPLE
from tests.chaos.test_chaos import TECHNIQUES as OF_EVIDENCE
from tests.chaos.world import Event
from trailkeeper.guards.techniques import TECHNIQUES
from trailkeeper.guards.techniques.technique import Half

# What a machine puts right again, all of it.
_OF_GUARD = {
    (technique.id, half): technique
    for technique in TECHNIQUES
    for half in technique.against
    if technique.ends == "repaired" and technique.seen == "event"
    # They take both halves.
    if technique.id != "schedules-of-both-deleted"
}
_RUNS = [(half, schedule) for half in HALVES for schedule in SCHEDULES[half]]
_THROTTLED = (
    *("put_rule", "put_targets", "update_schedule", "update_alias", "put_role_policy"),
    *("set_queue_attributes", "put_metric_alarm", "describe_stacks", "get_alias", "start_logging"),
)


class GuardHistory(RuleBasedStateMachine):
    """Attacks on both, and whatever may happen to events and to the functions meanwhile."""

    world: GuardWorld
    throttled = 0

    @initialize(contain=st.sampled_from(["off", "deny"]))
    def deploy_everything(self, contain: Any) -> None:
        self.world = GuardWorld(contain=contain)

    @rule(
        attacks=st.lists(st.sampled_from(sorted(_OF_GUARD)), min_size=1, max_size=5),
        author=st.sampled_from(PEOPLE),
    )
    def attack_the_guard(self, attacks: list[tuple[str, Half]], author: str) -> None:
        for each in attacks:
            self.world.attack_guard(_OF_GUARD[each], each[1], author)

    @rule(technique=st.sampled_from(sorted(OF_EVIDENCE)), author=st.sampled_from(PEOPLE))
    def attack_the_evidence(self, technique: str, author: str) -> None:
        self.world.attack(*OF_EVIDENCE[technique], author)

    @rule(technique=st.sampled_from(sorted(OF_EVIDENCE)), years=st.sampled_from([-1, 0, 10]))
    def forge(self, technique: str, years: int) -> None:
        self.world.forge(*OF_EVIDENCE[technique], INNOCENT, years)

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
        found = self.world.events[number % len(self.world.events)]
        twin = GuardEvent if isinstance(found, GuardEvent) else Event
        self.world.events.append(twin(found.body))

    @rule(run=st.sampled_from(_RUNS))
    def run(self, run: tuple[Half, str]) -> None:
        self.world.run(*run)

    @rule(operation=st.sampled_from(_THROTTLED), times=st.integers(1, 4))
    def throttle(self, operation: str, times: int) -> None:
        self.world.faults.throttled[operation] += times
        self.throttled += times

    @rule(minutes=st.integers(1, 10))
    def deploy(self, minutes: int) -> None:
        self.world.cloudformation.deploy(minutes)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        world = self.world
        world.faults.throttled.clear()
        world.deliver_all()
        for _ in range(3):
            world.clock.advance(1800)
            for half, schedule in _RUNS:
                world.run(half, schedule)
            world.deliver_all()

        assert [world.guard_differing(half) for half in HALVES] == [set(), set()]
        assert world.differing() == set()
        assert world.guard_untold() == set()
        assert world.untold() == set()
        assert world.denied_by_the_truth == []
        assert set(world.iam.contained) <= world.who_keeps_stopping()
        happened = len(world.made) + world.guard_calls + world.forged + self.throttled
        assert world.distinct_alerts() <= 3 * happened + 3


GuardHistory.TestCase.settings = settings(
    max_examples=int(HISTORIES or 25),
    # The same histories each time; whoever asks for more gets new ones.
    derandomize=not HISTORIES,
    stateful_step_count=14,
    deadline=None,
    print_blob=False,
)
TestGuardHistories = GuardHistory.TestCase
