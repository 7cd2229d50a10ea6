"""Writers of events, each writing an event as soon as it is there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from typing import BinaryIO, Protocol

from trailkeeper.search.event import COLUMNS, Event
from trailkeeper.search.output.untrusted import safe_cell, safe_json, visible

FORMS = ("table", "json", "jsonl", "csv", "raw")


class Writer(Protocol):
    """Writes events in one form; `end` completes what began."""

    def write(self, event: Event) -> None: ...
    def end(self) -> None: ...


def writer(form: str, out: BinaryIO, *, terminal: int | None = None) -> Writer:
    """The writer of a form; `terminal` is the width of the terminal that reads it, if one does."""
    makers: dict[str, Callable[[], Writer]] = {
        "table": lambda: _Table(out, terminal),
        "json": lambda: _Json(out),
        "jsonl": lambda: _JsonLines(out),
        "csv": lambda: _Csv(out),
        "raw": lambda: _Raw(out, on_terminal=terminal is not None),
    }
    return makers[form]()


class _Raw:
    """The bytes of each record, one a line. On a terminal, what it would obey is escaped."""

    def __init__(self, out: BinaryIO, *, on_terminal: bool) -> None:
        self._out = out
        self._on_terminal = on_terminal

    def write(self, event: Event) -> None:
        raw = event.raw
        # Line ends stand between the members of a record only; inside of texts JSON escapes them.
        if b"\n" in raw or b"\r" in raw:
            raw = raw.replace(b"\r", b" ").replace(b"\n", b" ")
        if self._on_terminal:
            raw = visible(safe_json(raw.decode("utf-8", "replace"))).encode()
        self._out.write(raw + b"\n")

    def end(self) -> None:
        pass


class _JsonLines:
    """The row of each event, with the whole record in it, one a line."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, event: Event) -> None:
        self._out.write(_json(event) + b"\n")

    def end(self) -> None:
        pass


class _Json:
    """One array of what `jsonl` has on its lines."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._before = b"[\n"

    def write(self, event: Event) -> None:
        self._out.write(self._before + _json(event))
        self._before = b",\n"

    def end(self) -> None:
        self._out.write(b"[]\n" if self._before == b"[\n" else b"\n]\n")


class _Csv:
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


class _Table:
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


def csv_line(cells: Iterable[str]) -> bytes:
    """One line of CSV; the cells have no line ends in them."""
    quoted = (
        '"' + cell.replace('"', '""') + '"' if "," in cell or '"' in cell else cell
        for cell in cells
    )
    return (",".join(quoted) + "\r\n").encode()


def _json(event: Event) -> bytes:
    text = json.dumps({**event.row(), "record": event.record}, ensure_ascii=False)
    return safe_json(text).encode("utf-8", "backslashreplace")


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


def terminal_width(descriptor: int) -> int | None:
    """The width of the terminal behind a descriptor; None when it is none."""
    try:
        return os.get_terminal_size(descriptor).columns or 80 if os.isatty(descriptor) else None
    except OSError:
        return None
