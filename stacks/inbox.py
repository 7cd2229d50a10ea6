"""The one queue that everything worth telling goes through, so that it can be counted together."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.queues import dead_letter_queue, work_queue
from trailkeeper.evidence.queues import ALERTS, ALERTS_DEAD
from trailkeeper.evidence.regions import sns_delivering_to


class Inbox(Construct):
    """The alert function's queue and what it had to give up."""

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self.dead_letters = dead_letter_queue(self, "DeadLetters", ALERTS_DEAD)
        self.queue = work_queue(self, "Queue", ALERTS, dead_letters=self.dead_letters)

    def take_from(self, topic_arn: str, *, home: str) -> None:
        """Let a topic of another region fill the queue.

        SNS delivers to queues of opt-in regions, but not to functions there.
        """
        self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ChargesOfUsEast1",
                principals=[iam.ServicePrincipal(sns_delivering_to(home))],
                actions=["sqs:SendMessage"],
                resources=[self.queue.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": topic_arn}},
            )
        )
