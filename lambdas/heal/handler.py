"""The heal function: parse, one call, return."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from lambdas.heal.healer import handle
from lambdas.heal.invocation import Invocation
from lambdas.heal.state import State
from trailkeeper.alerts.alert import Alert
from trailkeeper.clients.aws import AwsClients
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.metrics import NAMESPACE, Metric
from trailkeeper.evidence.names import HEAL_FUNCTION
from trailkeeper.guards.sides import watcher_side
from trailkeeper.guards.watched import Watched, running
from trailkeeper.reconcile.patience import Patience
from trailkeeper.rights.roles import policies

logger = Logger(service=HEAL_FUNCTION)

# What is left of the time-out for alerting people once the repairs have used up their budget.
RESERVE_SECONDS = 15.0
LEAST_SECONDS = 5.0


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Entry point of Lambda.

    Raises:
        HealFailedError: something is still not in order, so Lambda retries.
    """
    answer = handle(_invocation(context), event)
    if answer.heartbeat is not None:
        print(counted(answer.heartbeat, time.time()), flush=True)
    return answer.to_json()


def budget(seconds_left: float) -> float:
    """How long repairs may take, of what Lambda leaves to the invocation."""
    return max(LEAST_SECONDS, seconds_left - RESERVE_SECONDS)


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


def _invocation(context: Any) -> Invocation:
    seconds_left = context.get_remaining_time_in_millis() / 1000
    environ = _environ()
    clients = _clients()

    def alert(each: Alert) -> None:
        logger.info("alerting", detection=each.detection, dedup_key=each.dedup_key)
        clients.sqs.send_message(QueueUrl=environ.alerts_queue_url, MessageBody=each.to_json())

    return Invocation(
        environ=environ,
        clients=clients,
        state=State(clients, lambda: datetime.now(UTC)),
        alert=alert,
        patience=Patience(time.monotonic() + budget(seconds_left)),
        now=lambda: datetime.now(UTC),
        log=logger,
        watched=_watched(context.function_version) if environ.watcher else None,
    )


def _watched(version: str) -> Watched:
    heal, alert = _environ(), AlertEnviron.from_environ(os.environ)
    side = watcher_side(heal, alert.language)
    own = running(HEAL_FUNCTION, version, os.environ)
    return Watched.of(side, own, policies(heal, alert))


@cache
def _environ() -> HealEnviron:
    return HealEnviron.from_environ(os.environ)


@cache
def _clients() -> AwsClients:
    return AwsClients(HEAL_FUNCTION, _environ().baseline.region)
