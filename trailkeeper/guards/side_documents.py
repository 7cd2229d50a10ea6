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


# The ids of statements, as people see them in the console.
_ALARMS, _BUDGETS = "AlarmsPublish", "BudgetsPublish"
# Service authorization reference, "Actions defined by Amazon SQS": what takes or hides messages.
_TAKES_MESSAGES = (
    *("sqs:ChangeMessageVisibility", "sqs:DeleteMessage"),
    *("sqs:PurgeQueue", "sqs:ReceiveMessage"),
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
        _lets(_ALARMS, "cloudwatch.amazonaws.com", use, "*", our_alarms_if_known(baseline)),
    ]
    if budgets:
        statements.append(_lets(_BUDGETS, "budgets.amazonaws.com", use, "*", our_budgets(baseline)))
    return {"Version": "2012-10-17", "Statement": statements}


def topic_policy(
    baseline: Baseline, arn: str, *, publishers: Iterable[str], alarms: bool, budgets: bool
) -> Policy:
    """Over TLS only; these roles and our alarms publish, and budgets if there are some."""
    statements = [_only_tls("sns:Publish", arn), only_publishers(arn, publishers)]
    if alarms:
        statements.append(
            _lets(_ALARMS, "cloudwatch.amazonaws.com", "sns:Publish", arn, our_alarms(baseline))
        )
    if budgets:
        statements.append(
            _lets(_BUDGETS, "budgets.amazonaws.com", "sns:Publish", arn, our_budgets(baseline))
        )
    return {"Version": "2012-10-17", "Statement": statements}


def only_publishers(topic_arn: str, roles: Iterable[str]) -> Policy:
    """Nobody but these roles publishes, and services of AWS, which other statements let in."""
    return _only("OnlyTheFunctionsPublish", "sns:Publish", topic_arn, roles, services=True)


def queue_policy(
    baseline: Baseline,
    queue: str,
    *,
    writers: Iterable[str],
    reader: str,
    feeds: tuple[str, ...] = (),
    failing: tuple[str, ...] = (),
    topics: tuple[tuple[str, str, str], ...] = (),
) -> Policy:
    """Over TLS only; rules fill it (`feeds`), or leave there what they cannot deliver (`failing`).

    `writers` and `reader` are the ARNs of the roles that send to it and take out of it. `topics`
    are the ids of statements, services of SNS and ARNs of topics that may send by them. Moving
    messages from queue to queue takes the rights to send and to take of whoever asks for it (SQS
    API reference, "StartMessageMoveTask"). Who may change the policy is left to IAM, so that nobody
    is locked out.

    SQS allows 10 conditions in a policy (SQS developer guide, "Policy quotas"), so the rules that
    do the same stand in one statement.
    """
    arn = baseline.names.arn("sqs", queue)

    def from_rules(names: tuple[str, ...]) -> Policy:
        rules = [baseline.names.arn("events", f"rule/{each}") for each in names]
        return {"ArnEquals": {"aws:SourceArn": rules}}

    return {
        "Version": "2012-10-17",
        "Statement": [
            _only_tls("sqs:*", arn),
            _only("OnlyTheFunctionsSend", "sqs:SendMessage", arn, writers, services=True),
            _only("OnlyTheAlertFunctionTakes", list(_TAKES_MESSAGES), arn, [reader]),
            *(
                _lets(sid, "events.amazonaws.com", "sqs:SendMessage", arn, from_rules(each))
                for sid, each in (("RulesSend", feeds), ("RulesLeaveWhatFailed", failing))
                if each
            ),
            *(
                _lets(sid, service, "sqs:SendMessage", arn, {"ArnEquals": {"aws:SourceArn": topic}})
                for sid, service, topic in topics
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
            _only(
                "OnlyTheFunctionsWrite",
                list(_WRITES_ITEMS),
                baseline.names.arn("dynamodb", f"table/{table}"),
                writers,
            )
        ],
    }


def _only(
    sid: str,
    actions: str | list[str],
    resource: str,
    roles: Iterable[str],
    *,
    services: bool = False,
) -> Policy:
    """Denies everybody but these roles; if `services`, also not those of AWS for themselves.

    A role is named by its ARN, which sessions of it carry as well, and which stays when the role is
    made again; a service has no such ARN (IAM user guide, "AWS global condition context keys").
    """
    named = sorted(roles)
    return {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": resource,
        "Condition": {
            **({"ArnNotEquals": {"aws:PrincipalArn": named}} if named else {}),
            **({"Bool": {"aws:PrincipalIsAWSService": "false"}} if services else {}),
        },
    }


def _only_tls(actions: str, resource: str) -> Policy:
    return {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": resource,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _lets(
    sid: str, service: str, actions: str | list[str], resource: str, conditions: Policy
) -> Policy:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": actions,
        "Resource": resource,
        "Condition": conditions,
    }
