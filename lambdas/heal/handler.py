"""The heal function: the hand on the switch first, then all the rest.

Only what the former needs is imported up here: a cold start loads the rest when the trail logs.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from functools import cache
from typing import Any

from lambdas.heal.switch import start_after_stop
from trailkeeper.clients.aws import AwsClients
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.names import HEAL_FUNCTION
from trailkeeper.reconcile.patience import Patience

# What is left of the time-out for alerting people once the repairs have used up their budget.
RESERVE_SECONDS = 15.0
LEAST_SECONDS = 5.0


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Entry point of Lambda.

    Raises:
        HealFailedError: something is still not in order, so Lambda retries.
    """
    began = _now()
    environ, clients = _environ(), _clients()
    seconds_left = context.get_remaining_time_in_millis() / 1000
    patience = Patience(time.monotonic() + budget(seconds_left))
    first = start_after_stop(event, clients, environ.baseline, patience, _now)

    from lambdas.heal import function

    invocation = function.invocation(
        environ=environ,
        clients=clients,
        patience=patience,
        now=_now,
        began=began,
        version=context.function_version,
    )
    return function.answer(invocation, event, first)


def budget(seconds_left: float) -> float:
    """How long repairs may take, of what Lambda leaves to the invocation."""
    return max(LEAST_SECONDS, seconds_left - RESERVE_SECONDS)


def _now() -> datetime:
    return datetime.now(UTC)


@cache
def _environ() -> HealEnviron:
    return HealEnviron.from_environ(os.environ)


@cache
def _clients() -> AwsClients:
    return AwsClients(HEAL_FUNCTION, _environ().baseline.region)
