"""How long a run takes on AWS, where every call is on its way for tens of milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.heal.account import Account
from bench.heal.endpoint import Endpoint, Event
from bench.heal.variants import SCHEDULED, Variant, stop_logging
from bench.measure import BenchError, Spread
from bench.report import Table, goal

CALL_SECONDS = 0.030
RUNS = 12
WARM_UP = 2


@dataclass(frozen=True, slots=True)
class Moment:
    """What is measured: until when, in which scene, after what event, and at most how long."""

    words: str
    scene: str
    event: dict[str, Any]
    until: Callable[[Event], float | None]
    most_seconds: float


MOMENTS = (
    Moment("a quiet sweep", "calm", SCHEDULED, lambda event: event.seconds, 0.35),
    Moment(
        "stop to started",
        "stopped",
        stop_logging(),
        lambda event: event.seconds_until("StartLogging"),
        0.10,
    ),
    Moment(
        "stop to queued alert",
        "stopped",
        stop_logging(),
        lambda event: event.seconds_until("SendMessage"),
        0.60,
    ),
)


def measure(ours: Variant, folder: Path) -> Table:
    """Our function, warm, against an endpoint that takes `CALL_SECONDS` for each call.

    Raises:
        BenchError: something was not healed, or a moment never came.
    """
    with Endpoint(Account(), CALL_SECONDS) as endpoint:
        rows = tuple(_row(moment, _seconds(moment, ours, endpoint, folder)) for moment in MOMENTS)
        endpoint.check()
    return Table(
        f"As far away as AWS: an endpoint that takes {CALL_SECONDS * 1000:.0f} ms a call",
        ("until", "wall ms", "goal (median)"),
        rows,
        ("Reads run side by side, eight at a time; writes one after the other.",),
    )


def _seconds(moment: Moment, ours: Variant, endpoint: Endpoint, folder: Path) -> tuple[float, ...]:
    endpoint.forget()
    ours.warm(endpoint, folder, moment.scene, moment.event, WARM_UP + RUNS)
    found = [moment.until(event) for event in endpoint.events[WARM_UP:]]
    seconds = tuple(each for each in found if each is not None)
    if len(seconds) < len(found):
        raise BenchError(f"{moment.words}: it never came in {len(found) - len(seconds)} runs")
    return seconds


def _row(moment: Moment, seconds: tuple[float, ...]) -> tuple[str, ...]:
    spread = Spread(seconds)
    met = goal(spread.median * 1e3, moment.most_seconds * 1e3, digits=0)
    return (moment.words, spread.shown(0, 1e3), met)
