"""When the schedules' looks and sweeps last came, and whether they should have come again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from trailkeeper.reconcile.answer import Status

# As many as the alarms on silence wait for.
_MISSED_LOOKS, _MISSED_SWEEPS = 3, 2


@dataclass(frozen=True, slots=True)
class Run:
    """What is looked at, when it last was (None if nobody knows), how often, and how many runs may
    be missed."""

    what: str
    last: datetime | None
    every: timedelta
    missed: int

    def is_overdue(self, now: datetime) -> bool:
        """Whether it never came, or not for longer than may be."""
        return self.last is None or now - self.last > self.missed * self.every


def look(found: Status) -> Run:
    """The look at the trail's status alone."""
    every = timedelta(minutes=found.look_minutes)
    return Run("at the trail's status", found.last_look, every, _MISSED_LOOKS)


def sweep(found: Status) -> Run:
    """The comparison of everything."""
    every = timedelta(minutes=found.sweep_minutes)
    return Run("at everything", found.last_sweep, every, _MISSED_SWEEPS)


def runs(found: Status) -> tuple[Run, Run]:
    """Both."""
    return look(found), sweep(found)
