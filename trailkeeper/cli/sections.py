"""Lines for a terminal: the title of a section in the margin, its texts beside it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

WIDTH = 80
INDENT = 10


def section(title: str, texts: Iterable[str]) -> Iterator[str]:
    """The texts, wrapped; what is set in by two spaces stays so."""
    margin = f"{title:<{INDENT}}"
    for text in texts:
        yield from textwrap.wrap(
            text,
            WIDTH,
            initial_indent=margin,
            subsequent_indent=" " * (INDENT + 2 if text.startswith("  ") else INDENT),
            break_long_words=False,
            break_on_hyphens=False,
        )
        margin = " " * INDENT
