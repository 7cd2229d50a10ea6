"""What one made-up event costs the heal function: its own work, and how long it is held by it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.heal.account import BASELINE, Account
from bench.heal.endpoint import Endpoint
from bench.heal.variants import Variant, api_call, stop_logging, trailkeeper
from bench.measure import BenchError, Spread
from bench.report import Table, goal

ROUNDS = 5
WARM_UP = 10
HINTS = 2_000
MINUTE = 60.0
MOST_CPU_OF_NOTHING = 1e-3
MOST_HELD = 2.5
# Of the 1,000 that an account has as a rule (Lambda developer guide, "Lambda quotas").
MOST_WORKERS = 100


def _elsewhere(source: str, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    event = api_call(name, parameters)
    event["source"] = f"aws.{source}"
    event["detail"]["eventSource"] = f"{source}.amazonaws.com"
    return event


# What is none of ours, by the calls that rules let through: their names alone decide there.
_OF_OTHERS: Mapping[str, dict[str, Any]] = {
    "policy of another bucket": _elsewhere(
        "s3", "PutBucketPolicy", {"bucketName": "somebody-elses"}
    ),
    "another key disabled": _elsewhere(
        "kms",
        "DisableKey",
        {"keyId": f"arn:aws:kms:{BASELINE.region}:{BASELINE.account}:key/somebody-elses"},
    ),
    "another log group deleted": _elsewhere(
        "logs", "DeleteLogGroup", {"logGroupName": "/somebody/elses"}
    ),
}
_MADE_UP_STOP = "a stop of our trail that nobody made"


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians of one process: CPU and wall seconds of one event, and its calls of AWS."""

    cpu: float
    held: float
    calls: int


def measure() -> Table:
    """Every kind of hint in a warm process, against an account that answers at once.

    Raises:
        BenchError: a bound does not hold.
    """
    with (
        tempfile.TemporaryDirectory(prefix="trailkeeper-bench-") as name,
        Endpoint(Account()) as endpoint,
    ):
        folder = Path(name)
        ours = trailkeeper(folder / "trailkeeper")
        found = {
            kind: [_cost(ours, endpoint, folder, event, 60) for _ in range(ROUNDS)]
            for kind, event in _OF_OTHERS.items()
        }
        # Each is held for more than a second, so few are enough.
        found[_MADE_UP_STOP] = [_cost(ours, endpoint, folder, stop_logging(), 3) for _ in range(3)]
    of_others = max(median(each.cpu for each in found[kind]) for kind in _OF_OTHERS)
    held = median(each.held for each in found[_MADE_UP_STOP])
    workers = HINTS * held / MINUTE
    _check(found, of_others, held, workers)
    return Table(
        "Made-up events: what one costs the heal function",
        ("event", "CPU ms", "held ms", "calls of AWS"),
        tuple(
            (
                kind,
                Spread(tuple(each.cpu for each in costs)).shown(2, 1e3),
                Spread(tuple(each.held for each in costs)).shown(1, 1e3),
                str(costs[0].calls),
            )
            for kind, costs in found.items()
        ),
        (
            "Goals: CPU of what is none of ours "
            f"{goal(of_others * 1e3, MOST_CPU_OF_NOTHING * 1e3, unit=' ms')}; held by a made-up "
            f"stop {goal(held, MOST_HELD, unit=' s')}.",
            f"{HINTS:,} made-up stops in a minute keep {workers:.0f} workers busy at once, of the "
            f"1,000 that an account has as a rule; goal {goal(workers, MOST_WORKERS, digits=0)}. "
            "Calls are answered at once here: add what AWS takes for them.",
            "One warm process each; held is from the event's coming to its end, with the pauses "
            "in which a status that an event contradicts is read again.",
        ),
    )


def _cost(
    ours: Variant, endpoint: Endpoint, folder: Path, event: dict[str, Any], events: int
) -> Cost:
    warm_up = WARM_UP if events > WARM_UP else 1
    spent = ours.warm(endpoint, folder, "calm", event, warm_up + events)[warm_up:]
    seen = endpoint.events[warm_up:]
    held = [each.seconds for each in seen if each.seconds is not None]
    return Cost(median(spent), median(held), len(seen[-1].calls))


def _check(found: Mapping[str, list[Cost]], of_others: float, held: float, workers: float) -> None:
    for kind in _OF_OTHERS:
        if found[kind][0].calls:
            raise BenchError(f"{kind}: it took {found[kind][0].calls} calls of AWS")
    if of_others > MOST_CPU_OF_NOTHING:
        raise BenchError(f"a hint that is none of ours took {of_others * 1e3:.1f} ms")
    if held > MOST_HELD or workers > MOST_WORKERS:
        raise BenchError(f"a made-up stop held a worker for {held:.1f} s")
