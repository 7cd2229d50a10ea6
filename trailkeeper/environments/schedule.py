"""What the schedule invokes the heal function with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Shaped like an event of the bus, so that the function has one kind of input.
SCHEDULED: Mapping[str, Any] = {
    "source": "trailkeeper",
    "detail-type": "Scheduled Reconcile",
    "detail": {},
}


def is_scheduled(event: Any) -> bool:
    """Whether an invocation is the schedule's."""
    return (
        isinstance(event, Mapping)
        and event.get("source") == SCHEDULED["source"]
        and event.get("detail-type") == SCHEDULED["detail-type"]
    )
