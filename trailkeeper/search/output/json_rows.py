"""Rows with their records, as JSON."""

from __future__ import annotations

import json
from typing import BinaryIO

from trailkeeper.search.event import Event
from trailkeeper.search.output.untrusted import safe_json


class JsonLines:
    """The row of each event, with the whole record in it, one a line."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, event: Event) -> None:
        self._out.write(_json(event) + b"\n")

    def end(self) -> None:
        pass


class JsonArray:
    """One array of what `jsonl` has on its lines."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._before = b"[\n"

    def write(self, event: Event) -> None:
        self._out.write(self._before + _json(event))
        self._before = b",\n"

    def end(self) -> None:
        self._out.write(b"[]\n" if self._before == b"[\n" else b"\n]\n")


def _json(event: Event) -> bytes:
    text = json.dumps({**event.row(), "record": event.record}, ensure_ascii=False)
    return safe_json(text).encode("utf-8", "backslashreplace")
