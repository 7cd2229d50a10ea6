"""The watcher: parse, one call, return."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from lambdas.watcher.folding import Folding
from lambdas.watcher.second_way import SecondWay
from lambdas.watcher.state import State
from lambdas.watcher.watch import Watch
from trailkeeper.clients.aws import AwsClients
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.names import WATCHER_FUNCTION, WATCHER_TABLE
from trailkeeper.guards.sides import heal_side
from trailkeeper.guards.watched import Watched, running
from trailkeeper.reconcile.patience import Patience
from trailkeeper.rights.roles import policies
from trailkeeper.state.store import Store

logger = Logger(service=WATCHER_FUNCTION)

# What is left of the time-out for telling people once the repairs have used up their budget.
RESERVE_SECONDS = 15.0


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Entry point of Lambda."""
    heal, alert = _environs()
    clients = _clients()
    seconds = context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    tell = SecondWay(clients, heal.last_resort_topics, alert.reader).tell
    watch = Watch(
        clients=clients,
        baseline=heal.baseline,
        every=heal.watch_minutes,
        alive_days=heal.alive_days,
        deployers=heal.expected_actors,
        watched=Watched.of(
            heal_side(heal, alert),
            running(WATCHER_FUNCTION, context.function_version, os.environ),
            policies(heal, alert),
        ),
        tell=tell,
        folding=Folding(State(clients, _now), heal.baseline, tell, _now, logger),
        store=Store(clients, _now, WATCHER_TABLE),
        patience=Patience(time.monotonic() + seconds),
        now=_now,
        log=logger,
    )
    return watch.handle(event)


def _now() -> datetime:
    return datetime.now(UTC)


@cache
def _environs() -> tuple[HealEnviron, AlertEnviron]:
    return HealEnviron.from_environ(os.environ), AlertEnviron.from_environ(os.environ)


@cache
def _clients() -> AwsClients:
    return AwsClients(WATCHER_FUNCTION, _environs()[0].baseline.region)
