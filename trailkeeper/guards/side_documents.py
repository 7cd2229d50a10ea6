"""The policies of queues, topics, key and table of a side, as CloudFormation makes them of stacks.

A test of the stacks compares each with what is synthesized.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import PREFIX

Policy = dict[str, Any]

# Service authorization reference, "Actions defined by Amazon DynamoDB": what writes items of a
# table. A transaction is judged by the actions in it.
_WRITES_ITEMS = (
    *("dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PartiQLDelete"),
    *("dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PutItem"),
    "dynamodb:UpdateItem",
)


def our_alarms(baseline: Baseline) -> Policy:
    """The conditions that let only Trailkeeper's own alarms through."""
    alarms = baseline.names.arn("cloudwatch", f"alarm:{PREFIX}*")
    return {
        "StringEquals": {"aws:SourceAccount": baseline.account},
        "ArnLike": {"aws:SourceArn": alarms},
    }


def our_alarms_if_known(baseline: Baseline) -> Policy:
    """The same conditions for a service that may not say for whom it calls KMS.

    It is not documented that CloudWatch does; were it not so, hard conditions would drop every
    alarm without a trace. The topics' policies keep them hard.
    """
    return {f"{operator}IfExists": keys for operator, keys in our_alarms(baseline).items()}


def our_budgets(baseline: Baseline) -> Policy:
    """The conditions that let only the account's budgets through."""
    return {
        "StringEquals": {"aws:SourceAccount": baseline.account},
        "ArnLike": {"aws:SourceArn": f"arn:{baseline.partition}:budgets::{baseline.account}:*"},
    }


def key_policy(baseline: Baseline, *, budgets: bool) -> Policy:
    """The account manages the key; alarms publish by it, and budgets if there are some."""
    use = ["kms:Decrypt", "kms:GenerateDataKey*"]
    root = f"arn:{baseline.partition}:iam::{baseline.account}:root"
    statements = [
        {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"},
        _lets("cloudwatch.amazonaws.com", use, "*", our_alarms_if_known(baseline)),
    ]
    if budgets:
        statements.append(_lets("budgets.amazonaws.com", use, "*", our_budgets(baseline)))
    return {"Version": "2012-10-17", "Statement": statements}


def topic_policy(baseline: Baseline, topic: str, *, alarms: bool, budgets: bool) -> Policy:
    """Over TLS only; our alarms publish, and budgets if there are some."""
    arn = baseline.names.arn("sns", topic)
    statements = [_only_tls("sns:Publish", arn)]
    if alarms:
        statements.append(
            _lets("cloudwatch.amazonaws.com", "sns:Publish", arn, our_alarms(baseline))
        )
    if budgets:
        statements.append(_lets("budgets.amazonaws.com", "sns:Publish", arn, our_budgets(baseline)))
    return {"Version": "2012-10-17", "Statement": statements}


def queue_policy(
    baseline: Baseline,
    queue: str,
    *,
    feeds: tuple[str, ...] = (),
    failing: tuple[str, ...] = (),
    topics: tuple[tuple[str, str], ...] = (),
) -> Policy:
    """Over TLS only; rules fill it (`feeds`), or leave there what they cannot deliver (`failing`).

    `topics` are services of SNS with the ARN of a topic that may send.
    """
    arn = baseline.names.arn("sqs", queue)
    send = ["sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"]

    def rule(name: str) -> Policy:
        return {"ArnEquals": {"aws:SourceArn": baseline.names.arn("events", f"rule/{name}")}}

    events = "events.amazonaws.com"
    return {
        "Version": "2012-10-17",
        "Statement": [
            _only_tls("sqs:*", arn),
            *(_lets(events, send, arn, rule(each)) for each in feeds),
            *(_lets(events, "sqs:SendMessage", arn, rule(each)) for each in failing),
            *(
                _lets(service, "sqs:SendMessage", arn, {"ArnEquals": {"aws:SourceArn": topic}})
                for service, topic in topics
            ),
        ],
    }


def table_policy(baseline: Baseline, table: str, writers: Iterable[str]) -> Policy:
    """Nobody but these roles changes an item; calls that no trail of management events records.

    Who may change the policy is left to IAM, so that nobody is locked out: such a call is recorded.
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OnlyTheFunctionsWrite",
                "Effect": "Deny",
                "Principal": "*",
                "Action": list(_WRITES_ITEMS),
                "Resource": baseline.names.arn("dynamodb", f"table/{table}"),
                "Condition": {"ArnNotEquals": {"aws:PrincipalArn": sorted(writers)}},
            }
        ],
    }


def _only_tls(actions: str, resource: str) -> Policy:
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": resource,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _lets(service: str, actions: str | list[str], resource: str, conditions: Policy) -> Policy:
    return {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": actions,
        "Resource": resource,
        "Condition": conditions,
    }
