"""Everything the heal function's role may do, and why."""

from __future__ import annotations

from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.functions import HEAL
from trailkeeper.evidence.iam_names import deny_all, everybody
from trailkeeper.evidence.names import PAUSE_PARAMETER
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards import billing_alarm
from trailkeeper.guards.evidence import PERMISSIONS as GUARDS_PERMISSIONS
from trailkeeper.guards.sides import watcher_side
from trailkeeper.guards.watched import guards_of, judging
from trailkeeper.reconcile import expected_deploys, history

_OWN = (
    Permission(
        ("sqs:SendMessage",),
        lambda baseline: baseline.names.alerts_queue_arn,
        "Hand alerts to the alert function",
    ),
    Permission(
        ("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        lambda baseline: baseline.names.state_table_arn,
        "Remember heals, the last reconcile and which pause was told",
    ),
    Permission(
        ("ssm:GetParameterHistory",),
        lambda baseline: baseline.names.arn("ssm", f"parameter{PAUSE_PARAMETER}"),
        "See whether somebody wants the repairs to wait, and who, as AWS knows him",
    ),
    Permission(
        ("cloudformation:DescribeStacks",),
        lambda baseline: baseline.names.stack_arns,
        "See whether our own stacks are being deployed, so as not to fight the deploy",
    ),
    *history.PERMISSIONS,
)

CONTAINMENT = (
    Permission(
        ("iam:AttachUserPolicy", "iam:AttachRolePolicy"),
        everybody,
        "Contain whoever fights over the trail, by a policy that can only deny; nobody knows in "
        "advance who that will be",
        lambda baseline: {"ArnEquals": {"iam:PolicyARN": deny_all(baseline.partition)}},
    ),
    Permission(
        ("iam:AttachRolePolicy",),
        lambda baseline: baseline.names.role_arns,
        "Never contain Trailkeeper itself",
        denied=True,
    ),
)


def permissions(environ: HealEnviron) -> tuple[Permission, ...]:
    """The permissions that the settings ask for."""
    contains = CONTAINMENT if environ.contain == "deny" else ()
    reads_tags = expected_deploys.permissions(environ.expected_actors)
    has_alarm = environ.billing_alarm_usd is not None
    billing = billing_alarm.permissions(environ.baseline) if has_alarm else ()
    return (*GUARDS_PERMISSIONS, *billing, *_OWN, *contains, *reads_tags)


def over_watcher(environ: HealEnviron) -> tuple[Permission, ...]:
    """What watching over the watcher takes, if there is one."""
    if not environ.watcher:
        return ()
    guards = guards_of(watcher_side(environ), judging(HEAL.name))
    return tuple(permission for guard in guards for permission in guard.permissions)
