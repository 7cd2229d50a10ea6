"""The one queue that everything worth telling goes through, so that it can be counted together."""

from __future__ import annotations

from constructs import Construct

from stacks.queues import dead_letter_queue, work_queue
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.queues import ALERTS, ALERTS_DEAD
from trailkeeper.guards.sides import Side


class Inbox(Construct):
    """The alert function's queue and what it had to give up."""

    def __init__(self, scope: Construct, id_: str, *, side: Side, baseline: Baseline) -> None:
        super().__init__(scope, id_)
        self.dead_letters = dead_letter_queue(
            self, "DeadLetters", ALERTS_DEAD, side=side, baseline=baseline
        )
        self.queue = work_queue(
            self, "Queue", ALERTS, dead_letters=self.dead_letters, side=side, baseline=baseline
        )
