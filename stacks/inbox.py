"""The one queue that everything worth telling goes through, so that it can be counted together."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk.region_info import RegionInfo
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

    def take_from(self, topic_arn: str, *, home: str) -> None:
        """Let a topic of another region that is enabled by default fill the queue.

        SNS delivers into an opt-in region by a principal of that region (SNS developer guide,
        "Sending Amazon SNS messages to an Amazon SQS queue or AWS Lambda function in a different
        Region"); to functions there it does not deliver at all.
        """
        opt_in = RegionInfo.get(home).is_opt_in_region
        service = f"sns.{home}.amazonaws.com" if opt_in else "sns.amazonaws.com"
        self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ChargesOfUsEast1",
                principals=[iam.ServicePrincipal(service)],
                actions=["sqs:SendMessage"],
                resources=[self.queue.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": topic_arn}},
            )
        )
