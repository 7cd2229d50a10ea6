"""`python -m tools.mutants`: how many small faults the unit tests notice.

It plants one fault in each statement, chosen by `--seed` and by what stands there: what tests
notice of one fault in a statement they mostly notice of its others, which `--every` plants too. The
tests of a fault are those that run its lines, quickest first, as many as take 20 seconds together.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO

from tools.mutants import planted, survivors, trial
from tools.mutants.coverage_map import CoverageMap, FailingTestsError, measured
from tools.mutants.faults import Fault, faults

ROOT = Path(__file__).resolve().parents[2]
ROOMS = tuple(
    f"trailkeeper/{room}" for room in ("guards", "evidence", "reconcile", "events", "alerts")
)
# Attacks are what tests play, and no part of what is deployed.
_NOT_DEPLOYED = "trailkeeper/guards/techniques/"
_LEAST_KILLED = 0.9
# What the tests of one fault may take together, of processor time.
_SECONDS = 20.0
_ALIVE = (trial.End.SURVIVED, trial.End.UNDECIDED)
# Other kinds of tests, those of rooms that use nothing of these, and those of generated pages,
# which notice every change and judge none.
_LEFT_OUT = (
    *("stacks", "e2e", "golden", "chaos", "mutants", "__pycache__"),
    *("search", "dialects", "stage", "bench", "tools"),
)


@dataclass(frozen=True)
class Planted:
    """A fault, and the trial of it."""

    fault: Fault
    trial: trial.Trial

    @property
    def key(self) -> str:
        """What `survivors` calls it."""
        return survivors.key_of(self.trial.file, self.fault)


def main() -> int:
    """Plant and try; 1 when too little is noticed, or something survives for no given reason."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("--room", action="append", help=f"of {', '.join(ROOMS)}; default: all")
    parser.add_argument("--every", action="store_true", help="all faults of each, for hours")
    parser.add_argument("--sample", type=int, help="so many of all faults, chosen at random")
    parser.add_argument("--seed", type=int, default=1, help="of the choice")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument(
        "--planted", action="store_true", help="only the faults of tests/mutants/planted.toml"
    )
    given = parser.parse_args()
    if given.planted:
        return planted.main()
    began = time.monotonic()
    try:
        known = measured(_unit_tests(), ROOMS, jobs=given.jobs)
    except FailingTestsError as error:
        print(error, file=sys.stderr)
        return 1
    chosen = list(_all(given.room or ROOMS, known))
    if given.sample:
        chosen = random.Random(given.seed).sample(chosen, min(given.sample, len(chosen)))
    elif not given.every:
        chosen = list(_one_a_statement(chosen, given.seed))
    print(f"{len(chosen)} faults, tests measured in {time.monotonic() - began:.0f} s", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        # Processes that end in the middle of a test leave its files behind.
        os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
        try:
            trial.warm_up()
            _check_without_a_fault(chosen, given.jobs)
            ends = list(_ends(chosen, given.jobs))
        except FailingTestsError as error:
            print(error, file=sys.stderr)
            return 1
    return _report(ends, whole=given.every and not given.sample and not given.room, began=began)


def _unit_tests() -> list[Path]:
    folders = [each for each in (ROOT / "tests").iterdir() if each.is_dir()]
    kept = [each for each in folders if each.name not in _LEFT_OUT]
    return sorted(path for folder in kept for path in folder.rglob("test_*.py"))


def _all(rooms: Iterable[str], known: CoverageMap) -> Iterator[Planted]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            file = path.relative_to(ROOT).as_posix()
            if file.startswith(_NOT_DEPLOYED):
                continue
            source = path.read_bytes()
            for fault in faults(source):
                tests = known.tests(file, fault.lines, top=fault.top, within=_SECONDS)
                yield Planted(fault, trial.Trial(file, fault.planted(source), tests))


def _one_a_statement(found: Iterable[Planted], seed: int) -> Iterator[Planted]:
    """Choose by what stands there: a change elsewhere leaves the choice as it was."""

    def statement(each: Planted) -> tuple[str, tuple[int, int]]:
        return each.trial.file, each.fault.lines

    for _, each in groupby(sorted(found, key=statement), key=statement):
        those = list(each)
        yield random.Random(f"{seed} {those[0].key}").choice(those)


def _check_without_a_fault(chosen: Sequence[Planted], jobs: int) -> None:
    """Tests that fail for another reason would notice every fault.

    Raises:
        FailingTestsError: with what they say.
    """
    tests = sorted({test for each in chosen for test in each.trial.tests})
    file = chosen[0].trial.file
    text = (ROOT / file).read_bytes()
    with ExitStack() as stack:
        said = dict[int, IO[str]]()
        for number in range(jobs):
            output = stack.enter_context(
                tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="replace")
            )
            share = dict.fromkeys(tests[number::jobs], 10 * _SECONDS)
            said[trial.start(trial.Trial(file, text, share), output.name)] = output
        ends = [trial.finished(said) for _ in list(said)]
        for pid, end in ends:
            if end is not trial.End.SURVIVED:
                shown = "\n".join(said[pid].read().splitlines()[-20:]) or end.value
                raise FailingTestsError(f"the tests fail in a trial without a fault:\n{shown}")


def _ends(chosen: Sequence[Planted], jobs: int) -> Iterator[tuple[Planted, trial.End]]:
    """Try the faults, so many at a time, and tell at once of those that no test noticed."""
    waiting, running = list(reversed(chosen)), dict[int, Planted]()
    done = 0
    while waiting or running:
        while waiting and len(running) < jobs:
            each = waiting.pop()
            running[trial.start(each.trial)] = each
        pid, end = trial.finished(running)
        each = running.pop(pid)
        if end is not trial.End.NOTICED:
            line = f"{each.key}\tline {each.fault.lines[0]}"
            print(line if end is trial.End.SURVIVED else f"{end.value}: {line}", flush=True)
        yield each, end
        done += 1
        if done % 100 == 0:
            print(f"{done} of {len(chosen)}", file=sys.stderr, flush=True)


def _report(ends: list[tuple[Planted, trial.End]], *, whole: bool, began: float) -> int:
    count = Counter(end for _, end in ends)
    noticed = count[trial.End.NOTICED] + count[trial.End.ENDLESS]
    killed = noticed / max(1, len(ends))
    minutes = (time.monotonic() - began) / 60
    print(f"{killed:.1%} of {len(ends)} faults were noticed, in {minutes:.0f} minutes")
    print(f"{count[trial.End.ENDLESS]} of them as an endless loop")
    print(f"{count[trial.End.UNDECIDED]} waited too long or ran no test, and count as not noticed")
    reasons = survivors.reasons()
    now = {each.key for each, end in ends if end in _ALIVE}
    unexplained = now - reasons.keys()
    print(f"{len(unexplained)} survivors without a reason in {survivors.FILE.relative_to(ROOT)}")
    if whole:
        for key in reasons.keys() - now:
            print(f"no longer a survivor: {key}")
    return 0 if killed >= _LEAST_KILLED and not unexplained else 1


if __name__ == "__main__":
    raise SystemExit(main())
