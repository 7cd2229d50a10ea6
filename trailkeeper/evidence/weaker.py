"""How one baseline protects less than another: what people hear of before it is applied."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import ABSENT
from trailkeeper.evidence.trails import Differs

_LOCKS = ("off", "governance", "compliance")
_NEVER = float("inf")


def weaker(before: Baseline, after: Baseline) -> tuple[Differs, ...]:
    """The settings by which `after` keeps less, for less long, or with another key or trail."""
    return tuple(_differing(before, after))


def _differing(before: Baseline, after: Baseline) -> Iterator[Differs]:
    for name in ("trail_name", "evidence_key_arn"):
        old, new = getattr(before, name), getattr(after, name)
        # Encrypting what was not is no weakening.
        if old != new and old is not None:
            yield Differs(name, old, new or ABSENT)
    for name in ("log_retention_days", "keep_deleted_days", "expire_after_days"):
        old, new = getattr(before, name), getattr(after, name)
        if (_NEVER if new is None else new) < (_NEVER if old is None else old):
            yield Differs(name, "never" if old is None else str(old), str(new))
    if _LOCKS.index(after.object_lock) < _LOCKS.index(before.object_lock):
        yield Differs("object_lock", before.object_lock, after.object_lock)
    elif after.object_lock != "off" and after.object_lock_days < before.object_lock_days:
        yield Differs("object_lock_days", str(before.object_lock_days), str(after.object_lock_days))
    if lost := set(before.insight_types) - set(after.insight_types):
        yield Differs("insight_types", ", ".join(sorted(lost)), ABSENT)
