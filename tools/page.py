"""The command line of every tool that makes a whole page: print it, or write it into a file."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def run(description: str, render: Callable[[], str]) -> None:
    """Print the page, or write it where `--write` says."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--write", metavar="FILE", type=Path, help="write the page to this file")
    write: Path | None = parser.parse_args().write
    if write is None:
        print(render(), end="")
        return
    write.parent.mkdir(parents=True, exist_ok=True)
    write.write_text(render(), encoding="utf-8")
