"""Queues, as their records say."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.findings import acknowledge
from trailkeeper.evidence.queues import MAXIMUM_BYTES, RETENTION_SECONDS, QueueRecord


def dead_letter_queue(scope: Construct, id_: str, record: QueueRecord) -> sqs.Queue:
    """Keeps what could not be handled."""
    queue = _queue(scope, id_, record, None)
    acknowledge(
        queue,
        "AwsSolutions-SQS3",
        "It is a dead-letter queue itself: of rules, subscriptions and functions, not only queues.",
    )
    return queue


def work_queue(
    scope: Construct, id_: str, record: QueueRecord, *, dead_letters: sqs.Queue
) -> sqs.Queue:
    """Feeds a function."""
    redrive = sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=record.receives)
    return _queue(scope, id_, record, redrive)


def _queue(
    scope: Construct, id_: str, record: QueueRecord, redrive: sqs.DeadLetterQueue | None
) -> sqs.Queue:
    return sqs.Queue(
        scope,
        id_,
        queue_name=record.name,
        visibility_timeout=Duration.seconds(record.visibility_seconds),
        retention_period=Duration.seconds(RETENTION_SECONDS),
        max_message_size_bytes=MAXIMUM_BYTES,
        dead_letter_queue=redrive,
        removal_policy=RemovalPolicy.DESTROY,
        # SQS's own key: with a customer key, EventBridge and SNS would need grants in its policy,
        # and that of EventBridge could have no conditions.
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
    )
