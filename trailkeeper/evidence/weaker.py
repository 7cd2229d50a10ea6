"""How one baseline protects less than another: what people hear of before it is applied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import ABSENT
from trailkeeper.evidence.trails import Differs

_LOCKS = ("off", "governance", "compliance")
_NEVER = float("inf")
_ALL = "*"
# What is recorded or counted, and the setting that says so.
_LISTS = {
    "insight_types": "insight_types",
    "controls": "cis_alarms",
    "data_buckets": "s3_data_events",
    "data_functions": "lambda_data_events",
}


def weaker(before: Baseline, after: Baseline) -> tuple[Differs, ...]:
    """The settings by which `after` keeps less, for less long, with another key or trail, or by
    which it gives the events to somebody else."""
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
    for name, setting in _LISTS.items():
        yield from _fewer(setting, getattr(before, name), getattr(after, name))
    if before.own_invocations and not after.own_invocations:
        yield Differs("own_invocations", "true", "false")
    if before.stream_to != after.stream_to:
        yield Differs("stream_log_group_to", before.stream_to or ABSENT, after.stream_to or ABSENT)


def _fewer(setting: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Differs]:
    if _ALL in after:
        return
    if _ALL in before:
        yield Differs(setting, _ALL, ", ".join(after) or ABSENT)
    elif lost := set(before) - set(after):
        yield Differs(setting, ", ".join(sorted(lost)), ABSENT)
