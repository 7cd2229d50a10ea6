"""Starts other trails of the account that somebody stopped, and alerts people of them."""

from __future__ import annotations

from lambdas.heal.invocation import HealFailedError, Invocation
from trailkeeper.alerts import call_alerts
from trailkeeper.events.event import ApiCall
from trailkeeper.guards import other_trails
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.reconcile.decide import OtherTrail
from trailkeeper.words.text import LONGEST_FIELD


def stopped_trails(invocation: Invocation, call: ApiCall, wanted: OtherTrail) -> None:
    """Find the trails that a call stopped; start and verify each if wanted, alert of each.

    Raises:
        HealFailedError: the account's trails cannot be listed.
    """
    try:
        stopped = other_trails.observe(
            invocation.clients, invocation.baseline, wanted.hint, invocation.now()
        )
    except AWS_ERRORS as error:
        invocation.log.error("cannot list the other trails", reason=str(error))
        raise HealFailedError("the account's other trails cannot be listed") from error
    for trail in stopped:
        outcome, error_words, verified = "ignored", "", None
        if wanted.restart:
            outcome, error_words, verified = _start(invocation, trail)
        invocation.alert(
            call_alerts.other_trail(
                call, invocation.baseline, trail.arn, outcome, error_words, verified=verified
            )
        )


def _start(invocation: Invocation, trail: other_trails.OtherTrail) -> tuple[str, str, bool]:
    """How it ended (as `other_trail` says it), AWS's words if it failed, whether it was seen."""
    try:
        invocation.patience.persist(lambda: other_trails.repair(invocation.clients, trail))
        left = invocation.patience.read_back(
            lambda: None if other_trails.verify(invocation.clients, trail) else True
        )
    except AWS_ERRORS as refused:
        return "failed", str(refused)[:LONGEST_FIELD], False
    return "started_again", "", left is None
