"""Rows for people."""

from __future__ import annotations

from typing import BinaryIO

from trailkeeper.search.event import Event
from trailkeeper.search.output.untrusted import visible


class Table:
    """Columns for people. They start as wide as most cells are and grow, so none has to wait."""

    _COLUMNS = (
        *(("time", 20), ("event", 22), ("source", 12), ("user", 24), ("ip", 15)),
        *(("region", 12), ("error", 12), ("resource", 0)),
    )

    def __init__(self, out: BinaryIO, width: int | None) -> None:
        self._out = out
        self._width = width
        self._widths = dict(self._COLUMNS)
        self._started = False

    def write(self, event: Event) -> None:
        if not self._started:
            self._started = True
            self._line({name: name.upper() for name in self._widths})
        row = event.row()
        row["source"] = row["source"].removesuffix(".amazonaws.com")
        self._line({name: visible(row[name]) for name in self._widths})

    def end(self) -> None:
        pass

    def _line(self, cells: dict[str, str]) -> None:
        parts = []
        for name, cell in cells.items():
            shown = cells_wide(cell)
            self._widths[name] = max(self._widths[name], min(shown, 60))
            parts.append(cell + " " * (self._widths[name] - shown))
        line = "  ".join(parts).rstrip()
        if self._width is not None:
            line = shortened(line, self._width)
        self._out.write(line.encode() + b"\n")


def cells_wide(text: str) -> int:
    """How many places of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(
        0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text
    )


def shortened(line: str, width: int) -> str:
    """A line that fits into a terminal."""
    if cells_wide(line) <= width:
        return line
    while line and cells_wide(line) > width - 1:
        line = line[:-1]
    return line + "…"
