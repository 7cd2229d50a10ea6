"""Everything the heal function's role may do, and why."""

from __future__ import annotations

from lambdas.heal import containment, history
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards import PERMISSIONS as GUARDS_PERMISSIONS

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
    return (*GUARDS_PERMISSIONS, *_OWN, *history.PERMISSIONS, *contains)
