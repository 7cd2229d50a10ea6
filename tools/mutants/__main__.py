"""`python -m tools.mutants [--room R] [--sample N] [--planted]`: how much the unit tests notice."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.mutants import planted, survivors, trial
from tools.mutants.coverage_map import CoverageMap, TestsFailError, measured
from tools.mutants.faults import Fault, faults

ROOT = Path(__file__).resolve().parents[2]
ROOMS = tuple(
    f"trailkeeper/{room}" for room in ("guards", "evidence", "reconcile", "events", "alerts")
)
_LEAST_KILLED = 0.9
_SECONDS = 120.0
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


def main() -> int:
    """Plant and try; 1 when too little is noticed, or something survives for no given reason."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("--room", action="append", help=f"of {', '.join(ROOMS)}; default: all")
    parser.add_argument("--sample", type=int, help="so many faults, chosen at random")
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
    chosen = list(_all(given.room or ROOMS, known))
    if given.sample:
        chosen = random.Random(given.seed).sample(chosen, min(given.sample, len(chosen)))
    print(f"{len(chosen)} faults, tests measured in {time.monotonic() - began:.0f} s", flush=True)
    if said := _failing_without_a_fault(chosen):
        print(f"the tests fail in a trial without a fault:\n{said}", file=sys.stderr)
        return 1
    alive = list(_survivors(chosen, given.jobs))
    return _report(chosen, alive, whole=not given.sample and not given.room, began=began)


def _unit_tests() -> list[str]:
    folders = [each for each in (ROOT / "tests").iterdir() if each.is_dir()]
    return sorted(f"tests/{each.name}" for each in folders if each.name not in _LEFT_OUT)


def _all(rooms: Iterable[str], known: CoverageMap) -> Iterator[Planted]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            file = path.relative_to(ROOT).as_posix()
            source = path.read_bytes()
            for fault in faults(source):
                tests = known.tests(file, fault.lines, top=fault.top)
                yield Planted(file, fault, fault.planted(source), tests)


def _failing_without_a_fault(chosen: list[Planted]) -> str:
    """What tests say that fail for another reason, which would notice every fault."""
    tests = sorted({test for each in chosen for test in each.tests})
    file = chosen[0].file
    asked = trial.Trial(file, (ROOT / file).read_bytes(), tests, _SECONDS * 5)
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="replace") as said:
        failed = trial.finished([trial.start(asked, said.name)])[1]
        return "\n".join(said.read().splitlines()[-20:]) or "nothing" if failed else ""


def _survivors(chosen: list[Planted], jobs: int) -> Iterator[Planted]:
    """Try the faults, so many at a time; those that no test noticed."""
    waiting, running = list(reversed(chosen)), dict[int, Planted]()
    done = 0
    while waiting or running:
        while waiting and len(running) < jobs:
            each = waiting.pop()
            if each.tests:
                asked = trial.Trial(each.file, each.text, each.tests, _SECONDS)
                running[trial.start(asked)] = each
            else:
                done += 1
                yield _told(each)
        if running:
            pid, noticed = trial.finished(running)
            each = running.pop(pid)
            done += 1
            if not noticed:
                yield _told(each)
            if done % 100 == 0:
                print(f"{done} of {len(chosen)}", file=sys.stderr, flush=True)


def _told(each: Planted) -> Planted:
    print(survivors.line_of(each.file, each.fault), flush=True)
    return each


def _report(chosen: list[Planted], alive: list[Planted], *, whole: bool, began: float) -> int:
    killed = 1 - len(alive) / max(1, len(chosen))
    minutes = (time.monotonic() - began) / 60
    print(f"{killed:.1%} of {len(chosen)} faults were noticed, in {minutes:.0f} minutes")
    reasons = survivors.reasons()
    now = {survivors.key_of(each.file, each.fault) for each in alive}
    unexplained = now - reasons.keys()
    print(f"{len(unexplained)} survivors without a reason in {survivors.FILE.relative_to(ROOT)}")
    if whole:
        for key in reasons.keys() - now:
            print(f"no longer a survivor: {key}")
    return 0 if killed >= _LEAST_KILLED and not unexplained else 1


if __name__ == "__main__":
    raise SystemExit(main())
