"""How long the trail does not log on the embedded account, from StopLogging until it does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import boto3

from bench.measure import BenchError, Spread
from bench.report import Table, goal
from stage.account import DeployedAccount
from stage.ready import Ready
from trailkeeper.evidence.names import LIVE, STATE_TABLE
from trailkeeper.state.heal_items import LastReconcile
from trailkeeper.state.table import key

ROUNDS = 10
MOST_WARM = 0.050
MOST_COLD = 1.5

_SECONDS = 30.0


class Attacker:
    """Stops the trail with an administrator's key, again and again."""

    def __init__(self, ready: Ready) -> None:
        session = boto3.Session(
            ready.access_key_id, ready.secret_access_key, region_name=ready.region
        )

        def client(service: str) -> Any:
            make: Any = session.client
            return make(service, endpoint_url=ready.endpoint)

        self._ready = ready
        self._trail = client("cloudtrail")
        self._functions = client("lambda")
        self._state = client("dynamodb")

    def gap(self) -> float:
        """Stop the trail; seconds from sending that call until an outsider sees it logging."""
        before = self._last_reconcile()
        began = time.monotonic()
        self._trail.stop_logging(Name=self._ready.trail_arn)
        _await("the trail logs again", self._logs)
        gap = time.monotonic() - began
        # Only a function that has done its work is warm for the next event.
        _await("the heal function is done", lambda: self._last_reconcile() != before)
        return gap

    def chill(self) -> None:
        """Make the next event find no warm sandbox: a function of another size starts anew."""
        name = self._ready.heal_function
        size = self._functions.get_function_configuration(FunctionName=name)["MemorySize"]
        self._functions.update_function_configuration(FunctionName=name, MemorySize=size + 1)
        _await("the function is updated", lambda: self._updated(name))
        version = self._functions.publish_version(FunctionName=name)["Version"]
        self._functions.update_alias(FunctionName=name, Name=LIVE, FunctionVersion=version)

    def _logs(self) -> bool:
        return bool(self._trail.get_trail_status(Name=self._ready.trail_arn)["IsLogging"])

    def _updated(self, name: str) -> bool:
        answer = self._functions.get_function_configuration(FunctionName=name)
        return bool(answer.get("LastUpdateStatus", "Successful") == "Successful")

    def _last_reconcile(self) -> Any:
        item = key(*LastReconcile.KEY)
        answer = self._state.get_item(TableName=STATE_TABLE, Key=item, ConsistentRead=True)
        return answer.get("Item", {}).get("body")


def measure(progress: Callable[[str], None]) -> Table:
    """Median of ten warm and of ten cold heals on a freshly deployed embedded account."""
    progress("deploying the stacks on the embedded account")
    # A long interval keeps the schedule out of the figures.
    with DeployedAccount(settings={"reconcile_minutes": 60, "watcher": False}) as ready:
        attacker = Attacker(ready)
        progress("stopping the trail, warm and cold")
        attacker.gap()
        warm = Spread(tuple(attacker.gap() for _ in range(ROUNDS)))
        cold = []
        for _ in range(ROUNDS):
            attacker.chill()
            cold.append(attacker.gap())
    colds = Spread(tuple(cold))
    return Table(
        "Embedded account: from sending StopLogging until the trail is seen logging",
        ("heal function", "ms", "goal (median)"),
        (
            ("warm", warm.shown(0, 1e3), goal(warm.median * 1e3, MOST_WARM * 1e3, digits=0)),
            ("cold", colds.shown(0, 1e3), goal(colds.median * 1e3, MOST_COLD * 1e3, digits=0)),
        ),
        (f"{ROUNDS} each, wall time, with IAM enforced, seen by an outsider who keeps asking.",),
    )


def _await(what: str, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise BenchError(f"not within {_SECONDS:.0f} s: {what}")
        time.sleep(0.002)
