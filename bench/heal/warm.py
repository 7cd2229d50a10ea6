"""Many heals in one process: events per CPU-second once everything is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.heal.endpoint import Endpoint
from bench.heal.variants import Variant, Variants, stop_logging
from bench.measure import Spread, in_turns, ratio
from bench.report import Table, goal

ROUNDS = 7
EVENTS = 60
WARM_UP = 10
MOST_OF_NAIVE = 0.35


@dataclass(frozen=True, slots=True)
class Warm:
    """Medians of one process: CPU seconds of one event, and until two moments in it."""

    whole: float
    until_started: float | None
    until_told: float | None


def run_warm(
    variant: Variant, endpoint: Endpoint, folder: Path, scene: str, event: dict[str, object]
) -> Warm:
    """Many events in one process; the first ones are thrown away."""
    spent = variant.warm(endpoint, folder, scene, event, WARM_UP + EVENTS)[WARM_UP:]
    events = endpoint.events[WARM_UP:]
    return Warm(
        median(spent),
        _median([each.cpu_until("StartLogging") for each in events]),
        _median([each.cpu_until("SendMessage") for each in events]),
    )


def measure(variants: Variants, endpoint: Endpoint, folder: Path) -> Table:
    """Ours, the naive handler and Custodian; the trail is stopped again before every event."""

    def once(variant: Variant) -> Callable[[], Warm]:
        return lambda: run_warm(variant, endpoint, folder, "stopped", stop_logging())

    compared = (variants.ours, variants.naive, variants.custodian)
    runs = in_turns(ROUNDS, {each.name: once(each) for each in compared})
    naive = [each.whole for each in runs[variants.naive.name]]
    rows = tuple(_row(name, some, naive) for name, some in runs.items())
    return Table(
        "Warm: one process handles many StopLogging events",
        (
            *("variant", "CPU ms until StartLogging is sent", "CPU ms until people are told"),
            *("CPU ms of an event", "/ naive", "events per CPU-second"),
        ),
        rows,
        _notes(variants, runs),
    )


def _row(name: str, runs: list[Warm], naive: list[float]) -> tuple[str, ...]:
    whole = [each.whole for each in runs]
    return (
        name,
        _milliseconds([each.until_started for each in runs]),
        _milliseconds([each.until_told for each in runs]),
        Spread(tuple(whole)).shown(2, 1e3),
        ratio(whole, naive).shown(2),
        Spread(tuple(1 / each for each in whole)).shown(0),
    )


def _milliseconds(values: list[float | None]) -> str:
    known = tuple(each for each in values if each is not None)
    return Spread(known).shown(2, 1e3) if known else "-"


def _median(values: list[float | None]) -> float | None:
    known = [each for each in values if each is not None]
    return median(known) if known else None


def _notes(variants: Variants, runs: dict[str, list[Warm]]) -> tuple[str, ...]:
    def against(variant: Variant) -> str:
        whole = ratio(
            [each.whole for each in runs[variants.ours.name]],
            [each.whole for each in runs[variant.name]],
        )
        pairs = [
            (ours.until_started, theirs.until_started)
            for ours, theirs in zip(runs[variants.ours.name], runs[variant.name], strict=True)
            if ours.until_started is not None and theirs.until_started is not None
        ]
        worded = f"The whole event: {whole.shown(2)}."
        if not pairs:
            return f"Trailkeeper / {variant.name}: {worded}"
        healed = ratio([ours for ours, _ in pairs], [theirs for _, theirs in pairs])
        met = f", goal {goal(healed.median, MOST_OF_NAIVE)}" if variant is variants.naive else ""
        return (
            f"One heal (until StartLogging is sent), Trailkeeper / {variant.name}: "
            f"{healed.shown(2)}{met}. {worded}"
        )

    return (
        against(variants.naive),
        against(variants.custodian),
        f"{EVENTS} events in each of {ROUNDS} processes, after {WARM_UP} that do not count; every "
        "event was checked to have taken the trail from stopped to logging.",
    )
