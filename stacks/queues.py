"""Queues, all made alike."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.findings import acknowledge

# SQS's own key: with a customer key, EventBridge and SNS would need grants in its policy, and that
# of EventBridge could have no conditions.
_ENCRYPTION = sqs.QueueEncryption.SQS_MANAGED


def dead_letter_queue(scope: Construct, id_: str, *, name: str) -> sqs.Queue:
    """Keeps what could not be handled for as long as SQS can, two weeks."""
    queue = sqs.Queue(
        scope,
        id_,
        queue_name=name,
        retention_period=Duration.days(14),
        removal_policy=RemovalPolicy.DESTROY,
        encryption=_ENCRYPTION,
        enforce_ssl=True,
    )
    acknowledge(
        queue,
        "AwsSolutions-SQS3",
        "It is a dead-letter queue itself: of rules, subscriptions and functions, not only queues.",
    )
    return queue


def work_queue(
    scope: Construct, id_: str, *, name: str, dead_letters: sqs.Queue, handling: Duration
) -> sqs.Queue:
    """Feeds a function that takes `handling` at most.

    The visibility timeout is six times that and a bit more for the batching window (Lambda
    developer guide, "Using Lambda with Amazon SQS").
    """
    return sqs.Queue(
        scope,
        id_,
        queue_name=name,
        visibility_timeout=Duration.seconds(6 * handling.to_seconds() + 60),
        retention_period=Duration.days(14),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=5),
        removal_policy=RemovalPolicy.DESTROY,
        encryption=_ENCRYPTION,
        enforce_ssl=True,
    )
