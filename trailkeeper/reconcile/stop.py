"""Whether a call stopped the guarded trail: all that is asked before the trail is started again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trailkeeper.detections import hints
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.expected import STOPS

_CLOUDTRAIL = "cloudtrail.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Stop:
    """A call that stopped or deleted the guarded trail; `at`: when, if the event says so."""

    at: datetime | None


def stop_by(call: ApiCall, baseline: Baseline) -> Stop | None:
    """The stop that a call is, None if it is anything else; like every event, it is a hint."""
    stops = call.succeeded and call.source == _CLOUDTRAIL and call.name in STOPS
    return Stop(call.at) if stops and hints.names_our_trail(call, baseline) else None
