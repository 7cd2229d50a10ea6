"""The answers as lines of JSON, row and record, made where the files are read."""

from __future__ import annotations

import json
from collections.abc import Iterator

from trailkeeper.search.event import Event
from trailkeeper.search.files.read_one import Reader


def lines(reader: Reader, path: str) -> Iterator[bytes]:
    """One line for each answer in a file: the row, and the bytes of the record as one text."""
    for raw, record in reader.answers(path):
        row = {**Event(raw, record).row(), "record": raw.decode("utf-8", "replace")}
        yield json.dumps(row).encode() + b"\n"
