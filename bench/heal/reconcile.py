"""What looking costs when all is in order, and what it costs to restore a minimised trail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.heal.endpoint import Endpoint
from bench.heal.variants import SCHEDULED, Variants, api_call
from bench.heal.warm import run_warm
from bench.measure import BenchError, Spread, in_turns
from bench.report import Table

ROUNDS = 5
# Not the evidence but our own memory: what the last reconcile found, and whether there is a pause.
_STATE = {"GetItem", "PutItem", "DeleteItem", "Query"}
# Our own trail and those of others; one for each kind of policy that an account has.
_ASKED_APART = {"DescribeTrails", "DescribeAccountPolicies"}
_READS = ("Get", "Describe", "List")

SCENES: dict[str, tuple[str, dict[str, Any]]] = {
    "no drift (the schedule)": ("calm", SCHEDULED),
    "a minimised trail (UpdateTrail)": ("minimised", api_call("UpdateTrail", {"name": "any"})),
}


def measure(variants: Variants, endpoint: Endpoint, folder: Path) -> Table:
    """Calls and CPU of both, cold and warm.

    Raises:
        BenchError: a reconcile without drift wrote something, or read a document twice.
    """
    ours = variants.ours
    calls: dict[str, list[str]] = {}

    def cold(name: str) -> Callable[[], float]:
        scene, event = SCENES[name]

        def run() -> float:
            usage = ours.cold(endpoint, folder, scene, event)
            calls[name] = [each.name for each in endpoint.events[-1].calls]
            return usage.cpu

        return run

    def warm(name: str) -> Callable[[], float]:
        scene, event = SCENES[name]
        return lambda: run_warm(ours, endpoint, folder, scene, event).whole

    colds = in_turns(ROUNDS, {name: cold(name) for name in SCENES})
    warms = in_turns(2, {name: warm(name) for name in SCENES})
    calm = next(iter(SCENES))
    _check_calm(calls[calm])
    return Table(
        "Reconcile: the calls and the CPU of one run of the heal function",
        ("event", "API calls", "of them writes to the evidence", "cold CPU ms", "warm CPU ms"),
        tuple(
            (
                name,
                str(len(calls[name])),
                ", ".join(_writes(calls[name])) or "none",
                Spread(tuple(colds[name])).shown(0, 1e3),
                Spread(tuple(warms[name])).shown(1, 1e3),
            )
            for name in SCENES
        ),
        (
            "Checked: no drift writes nothing to the evidence and makes no read twice. The inline "
            "policies of the delivery role take two reads (their names, then each), every other "
            "document takes one. Calls of items are our own memory, and the subscriptions are "
            "those of the people who get the alerts.",
            f"Without drift: {', '.join(calls[calm])}.",
        ),
    )


def _writes(calls: list[str]) -> list[str]:
    aside = (*_STATE, "SendMessage")
    return [each for each in calls if not each.startswith(_READS) and each not in aside]


def _check_calm(calls: list[str]) -> None:
    """No drift costs only reads, at most one for each guarded document."""
    aside = _STATE | _ASKED_APART
    again = [name for name, times in Counter(calls).items() if times > 1 and name not in aside]
    if _writes(calls) or again:
        raise BenchError(f"without drift: written {_writes(calls)}, read more than once {again}")
