"""Writers of events, each writing an event as soon as it is there."""

from __future__ import annotations

import os
from typing import BinaryIO, Protocol, TextIO

from trailkeeper.search.event import Event

FORMS = ("table", "json", "jsonl", "csv", "raw")


class Writer(Protocol):
    """Writes events in one form; `end` completes what began."""

    def write(self, event: Event) -> None: ...
    def end(self) -> None: ...


def writer(form: str, out: BinaryIO, *, terminal: int | None = None) -> Writer:
    """The writer of a form; `terminal` is the width of the terminal that reads it, if one does."""
    # Late, each of them: a question needs one.
    match form:
        case "raw":
            from trailkeeper.search.output.raw import Raw

            return Raw(out, on_terminal=terminal is not None)
        case "json":
            from trailkeeper.search.output.json_rows import JsonArray

            return JsonArray(out)
        case "jsonl":
            from trailkeeper.search.output.json_rows import JsonLines

            return JsonLines(out)
        case "csv":
            from trailkeeper.search.output.csv_rows import Csv

            return Csv(out)
        case _:
            from trailkeeper.search.output.table import Table

            return Table(out, terminal)


def terminal_width(stream: TextIO) -> int | None:
    """The width of the terminal behind a stream; None when it is none."""
    if not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
