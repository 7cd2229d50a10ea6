"""Measures the search of log files beside its peers, and says which goals are met.

`python -m bench search` needs jq, GNU find, sort and xargs, and taskset; DuckDB and the extra come
with `make setup`. The log files that it makes once, 2.3 GB of them, stay in build/bench-search.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bench.measure import BenchError, Spread, Usage, in_turns, ratio, run
from bench.report import Table, goal
from bench.search import commands
from bench.search.logs import DAYS, LogSet, make

Progress = Callable[[str], None]
SIZES = (10, 200, 2000)
PEERS = ("jq 1.6", "DuckDB 1.5.6", "isal 1.9.1", "msgspec 0.22.0")
_FOLDER = Path(__file__).resolve().parents[2] / "build" / "bench-search"
_ROUNDS = {10: 7, 200: 5, 2000: 3}
_SECONDS = 300.0
# The most that the wall time may be of that of the pipeline: without the extra, and with it.
_OF_JQ = {10: (0.45, 0.45), 200: (0.12, 0.12), 2000: (0.10, 0.06)}
_MIB = 2**20


def tables(progress: Progress, sizes: tuple[int, ...] = SIZES) -> list[Table]:
    """Measure.

    Raises:
        BenchError: a tool is missing, or an answer is not that of the pipeline.
    """
    for tool in ("jq", "find", "xargs", "taskset"):
        if shutil.which(tool) is None:
            raise BenchError(f"{tool} is needed to measure beside the pipeline; install it")
    sets: dict[int, LogSet] = {}
    for size in sizes:
        progress(f"search: log files of {size} MB")
        sets[size] = make(_FOLDER / str(size), size)
        _check(sets[size])
    found = []
    for size, made in sets.items():
        progress(f"search: records, {size} MB")
        found.append(_records(size, made))
    largest = max(sizes)
    progress("search: counts")
    found.append(_counts(largest, sets[largest]))
    progress("search: start, first result, memory, one day of seven")
    found.append(_starts(sets))
    found.append(_days(sets[largest]))
    return found


def _records(size: int, made: LogSet) -> Table:
    folder = made.folder
    lines = {
        "gzip -dc \\| jq -c": commands.jq_records(folder),
        "Trailkeeper": commands.our_records(folder, extra=False),
        "Trailkeeper[fast]": commands.our_records(folder),
        "Trailkeeper[fast], one process": commands.our_records(folder, cores=1),
        "DuckDB 1.5.6, two threads": commands.duckdb(folder, "records"),
        "only decompression, isal": commands.bare(folder, "isal"),
        "only decompression, zlib": commands.bare(folder, "zlib"),
    }
    jq, plain, fast, alone, duck, isal, _ = lines
    used = _measured(lines, _ROUNDS[size])
    notes = [
        _compared(used, plain, jq, _OF_JQ[size][0]),
        _compared(used, fast, jq, _OF_JQ[size][1]),
        _compared(used, plain, duck, 0.90 if size == 2000 else None),
        _compared(used, fast, duck, 0.55 if size == 2000 else None),
        _compared(used, alone, isal, 1.7 if size == 2000 else None, of="CPU"),
        f"Rounds: {_ROUNDS[size]}, after one that is not counted.",
    ]
    title = (
        f"Search: all {made.asked:,} RunInstances events of {made.raw_bytes / 1e6:,.0f} MB "
        f"({made.files:,} files, {made.gz_bytes / 1e6:,.1f} MB compressed)"
    )
    return _table(title, used, jq, made, notes)


def _counts(size: int, made: LogSet) -> Table:
    parquet = made.folder / "all.parquet"
    if not parquet.exists():
        _shell(commands.ours("export", "parquet", "--path", made.folder, "--to", parquet))
    lines = {
        "gzip -dc \\| jq \\| sort \\| uniq -c": commands.jq_count(made.folder),
        "Trailkeeper[fast]": commands.our_count(made.folder),
        "DuckDB 1.5.6, two threads": commands.duckdb(made.folder, "count"),
        "Trailkeeper on what it exported": commands.our_count(parquet),
    }
    jq, fast, duck, exported = lines
    used = _measured(lines, _ROUNDS[size])
    notes = [
        _compared(used, fast, jq, 0.085 if size == 2000 else None),
        _compared(used, fast, duck, 1.0 if size == 2000 else None),
        _compared(used, exported, duck, 0.10 if size == 2000 else None),
        f"The export is {parquet.stat().st_size / 1e6:,.0f} MB, with every record whole in it.",
    ]
    title = f"Search: the five most frequent calls by service, name and error, {size} MB"
    return _table(title, used, jq, made, notes)


def _starts(sets: Mapping[int, LogSet]) -> Table:
    nothing = commands.ours("search", "--via", "files", "--path", "/dev/null", "--event", "x")
    lines = {"trailkeeper --help": commands.ours("--help"), "search in an empty file": nothing}
    rows = []
    used = _measured(lines, 9, codes=(0, 1))
    for name, most in (("trailkeeper --help", 150), ("search in an empty file", 100)):
        wall = Spread(tuple(each.wall for each in used[name]))
        rows.append((name, f"{wall.shown(0, 1000)} ms", goal(wall.median * 1000, most, unit=" ms")))
    for size, made in sets.items():
        firsts = Spread(tuple(_first_line(commands.our_records(made.folder)) for _ in range(7)))
        name = f"first result, {size} MB"
        rows.append(
            (name, f"{firsts.shown(0, 1000)} ms", goal(firsts.median * 1000, 150, unit=" ms"))
        )
        peak = _peak(commands.our_records(made.folder))
        rows.append((f"peak memory, {size} MB", f"{peak:.0f} MiB", goal(peak, 40, unit=" MiB")))
    return Table("Search: start, first result, memory", ("what", "measured", "goal"), tuple(rows))


def _days(made: LogSet) -> Table:
    lines = {
        f"{days} of {DAYS} days": commands.our_records(
            made.folder, "--since", "2026-03-01", "--until", f"2026-03-0{days}", cores=1
        )
        for days in (1, 2, 4, DAYS)
    }
    used = _measured(lines, 5, codes=(0, 1))
    whole = used[f"{DAYS} of {DAYS} days"]
    rows = []
    for name, each in used.items():
        cpu = ratio([one.cpu for one in each], [one.cpu for one in whole])
        rows.append((name, Spread(tuple(one.cpu for one in each)).shown(0, 1000), cpu.shown(2)))
    return Table(
        f"Search: cost grows with what is asked ({made.raw_bytes / 1e6:,.0f} MB, one process)",
        ("span", "CPU ms", f"/ {DAYS} days"),
        tuple(rows),
        ("The start of the command, about 50 ms, is in all of them.",),
    )


def _table(
    title: str, used: Mapping[str, list[Usage]], base: str, made: LogSet, notes: list[str]
) -> Table:
    rows = []
    for name, each in used.items():
        wall = Spread(tuple(one.wall for one in each))
        rows.append(
            (
                name,
                wall.shown(0, 1000),
                Spread(tuple(one.cpu for one in each)).shown(0, 1000),
                f"{made.raw_bytes / 1e6 / wall.median:,.0f}",
                ratio([one.wall for one in each], [one.wall for one in used[base]]).shown(3),
                ratio([one.cpu for one in each], [one.cpu for one in used[base]]).shown(3),
            )
        )
    columns = ("by", "wall ms", "CPU ms", "MB/s", "wall / jq", "CPU / jq")
    return Table(title, columns, tuple(rows), tuple(notes))


def _compared(
    used: Mapping[str, list[Usage]], ours: str, theirs: str, most: float | None, of: str = "wall"
) -> str:
    one, other = (
        [each.cpu if of == "CPU" else each.wall for each in used[name]] for name in (ours, theirs)
    )
    found = ratio(one, other)
    aim = f", goal {goal(found.median, most, digits=3)}" if most is not None else ""
    return f"{of}, {ours} / {theirs}: {found.shown(3)}{aim}."


def _measured(
    lines: Mapping[str, str], rounds: int, codes: tuple[int, ...] = (0,)
) -> dict[str, list[Usage]]:
    log = _FOLDER / "errors.log"
    passed = " || ".join(f"[ $? -eq {code} ]" for code in codes)

    def usage(line: str) -> Usage:
        # Not exec'd, so that its exit code can be looked at; the shell itself costs 1 ms.
        command = ("bash", "-c", f"set -o pipefail; {line}; {passed}")
        return run(command, _environment(), folder=_FOLDER, log=log, seconds=_SECONDS)

    return in_turns(rounds, {name: partial(usage, line) for name, line in lines.items()})


def _environment() -> dict[str, str]:
    """As for everybody: bytecode is kept after the first start, which is not counted."""
    return {name: each for name, each in os.environ.items() if not name.startswith("PYTHON")}


def _check(made: LogSet) -> None:
    """No figure without the answer: ours, with and without the extra, is that of the pipeline."""
    expected = _shell(commands.jq_records(made.folder))
    if len(expected.splitlines()) != made.asked:
        raise BenchError(f"jq found {len(expected.splitlines())} events of {made.asked} made")
    for extra in (True, False):
        ours = _shell(commands.our_records(made.folder, extra=extra) + " | jq -c .")
        if ours != expected:
            raise BenchError(f"Trailkeeper and jq do not agree (with the extra: {extra})")
    theirs = _shell(commands.duckdb(made.folder, "records")).splitlines()
    canonical = [sorted(map(_canonical, each)) for each in (theirs, expected.splitlines())]
    if canonical[0] != canonical[1]:
        raise BenchError("DuckDB and jq do not agree")
    counts = [
        _shell(each).split()
        for each in (commands.duckdb(made.folder, "count"), commands.our_count(made.folder))
    ]
    if counts[0] != counts[1][4:]:
        raise BenchError(f"the counts do not agree: {counts}")


def _canonical(line: str) -> str:
    return json.dumps(json.loads(line), sort_keys=True)


def _shell(line: str) -> str:
    done = subprocess.run(
        ("bash", "-c", f"set -o pipefail; {line}"),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        env=_environment(),
    )
    if done.returncode:
        raise BenchError(f"{line} ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def _peak(line: str) -> float:
    """The most that a process of a line had in memory, in MiB.

    Through a small process, for one begins with the peak of the process that it was forked from.
    """
    script = (
        "import resource, subprocess, sys; "
        "subprocess.run(['bash', '-c', sys.argv[1]], stdout=subprocess.DEVNULL, check=True); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)"
    )
    small = shlex.join((sys.executable, "-S", "-E", "-c", script, f"{line}; exit $?"))
    return int(_shell(f"{{ {small}; }} 2>&1").split()[-1]) / 1024


def _first_line(line: str) -> float:
    """Seconds until the first byte of an answer."""
    began = time.monotonic()
    command = ("bash", "-c", f"exec {line}")
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=_environment()) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        seconds = time.monotonic() - began
        process.stdout.close()
        process.wait(timeout=_SECONDS)
    return seconds
