"""One heal in a fresh process: what a cold start and one StopLogging event cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.heal.endpoint import Endpoint
from bench.heal.variants import Variant, Variants, stop_logging
from bench.measure import BenchError, Spread, Usage, in_turns, ratio
from bench.report import Table, goal

ROUNDS = 11
MOST_OF_NAIVE = 1.0
MOST_OF_CUSTODIAN = 0.5


@dataclass(frozen=True, slots=True)
class Cold:
    """One fresh process: what it cost, and its CPU seconds until two moments (None: unknown)."""

    usage: Usage
    until_started: float | None
    until_told: float | None
    calls: int


def measure(variants: Variants, endpoint: Endpoint, folder: Path) -> Table:
    """All variants, side by side, each checked to have started the trail again.

    Raises:
        BenchError: one of them did not, or ours looked elsewhere first.
    """

    def once(variant: Variant) -> Callable[[], Cold]:
        def run() -> Cold:
            usage = variant.cold(endpoint, folder, "stopped", stop_logging())
            event = endpoint.events[-1]
            if variant is variants.ours:
                _check_order([each.name for each in event.calls])
            told = event.cpu_until("SendMessage")
            return Cold(
                usage,
                event.cpu_until("StartLogging"),
                told if told is not None else event.cpu_until("Publish"),
                len(event.calls),
            )

        return run

    runs = in_turns(ROUNDS, {each.name: once(each) for each in variants.all})
    naive = [each.usage.cpu for each in runs[variants.naive.name]]
    rows = tuple(_row(name, some, naive) for name, some in runs.items())
    return Table(
        "Cold: a fresh process handles one StopLogging event",
        (
            *("variant", "CPU ms until StartLogging is sent", "CPU ms until people are told"),
            *("CPU ms in all", "/ naive", "wall ms in all", "peak MB", "calls"),
        ),
        rows,
        _notes(variants, runs),
    )


def _check_order(calls: list[str]) -> None:
    """The first write comes before any read but that of the trail's status."""
    if calls[:2] != ["GetTrailStatus", "StartLogging"]:
        raise BenchError(f"logging did not come first: {', '.join(calls[:5])}")


def _row(name: str, runs: list[Cold], naive: list[float]) -> tuple[str, ...]:
    cpu = [each.usage.cpu for each in runs]
    return (
        name,
        _milliseconds([each.until_started for each in runs]),
        _milliseconds([each.until_told for each in runs]),
        Spread(tuple(cpu)).shown(0, 1e3),
        ratio(cpu, naive).shown(2),
        Spread(tuple(each.usage.wall for each in runs)).shown(0, 1e3),
        f"{Spread(tuple(each.usage.rss for each in runs)).median / 1e6:.0f}",
        f"{runs[-1].calls}",
    )


def _milliseconds(values: list[float | None]) -> str:
    known = tuple(each for each in values if each is not None)
    return Spread(known).shown(0, 1e3) if known else "-"


def _notes(variants: Variants, runs: dict[str, list[Cold]]) -> tuple[str, ...]:
    ours = runs[variants.ours.name]
    if any(each.until_started is None for each in ours):
        return ("CPU until a call is sent can only be read on Linux.",)
    started = [each.until_started or 0.0 for each in ours]
    whole = [each.usage.cpu for each in ours]

    def against(variant: Variant, most: float) -> str:
        theirs = [each.usage.cpu for each in runs[variant.name]]
        healed = ratio(started, [each.until_started or 0.0 for each in runs[variant.name]])
        return (
            f"One heal (until StartLogging is sent), Trailkeeper / {variant.name}: "
            f"{healed.shown(2)}, goal {goal(healed.median, most)}. "
            f"The whole invocation: {ratio(whole, theirs).shown(2)}."
        )

    return (
        against(variants.naive, MOST_OF_NAIVE),
        against(variants.custodian, MOST_OF_CUSTODIAN),
        "Before StartLogging Trailkeeper reads the trail's status and nothing else. After it, it "
        "reads the status back, compares every guarded document with the baseline, queues an alert "
        "and notes the heal, which the naive handler and Cloud Custodian do not do.",
        "Same boto3 for all; ours is trimmed at packaging. All have valid bytecode, which the "
        "peers' packages do not ship (tests/stacks/test_packaging.py proves that ours is never "
        "stale). The process ends as Lambda's does: it is not taken apart.",
    )
