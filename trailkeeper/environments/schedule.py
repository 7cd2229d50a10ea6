"""What the schedules invoke the functions with, shaped like events of the bus."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

# A schedule comes within the minute (EventBridge Scheduler user guide, "Schedule types").
LATE = timedelta(minutes=1)
_SOURCE = "trailkeeper"


def _scheduled(what: str) -> Mapping[str, Any]:
    return {"source": _SOURCE, "detail-type": what, "detail": {}}


# The trail's status alone, every few minutes: only logging loses data by the minute.
LOOK = _scheduled("Scheduled Look")
# Everything, every hour or so.
SWEEP = _scheduled("Scheduled Sweep")
# The other half of the guard, every four hours or so, each half by the other.
WATCH = _scheduled("Scheduled Watch")
# A sign of life to people, every few days, by each way that alerts take.
ALIVE = _scheduled("Scheduled Sign of Life")


def sent(schedule: Mapping[str, Any]) -> str:
    """The input of a schedule, as it is deployed."""
    return json.dumps(schedule)


def is_sent_by(schedule: Mapping[str, Any], event: Any) -> bool:
    """Whether an invocation is that of a schedule."""
    return (
        isinstance(event, Mapping)
        and event.get("source") == _SOURCE
        and event.get("detail-type") == schedule["detail-type"]
    )
