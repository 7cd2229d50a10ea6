"""Queues, as their records say."""

from __future__ import annotations

from typing import cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.findings import acknowledge
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.queues import MAXIMUM_BYTES, RECEIVES, RETENTION_SECONDS, QueueRecord
from trailkeeper.guards.sides import Side


def dead_letter_queue(
    scope: Construct, id_: str, record: QueueRecord, *, side: Side, baseline: Baseline
) -> sqs.Queue:
    """Keeps what could not be handled."""
    queue = _queue(scope, id_, record, None, side=side, baseline=baseline)
    acknowledge(
        queue,
        "AwsSolutions-SQS3",
        "It is a dead-letter queue itself: of rules, subscriptions and functions, not only queues.",
    )
    return queue


def work_queue(
    scope: Construct,
    id_: str,
    record: QueueRecord,
    *,
    dead_letters: sqs.Queue,
    side: Side,
    baseline: Baseline,
) -> sqs.Queue:
    """Feeds a function."""
    redrive = sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=RECEIVES)
    return _queue(scope, id_, record, redrive, side=side, baseline=baseline)


def _queue(
    scope: Construct,
    id_: str,
    record: QueueRecord,
    redrive: sqs.DeadLetterQueue | None,
    *,
    side: Side,
    baseline: Baseline,
) -> sqs.Queue:
    queue = sqs.Queue(
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
    # By name: a reference to the other queue would be a circle.
    cast(
        "sqs.CfnQueue", queue.node.default_child
    ).redrive_allow_policy = record.redrive_allow_policy(baseline.names)
    # In place of what CDK adds with every rule and subscription; the policy is the guard's.
    policy = queue.node.find_child("Policy").node.default_child
    cast("sqs.CfnQueuePolicy", policy).policy_document = side.queue_policy(baseline, record.name)
    return queue
