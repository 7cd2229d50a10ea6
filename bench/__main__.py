"""`python -m bench [heal|alerts|reconcile] [--write]`: measures side by side and prints tables."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.heal import suite
from bench.measure import BenchError
from bench.report import Table, heading

RESULTS = Path(__file__).resolve().parent / "results.md"
PEERS = ("c7n 0.9.53",)


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
        tables = _alerts() if part == "alerts" else suite.tables(part, _progress)
        texts += [table.markdown() for table in tables]
    return "\n".join((heading(PEERS), *texts))


def _alerts() -> list[Table]:
    # Imported late: it brings botocore into this process, whose size is the floor of its children.
    from bench.alerts.__main__ import table

    _progress("alerts")
    return [table()]


def _progress(step: str) -> None:
    print(f"==> {step}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
