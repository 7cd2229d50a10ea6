"""Sections of a document that are made from the code, between a pair of markers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path


class MarkersMissingError(ValueError):
    """When the document has no markers for a section."""


def with_section(document: str, name: str, content: str) -> str:
    """The document with `content` between `<!-- name -->` and `<!-- /name -->`.

    Raises:
        MarkersMissingError: there are no such markers.
    """
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = document.partition(opening)
    _, found_end, after = rest.partition(closing)
    if not (found and found_end):
        message = f"expected {opening} and, after it, {closing}"
        raise MarkersMissingError(message)
    return f"{before}{opening}\n{content}\n{closing}{after}"


def markdown_table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; a cell may hold any text in one line."""
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def run(module: str, name: str, render: Callable[[], str]) -> int:
    """The command line of a module that renders a section: print it, or write it into a file."""
    match sys.argv[1:]:
        case []:
            print(render())
        case ["--write", file]:
            path = Path(file)
            written = with_section(path.read_text(encoding="utf-8"), name, render())
            path.write_text(written, encoding="utf-8")
        case _:
            print(f"usage: python -m {module} [--write FILE]", file=sys.stderr)
            return 2
    return 0
