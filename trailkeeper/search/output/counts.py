"""Writes how many events have the same texts in some columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import BinaryIO

from trailkeeper.search.output.csv_rows import csv_line
from trailkeeper.search.output.table import cells_wide
from trailkeeper.search.output.untrusted import safe_cell, safe_json, visible

Counts = Sequence[tuple[tuple[str, ...], int]]


def write_counts(counts: Counts, columns: tuple[str, ...], form: str, out: BinaryIO) -> None:
    """Write counts in one of the forms of events; raw is as jsonl."""
    lines = {"table": _table, "csv": _csv, "json": _json}.get(form, _json_lines)(counts, columns)
    out.write(lines)


def _table(counts: Counts, columns: tuple[str, ...]) -> bytes:
    lines = [("COUNT", *(each.upper() for each in columns))]
    lines.extend((str(number), *map(visible, key)) for key, number in counts)
    widths = [max(cells_wide(line[place]) for line in lines) for place in range(len(lines[0]))]
    shown = []
    for number, *key in lines:
        padded = [
            each + " " * (w - cells_wide(each)) for each, w in zip(key, widths[1:], strict=True)
        ]
        shown.append("  ".join((number.rjust(widths[0]), *padded)).rstrip() + "\n")
    return "".join(shown).encode()


def _csv(counts: Counts, columns: tuple[str, ...]) -> bytes:
    rows = [csv_line((str(number), *map(safe_cell, key))) for key, number in counts]
    return b"".join((csv_line(("count", *columns)), *rows))


def _json(counts: Counts, columns: tuple[str, ...]) -> bytes:
    return b"[\n" + b",\n".join(_json_lines(counts, columns).splitlines()) + b"\n]\n"


def _json_lines(counts: Counts, columns: tuple[str, ...]) -> bytes:
    rows = ({"count": number, **dict(zip(columns, key, strict=True))} for key, number in counts)
    lines = (safe_json(json.dumps(each, ensure_ascii=False)) + "\n" for each in rows)
    return "".join(lines).encode("utf-8", "backslashreplace")
