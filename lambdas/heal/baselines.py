"""Tells of a baseline that protects less than the one before, before anything is written by it."""

from __future__ import annotations

from lambdas.heal.invocation import Invocation
from trailkeeper.alerts import baseline_alerts
from trailkeeper.evidence.weaker import weaker
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.state.heal_items import KnownBaseline


def compare(invocation: Invocation) -> None:
    """Alert if the baseline is weaker than the one that people know, and take it for known."""
    now, baseline = invocation.now(), invocation.baseline
    try:
        known = invocation.state.baseline()
    except AWS_ERRORS as error:
        invocation.log.error("no word of the baseline before", reason=str(error))
        return
    if known is not None and known.baseline == baseline:
        return
    found = weaker(known.baseline, baseline) if known else ()
    if known and found:
        invocation.alert(baseline_alerts.weaker(found, baseline, now, since=known.at))
    invocation.remember(lambda: invocation.state.remember_baseline(KnownBaseline(now, baseline)))
