"""The records themselves."""

from __future__ import annotations

from typing import BinaryIO

from trailkeeper.search.event import Event


class Raw:
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
            from trailkeeper.search.output.untrusted import safe_json, visible

            raw = visible(safe_json(raw.decode("utf-8", "replace"))).encode()
        self._out.write(raw + b"\n")

    def end(self) -> None:
        pass
