"""Everything the watcher's role may do, and why."""

from __future__ import annotations

from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.functions import WATCHER
from trailkeeper.evidence.names import RESPONSE_STACK
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.guards import logging
from trailkeeper.guards.sides import heal_side
from trailkeeper.guards.watched import guards_of, judging
from trailkeeper.state.heal_items import Begun

_NOTES = Begun.partition(RESPONSE_STACK)
_OWN = (
    Permission(
        ("dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query"),
        lambda baseline: baseline.names.state_table_arn,
        "Note what is about to be restored, so that a run that is cut off leaves nothing untold",
        lambda _: {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [_NOTES]}},
    ),
    Permission(
        ("sns:Publish",),
        lambda baseline: baseline.names.last_resort_topic_arn,
        "Tell people by the second way",
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
)


def permissions(heal: HealEnviron, alert: AlertEnviron) -> tuple[Permission, ...]:
    """The permissions that watching over the heal function's side needs."""
    guards = guards_of(heal_side(heal, alert), judging(WATCHER.name))
    return (*logging.PERMISSIONS, *(each for guard in guards for each in guard.permissions), *_OWN)
