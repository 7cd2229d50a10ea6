"""The hand on the switch: after a stop of the trail, logging is started before anything else.

Calls that are made until then are lost, so the little that this imports is all that a cold start
loads before it. What the start is told about, and whom, is up to what runs after it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from lambdas.heal import asked
from trailkeeper.events.event import MalformedEventError
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.guards.guard import Clients
from trailkeeper.reconcile.patience import Patience
from trailkeeper.reconcile.start_logging import Started, StartLogging
from trailkeeper.reconcile.stop import Stop, stop_by


def start_after_stop(
    event: Any,
    clients: Clients,
    baseline: Baseline,
    patience: Patience,
    now: Callable[[], datetime],
) -> Started | None:
    """Start the trail if the event says that somebody stopped it; None for all other events.

    Like every start of the trail it waits for no pause and no deploy.
    """
    stop = _stop(event, baseline)
    if stop is None:
        return None
    return StartLogging(clients, baseline, patience, now, stopped_at=stop.at).run()


def _stop(event: Any, baseline: Baseline) -> Stop | None:
    if asked.command_of(event) is not None:
        return None
    try:
        call = asked.call_of(event)
    except MalformedEventError:
        return None  # as what it is then, the event is handled after this
    return stop_by(call, baseline) if call else None
