"""Rows for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from trailkeeper.search.event import COLUMNS, Event
from trailkeeper.search.output.untrusted import safe_cell


class Csv:
    """The row of each event, as spreadsheets read it."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._started = False

    def write(self, event: Event) -> None:
        self._start()
        row = event.row()
        self._line(safe_cell(row[column]) for column in COLUMNS)

    def end(self) -> None:
        self._start()

    def _start(self) -> None:
        if not self._started:
            self._started = True
            self._line(COLUMNS)

    def _line(self, cells: Iterable[str]) -> None:
        self._out.write(csv_line(cells))


def csv_line(cells: Iterable[str]) -> bytes:
    """One line of CSV; the cells have no line ends in them."""
    quoted = (
        '"' + cell.replace('"', '""') + '"' if "," in cell or '"' in cell else cell
        for cell in cells
    )
    return (",".join(quoted) + "\r\n").encode()
