"""`python -m bench [PART] [--write]`: measures side by side and prints tables."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.heal import suite
from bench.measure import BenchError
from bench.report import Table, heading
from bench.search import suite as search
from embedded import loopback
from stacks.generated import with_section

RESULTS = Path(__file__).resolve().parent / "results.md"
FIGURES = RESULTS.parents[1] / "docs" / "figures.md"
SEARCH_RESULTS = RESULTS.parent / "search" / "results.md"
PARTS = ("heal", "reconcile", "alerts", "flood")
PEERS = ("c7n 0.9.53",)


def main() -> int:
    """Run what is asked for; 1 when something that is measured did not work."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("which", nargs="?", choices=(*PARTS, "search"))
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"all of it into {RESULTS.name}, heal and flood into docs/{FIGURES.name}",
    )
    parser.add_argument(
        "--megabytes", type=int, nargs="+", default=search.SIZES, help="of search alone: how much"
    )
    given = parser.parse_args()
    if given.which == "search":
        return _search(tuple(given.megabytes), write=given.write)
    loopback.guard()
    try:
        texts = {part: _measure(part) for part in ((given.which,) if given.which else PARTS)}
        if away := loopback.refused():
            raise BenchError(f"something wanted to leave this machine: {away}")
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    machine = heading(PEERS)
    text = "\n".join((machine, *texts.values()))
    print(text)
    if given.write and given.which is None:
        RESULTS.write_text(f"# Figures\n\n{text}", encoding="utf-8")
        _show("figures", f"{machine}\n{texts['heal'].rstrip()}")
    if given.write and "flood" in texts:
        _show("flood figures", f"{heading()}\n{texts['flood'].rstrip()}")
    return 0


def _show(section: str, text: str) -> None:
    """Put a text into its section of the page."""
    figures = FIGURES.read_text(encoding="utf-8")
    FIGURES.write_text(with_section(figures, section, text), encoding="utf-8")


def _search(megabytes: tuple[int, ...], *, write: bool) -> int:
    """Apart from the rest: its peers are other tools, and it takes a quarter of an hour."""
    try:
        tables = [each.markdown() for each in search.tables(_progress, megabytes)]
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    machine = heading(search.PEERS)
    text = "\n".join((machine, *tables))
    print(text)
    if write:
        SEARCH_RESULTS.write_text(f"# Figures of the search\n\n{text}", encoding="utf-8")
        # The largest data set, and how cost grows; all of it is in the file.
        shown = "\n".join((machine, tables[len(megabytes) - 1], tables[-1])).rstrip()
        _show("search figures", shown)
    return 0


def _measure(part: str) -> str:
    if part == "flood":
        tables = _flood()
    else:
        tables = _alerts() if part == "alerts" else suite.tables(part, _progress)
    return "\n".join(table.markdown() for table in tables)


def _alerts() -> list[Table]:
    # Imported late: it brings botocore into this process, whose size is the floor of its children.
    from bench.alerts.__main__ import table

    _progress("alerts")
    return [table()]


def _flood() -> list[Table]:
    from bench import flood  # late, as it brings boto3

    return flood.tables(_progress)


def _progress(step: str) -> None:
    print(f"==> {step}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
