"""Runs commands one after the other in turns and says what each cost, as medians and ratios."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

T = TypeVar("T")

_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024


class BenchError(RuntimeError):
    """When a run did not do what it is measured for; a figure of it would be a lie."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process cost, with all it waited for: seconds and bytes."""

    cpu: float
    wall: float
    rss: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Many measurements of one thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)

    def shown(self, digits: int, factor: float = 1.0) -> str:
        """Median (least-most), multiplied by `factor`."""
        middle, least, most = (
            f"{each * factor:.{digits}f}"
            for each in (self.median, min(self.values), max(self.values))
        )
        return f"{middle} ({least}-{most})"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Ratios inside each round, so that a machine that slows down slows down both sides."""
    return Spread(tuple(one / other for one, other in zip(ours, theirs, strict=True)))


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    folder: Path,
    log: Path,
    seconds: float,
    started: Callable[[int], None] = lambda pid: None,
) -> Usage:
    """Run a command in a folder to its end; `log` gets its errors, `started` its process id.

    Raises:
        BenchError: it failed, or took longer than `seconds`; with the end of what it wrote.
    """
    began = time.monotonic()
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
    watchdog = threading.Timer(seconds, process.kill)
    watchdog.start()
    try:
        started(process.pid)
        # wait4 and not wait: only it says what this one child cost.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        watchdog.cancel()
        if process.returncode is None:
            process.kill()
    wall = time.monotonic() - began
    if process.returncode != 0:
        tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise BenchError(f"{' '.join(command)} ended with {process.returncode}\n{tail}")
    return Usage(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * _MAXRSS_BYTES)


def in_turns(rounds: int, variants: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
    """Measure A B C A B C ...; a first round that warms the disk cache is thrown away."""
    results: dict[str, list[T]] = {name: [] for name in variants}
    for number in range(rounds + 1):
        for name, measure in variants.items():
            result = measure()
            if number > 0:
                results[name].append(result)
    return results
