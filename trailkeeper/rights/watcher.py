"""Everything the watcher's role may do, and why."""

from __future__ import annotations

from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.functions import WATCHER
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.guards import logging
from trailkeeper.guards.sides import heal_side
from trailkeeper.guards.watched import guards_of, judging
from trailkeeper.reconcile import expected_deploys, history

_OWN = (
    Permission(
        ("dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query"),
        lambda baseline: baseline.names.watcher_table_arn,
        "Keep what people are told of together, whom it told them of just now, what event history "
        "is to confirm, and what it is about to restore",
    ),
    Permission(
        ("cloudwatch:GetMetricStatistics",),
        everything,
        "Say in the sign of life how often Lambda called the functions; AWS knows no resource for "
        "this call",
    ),
    Permission(
        ("cloudformation:DescribeStacks",),
        lambda baseline: baseline.names.stack_arns,
        "See whether our own stacks are being deployed, so as not to fight the deploy",
    ),
    *history.PERMISSIONS,
)


def permissions(heal: HealEnviron, alert: AlertEnviron) -> tuple[Permission, ...]:
    """The permissions that watching over the heal function's side needs."""
    side = heal_side(heal, alert)
    guards = guards_of(side, judging(WATCHER.name))
    tells = Permission(
        ("sns:Publish",), lambda _: heal.last_resort_topics, "Tell people by the second way"
    )
    guarding = (each for guard in guards for each in guard.permissions)
    reads_tags = expected_deploys.permissions(heal.expected_actors)
    return (*logging.PERMISSIONS, *guarding, tells, *_OWN, *reads_tags)
