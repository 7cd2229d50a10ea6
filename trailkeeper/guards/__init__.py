"""The guards: one file per guarded resource, in the order in which they are repaired.

Logging comes first, on its own; then what the trail depends on; then the trail's settings.
"""

from __future__ import annotations

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
from trailkeeper.guards.guard import Guard

GUARDS: tuple[Guard, ...] = (
    evidence_key.GUARD,
    log_bucket.GUARD,
    log_group.GUARD,
    delivery_role.GUARD,
    trail.GUARD,
)

PERMISSIONS: tuple[Permission, ...] = (
    *logging.PERMISSIONS,
    *other_trails.PERMISSIONS,
    *alert_channels.PERMISSIONS,
    *(permission for guard in GUARDS for permission in guard.permissions),
)
