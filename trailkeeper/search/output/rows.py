"""Writes the rows of a query: columns of its own, all of them of untrusted text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from trailkeeper.search.output.csv_rows import csv_line
from trailkeeper.search.output.table import cells_wide, shortened
from trailkeeper.search.output.untrusted import safe_cell, safe_json, visible

FORMS = ("table", "json", "jsonl", "csv")
_WIDEST = 60

Rows = Sequence[Mapping[str, str]]


def write_rows(
    rows: Rows, columns: Sequence[str], form: str, out: BinaryIO, *, terminal: int | None = None
) -> None:
    """Write rows in one of the forms; `terminal` is the width of the terminal that reads them."""
    if form == "table":
        out.write(_table(rows, columns, terminal))
    elif form == "csv":
        lines = [csv_line(columns)]
        lines += (csv_line([safe_cell(row.get(each, "")) for each in columns]) for row in rows)
        out.write(b"".join(lines))
    elif form == "json":
        out.write(b"[\n" + b",\n".join(map(_json, rows)) + b"\n]\n" if rows else b"[]\n")
    else:
        out.write(b"".join(_json(row) + b"\n" for row in rows))


def _table(rows: Rows, columns: Sequence[str], terminal: int | None) -> bytes:
    if not rows:
        return b""
    lines = [[each.upper() for each in columns]]
    lines += ([visible(row.get(each, "")) for each in columns] for row in rows)
    widths = [
        min(_WIDEST, max(cells_wide(line[place]) for line in lines))
        for place in range(len(columns))
    ]
    shown = []
    for line in lines:
        cells = (
            cell + " " * max(0, width - cells_wide(cell))
            for cell, width in zip(line, widths, strict=True)
        )
        whole = "  ".join(cells).rstrip()
        shown.append(shortened(whole, terminal) if terminal else whole)
    return ("\n".join(shown) + "\n").encode("utf-8", "backslashreplace")


def _json(row: Mapping[str, str]) -> bytes:
    return safe_json(json.dumps(row, ensure_ascii=False)).encode("utf-8", "backslashreplace")
