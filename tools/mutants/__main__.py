"""`python -m tools.mutants`: how many small faults the unit tests notice.

It plants one fault in each statement, chosen by `--seed`: what tests notice of one fault in a
statement they mostly notice of its others, which `--every` plants too.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tools.mutants import planted, survivors, trial
from tools.mutants.coverage_map import READERS, CoverageMap, TestsFailError, measured
from tools.mutants.faults import Fault, faults

ROOT = Path(__file__).resolve().parents[2]
ROOMS = tuple(
    f"trailkeeper/{room}" for room in ("guards", "evidence", "reconcile", "events", "alerts")
)
# Attacks are what tests play, and no part of what is deployed.
_NOT_DEPLOYED = "trailkeeper/guards/techniques/"
_LEAST_KILLED = 0.9
# Of processor time, and so many times what the tests took when they were measured.
_SECONDS, _TIMES = 60.0, 5
_ALIVE = (trial.End.SURVIVED, trial.End.UNDECIDED)
# Other kinds of tests, those of rooms that use nothing of these, and those of generated pages,
# which notice every change and judge none.
_LEFT_OUT = (
    *("stacks", "e2e", "golden", "chaos", "mutants", "__pycache__"),
    *("search", "dialects", "stage", "bench", "tools"),
)


@dataclass(frozen=True)
class Planted:
    """A fault, where it is, and the tests that can notice it."""

    file: str
    fault: Fault
    text: bytes
    tests: list[str]
    seconds: float


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
    trial.warm_up()
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory() as folder:
            known = measured(_unit_tests(), ROOMS, Path(folder))
    except TestsFailError as error:
        print(error, file=sys.stderr)
        return 1
    chosen, chance = list(_all(given.room or ROOMS, known)), random.Random(given.seed)
    if given.sample:
        chosen = chance.sample(chosen, min(given.sample, len(chosen)))
    elif not given.every:
        chosen = list(_one_a_statement(chosen, chance))
    print(f"{len(chosen)} faults, tests measured in {time.monotonic() - began:.0f} s", flush=True)
    if said := _failing_without_a_fault(chosen):
        print(f"the tests fail in a trial without a fault:\n{said}", file=sys.stderr)
        return 1
    ends = list(_ends(chosen, given.jobs))
    return _report(ends, whole=given.every and not given.sample and not given.room, began=began)


def _unit_tests() -> list[str]:
    folders = [each for each in (ROOT / "tests").iterdir() if each.is_dir()]
    kept = {f"tests/{each.name}" for each in folders if each.name not in _LEFT_OUT}
    return sorted(kept | {each for each in READERS if "::" not in each})


def _all(rooms: Iterable[str], known: CoverageMap) -> Iterator[Planted]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            file = path.relative_to(ROOT).as_posix()
            if file.startswith(_NOT_DEPLOYED):
                continue
            source = path.read_bytes()
            for fault in faults(source):
                tests = known.tests(file, fault.lines, top=fault.top)
                seconds = _SECONDS + _TIMES * known.seconds_of(tests)
                yield Planted(file, fault, fault.planted(source), tests, seconds)


def _one_a_statement(found: Iterable[Planted], chance: random.Random) -> Iterator[Planted]:
    def statement(each: Planted) -> tuple[str, tuple[int, int]]:
        return each.file, each.fault.lines

    for _, those in groupby(sorted(found, key=statement), key=statement):
        yield chance.choice(list(those))


def _failing_without_a_fault(chosen: list[Planted]) -> str:
    """What tests say that fail for another reason, which would notice every fault."""
    tests = sorted({test for each in chosen for test in each.tests})
    file = chosen[0].file
    asked = trial.Trial(file, (ROOT / file).read_bytes(), tests, 10 * _SECONDS)
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="replace") as said:
        end = trial.finished([trial.start(asked, said.name)])[1]
        shown = "\n".join(said.read().splitlines()[-20:]) or end.value
        return "" if end is trial.End.SURVIVED else shown


def _ends(chosen: list[Planted], jobs: int) -> Iterator[tuple[Planted, trial.End]]:
    """Try the faults, so many at a time, and tell at once of those that no test noticed."""
    waiting, running = list(reversed(chosen)), dict[int, Planted]()
    done = 0
    while waiting or running:
        while waiting and len(running) < jobs:
            each = waiting.pop()
            asked = trial.Trial(each.file, each.text, each.tests, each.seconds)
            running[trial.start(asked)] = each
        pid, end = trial.finished(running)
        each = running.pop(pid)
        if end is not trial.End.NOTICED:
            line = survivors.line_of(each.file, each.fault)
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
    print(f"{count[trial.End.UNDECIDED]} were cut off while they waited, and count as not noticed")
    reasons = survivors.reasons()
    now = {survivors.key_of(each.file, each.fault) for each, end in ends if end in _ALIVE}
    unexplained = now - reasons.keys()
    print(f"{len(unexplained)} survivors without a reason in {survivors.FILE.relative_to(ROOT)}")
    if whole:
        for key in reasons.keys() - now:
            print(f"no longer a survivor: {key}")
    return 0 if killed >= _LEAST_KILLED and not unexplained else 1


if __name__ == "__main__":
    raise SystemExit(main())
