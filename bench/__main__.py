"""`python -m bench [heal|alerts|reconcile] [--write]`: measures side by side and prints tables."""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
from pathlib import Path

from bench.heal import suite
from bench.measure import BenchError
from bench.report import heading

RESULTS = Path(__file__).resolve().parent / "results.md"
PEERS = ("c7n 0.9.53",)

_ALERTS_SECONDS = 300


def main() -> int:
    """Run what is asked for; 1 when something that is measured did not work."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("which", nargs="?", choices=("heal", "reconcile", "alerts"))
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name} as well")
    given = parser.parse_args()
    try:
        text = _measure((given.which,) if given.which else ("heal", "reconcile", "alerts"))
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(text)
    if given.write:
        RESULTS.write_text(f"# Figures\n\n{text}", encoding="utf-8")
    return 0


def _measure(parts: tuple[str, ...]) -> str:
    texts = []
    for part in parts:
        if part == "alerts":
            texts.append(_alerts())
        else:
            texts += [table.markdown() for table in suite.tables(part, _progress)]
    return "\n".join((heading(PEERS), *texts))


def _alerts() -> str:
    """The alert function's figures, from a command of its own."""
    if importlib.util.find_spec("bench.alerts") is None:
        return ""
    _progress("alerts")
    command = [sys.executable, "-m", "bench.alerts"]
    outcome = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, text=True, timeout=_ALERTS_SECONDS
    )
    if outcome.returncode != 0:
        raise BenchError(f"{' '.join(command[1:])} ended with {outcome.returncode}")
    return outcome.stdout


def _progress(step: str) -> None:
    print(f"==> {step}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
