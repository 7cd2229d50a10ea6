"""`python -m tests.e2e.play_guard`: play every attack on the guard, and see that it ends as listed.

One line for each, on each half of the guard that it is tried on. The embedded account is started
once, and put back to how it was before each. Exits 1 if one ended otherwise.
"""

from __future__ import annotations

import argparse
import re
import sys
import time

from stage.account import FAILURES
from stage.surroundings import Ended, end_on_signals
from tests.e2e.intrusions import Intrusions, WrongEndError, attacked
from trailkeeper.guards.techniques import TECHNIQUES
from trailkeeper.guards.techniques.technique import Half, Technique


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Play every attack on the guard.")
    parser.add_argument("--only", default="", metavar="REGEX", help="those whose ids match")
    only = re.compile(parser.parse_args(arguments).only)
    chosen = [each for each in TECHNIQUES if only.search(each.id)]
    if not chosen:
        print(f"error: no attack has an id that matches {only.pattern!r}", file=sys.stderr)
        return 2
    end_on_signals()
    try:
        with attacked(progress=_step) as intrusions:
            return _play(intrusions, chosen)
    except Ended:
        return 1
    except FAILURES as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _play(intrusions: Intrusions, chosen: list[Technique]) -> int:
    began = time.monotonic()
    played, wrong = 0, []
    for technique in chosen:
        for half in technique.against:
            if technique.attack is None:
                continue
            played += 1
            if not _ends_well(intrusions, technique, half):
                wrong.append(f"{technique.id} ({half})")
    left_out = [each for each in chosen if each.attack is None]
    for each in left_out:
        print(f"--    {each.id}: not played, {each.unplayed}")
    seconds = time.monotonic() - began
    print(
        f"{played} attacks played in {seconds:.0f} s, {len(wrong)} ended otherwise than listed, "
        f"{len(left_out)} cannot be played here"
    )
    for name in wrong:
        print(f"wrong end: {name}")
    return 1 if wrong else 0


def _ends_well(intrusions: Intrusions, technique: Technique, half: Half) -> bool:
    try:
        said = intrusions.play(technique, half)
    except WrongEndError as error:
        print(f"WRONG {technique.id} ({half}): {error}", flush=True)
        return False
    print(f"ok    {technique.id} ({half}): {technique.ends}, {said}", flush=True)
    return True


def _step(step: str, seconds: float | None) -> None:
    if seconds is None:
        print(f"==> {step} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
