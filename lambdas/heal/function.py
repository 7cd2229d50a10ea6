"""The heal function put together from its environment: an event in, an answer out."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger

from lambdas.heal.healer import handle
from lambdas.heal.invocation import HealClients, Invocation
from lambdas.heal.state import State
from trailkeeper.alerts.alert import Alert
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.metrics import NAMESPACE, Metric
from trailkeeper.evidence.names import HEAL_FUNCTION
from trailkeeper.guards.sides import watcher_side
from trailkeeper.guards.watched import Watched, running
from trailkeeper.reconcile.patience import Patience
from trailkeeper.reconcile.start_logging import Started
from trailkeeper.rights.roles import policies

logger = Logger(service=HEAL_FUNCTION)


def invocation(
    *,
    environ: HealEnviron,
    clients: HealClients,
    patience: Patience,
    now: Callable[[], datetime],
    began: datetime,
    version: str,
) -> Invocation:
    """One invocation, which began at `began`, of a published version of the function."""

    def alert(each: Alert) -> None:
        logger.info("alerting", detection=each.detection, dedup_key=each.dedup_key)
        clients.sqs.send_message(QueueUrl=environ.alerts_queue_url, MessageBody=each.to_json())

    return Invocation(
        environ=environ,
        clients=clients,
        state=State(clients, now),
        alert=alert,
        patience=patience,
        now=now,
        log=logger,
        watched=_watched(environ, version) if environ.watcher else None,
        since=began,
    )


def answer(invocation: Invocation, event: Any, first: Started | None) -> dict[str, Any]:
    """Handle an event, and count what is a sign of life; `first` is that of `handle`.

    Raises:
        HealFailedError: something is still not in order.
    """
    found = handle(invocation, event, first)
    if found.heartbeat is not None:
        print(counted(found.heartbeat, time.time()), flush=True)
    return found.to_json()


def counted(metric: Metric, now: float) -> str:
    """One count in CloudWatch's embedded metric format, which a function writes to its log.

    Source: CloudWatch user guide, "Embedded metric format specification".
    """
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [[metric.dimension]],
        "Metrics": [{"Name": metric.name, "Unit": "Count"}],
    }
    return json.dumps(
        {
            "_aws": {"Timestamp": int(now * 1000), "CloudWatchMetrics": [directive]},
            metric.dimension: metric.value,
            metric.name: 1,
        }
    )


def _watched(environ: HealEnviron, version: str) -> Watched:
    alert = AlertEnviron.from_environ(os.environ)
    side = watcher_side(environ, alert.language)
    own = running(HEAL_FUNCTION, version, os.environ)
    return Watched.of(side, own, policies(environ, alert))
