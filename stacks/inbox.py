"""The one queue that everything worth telling goes through, so that it can be counted together."""

from __future__ import annotations

from aws_cdk import Duration
from constructs import Construct

from stacks.queues import dead_letter_queue, work_queue
from trailkeeper.evidence.names import ALERTS_DEAD_QUEUE, ALERTS_QUEUE


class Inbox(Construct):
    """The alert function's queue and what it had to give up; `handling` is one batch's time."""

    def __init__(self, scope: Construct, id_: str, *, handling: Duration) -> None:
        super().__init__(scope, id_)
        self.dead_letters = dead_letter_queue(self, "DeadLetters", name=ALERTS_DEAD_QUEUE)
        self.queue = work_queue(
            self, "Queue", name=ALERTS_QUEUE, dead_letters=self.dead_letters, handling=handling
        )
