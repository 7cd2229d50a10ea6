"""The guards of the evidence in their order, what their losses mean, and what they may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from trailkeeper.evidence.drift import fields_of
from trailkeeper.evidence.outcome import Outcome, Report
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards import (
    alert_channels,
    delivery_role,
    evidence_key,
    log_bucket,
    log_group,
    logging,
    other_trails,
    trail,
)
from trailkeeper.guards.guard import Consequence, Guard

# In the order of repair: what the trail depends on, then the trail. Logging comes before them all.
EVIDENCE: tuple[Guard, ...] = (
    evidence_key.GUARD,
    log_bucket.GUARD,
    log_group.GUARD,
    delivery_role.GUARD,
    trail.GUARD,
)


def evidence_lost(before: Callable[[], Report | None]) -> Mapping[str, Consequence]:
    """What the loss of a resource means, by its guard; `before` tells how the last run ended."""
    return {
        evidence_key.NAME: partial(evidence_key.loss, before=before),
        log_bucket.NAME: log_bucket.loss,
    }


PERMISSIONS: tuple[Permission, ...] = (
    *logging.PERMISSIONS,
    *other_trails.PERMISSIONS,
    *alert_channels.PERMISSIONS,
    *(permission for guard in EVIDENCE for permission in guard.permissions),
)


def finishes_deploy(outcome: Outcome) -> bool:
    """Whether what was restored is only what a deploy of ours leaves to the heal function."""
    return any(
        guard.name == outcome.guard
        and guard.document(outcome.document).finishes_deploy(fields_of(outcome.changes))
        for guard in EVIDENCE
    )
