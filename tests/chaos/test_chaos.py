"""Histories that nobody thought of: in the end the evidence is whole and all of it was told."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.chaos.history import History, playing
from tests.chaos.world import Event
from trailkeeper.environments.schedule import LOOK, SWEEP

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


class EvidenceHistory(History):
    """Attacks on the evidence, with the half of the guard that heals it."""

    @rule()
    def look(self) -> None:
        self.world.deliver(Event(LOOK))

    @rule()
    def sweep(self) -> None:
        self.world.deliver(Event(SWEEP))

    @rule(operation=st.sampled_from(_THROTTLED), times=st.integers(1, 4))
    def throttle(self, operation: str, times: int) -> None:
        self._throttle(operation, times)

    def sweep_once(self) -> None:
        self.world.deliver(Event(SWEEP))

    def judge(self) -> None:
        super().judge()
        world = self.world
        happened = len(world.made) + world.forged + self.throttled
        assert world.distinct_alerts() <= 3 * happened + 3


EvidenceHistory.TestCase.settings = playing(150, steps=14)
TestHistories = EvidenceHistory.TestCase
