"""The guards: one file per guarded resource, and the lists that the functions watch over."""

from __future__ import annotations

from collections.abc import Mapping

from trailkeeper.evidence.drift import fields_of
from trailkeeper.evidence.outcome import Outcome
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

EVIDENCE_LOST: Mapping[str, Consequence] = {
    evidence_key.NAME: evidence_key.loss,
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
