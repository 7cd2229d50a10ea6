"""Everything the heal function's role may do, and why."""

from __future__ import annotations

from lambdas.heal import containment, history
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards import PERMISSIONS as GUARDS_PERMISSIONS
from trailkeeper.guards import billing_alarm
from trailkeeper.reconcile import principal_tags

_OWN = (
    Permission(
        ("sqs:SendMessage",),
        lambda baseline: baseline.names.alerts_queue_arn,
        "Hand alerts to the alert function",
    ),
    Permission(
        ("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        lambda baseline: baseline.names.state_table_arn,
        "Remember heals, the last reconcile and a pause",
    ),
    Permission(
        ("cloudformation:DescribeStacks",),
        lambda baseline: baseline.names.stack_arns,
        "See whether our own stacks are being deployed, so as not to fight the deploy",
    ),
)


def permissions(environ: HealEnviron) -> tuple[Permission, ...]:
    """The permissions that the settings ask for."""
    contains = containment.PERMISSIONS if environ.contain == "deny" else ()
    by_tags = any(each.tags for each in environ.expected_actors)
    reads_tags = principal_tags.PERMISSIONS if by_tags else ()
    has_alarm = environ.billing_alarm_usd is not None
    billing = billing_alarm.permissions(environ.baseline) if has_alarm else ()
    return (
        *GUARDS_PERMISSIONS,
        *billing,
        *_OWN,
        *history.PERMISSIONS,
        *contains,
        *reads_tags,
    )
