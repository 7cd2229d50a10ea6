"""A line on a terminal that says how far a long search is; nothing at all in a pipe."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_WAIT = 1.0  # seconds before the first line: what is quick needs none
_AGAIN = 0.2


class Progress:
    """Shown on standard error while it is a terminal, and gone before anything else is written."""

    def __init__(self, stream: TextIO | None = None, *, total: int | None = None) -> None:
        self._stream = stream or sys.stderr
        self._on = self._stream.isatty()
        self._total = total
        self._next = time.monotonic() + _WAIT
        self._files = self._bytes = 0
        self._shown = False

    def advance(self, files: int, size: int) -> None:
        """So many more files and bytes are done."""
        self._files += files
        self._bytes += size
        if self._on and time.monotonic() >= self._next:
            self._show()

    def note(self, line: str) -> None:
        """How far it is in words, where there are no files to count."""
        if self._on and time.monotonic() >= self._next:
            self._write(line)

    def clear(self) -> None:
        """Take the line away, so that something else can be written."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False

    def _show(self) -> None:
        done = f"{self._files:,} files, {self._bytes / 1e6:,.0f} MB"
        if self._total:
            part = min(1.0, self._bytes / self._total)
            bar = "#" * round(part * 20)
            done = f"[{bar:<20}] {part:4.0%} {done}"
        self._write(done)

    def _write(self, line: str) -> None:
        self._next = time.monotonic() + _AGAIN
        self._stream.write(f"\r\x1b[K{line}")
        self._stream.flush()
        self._shown = True
