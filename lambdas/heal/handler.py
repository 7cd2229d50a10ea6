"""The heal function: parse, one call, return."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from lambdas.heal import commands
from lambdas.heal.clients import AwsClients
from lambdas.heal.healer import Healer
from lambdas.heal.state import State
from trailkeeper.alerts.alert import Alert
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.names import HEAL_FUNCTION
from trailkeeper.reconcile.patience import Patience

logger = Logger(service="trailkeeper-heal")

# What is left of the time-out for telling people once the repairs have used up their budget.
_RESERVE_SECONDS = 15.0


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Entry point of Lambda.

    Raises:
        HealFailedError: something is still not in order, so Lambda retries.
    """
    healer = _healer(context.get_remaining_time_in_millis() / 1000)
    command = commands.command_of(event)
    result = healer.handle(event) if command is None else commands.run(command, healer)
    if "in_order" in result and not result["dry_run"]:
        _count_success()
    return result


def _healer(seconds_left: float) -> Healer:
    environ = _environ()
    clients = _clients()

    def tell(alert: Alert) -> None:
        logger.info("telling", detection=alert.detection, dedup_key=alert.dedup_key)
        clients.sqs.send_message(QueueUrl=environ.alerts_queue_url, MessageBody=alert.to_json())

    return Healer(
        environ=environ,
        clients=clients,
        state=State(clients),
        tell=tell,
        patience=Patience(time.monotonic() + max(5.0, seconds_left - _RESERVE_SECONDS)),
        now=lambda: datetime.now(UTC),
        log=logger,
    )


@cache
def _environ() -> HealEnviron:
    return HealEnviron.from_environ(os.environ)


@cache
def _clients() -> AwsClients:
    return AwsClients(_environ().baseline.region)


def _count_success() -> None:
    """One line in CloudWatch's embedded metric format; its absence is the heartbeat alarm.

    Source: CloudWatch user guide, "Embedded metric format specification".
    """
    directive = {
        "Namespace": "Trailkeeper",
        "Dimensions": [["Function"]],
        "Metrics": [{"Name": "ReconcileSucceeded", "Unit": "Count"}],
    }
    now = int(time.time() * 1000)
    line = {
        "_aws": {"Timestamp": now, "CloudWatchMetrics": [directive]},
        "Function": HEAL_FUNCTION,
        "ReconcileSucceeded": 1,
    }
    print(json.dumps(line), flush=True)
