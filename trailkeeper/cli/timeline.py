"""What happens, line by line, each with its time; on a terminal a line below shows the waiting."""

from __future__ import annotations

import contextlib
from typing import TextIO

_CLEAR = "\r\x1b[2K"


class Timeline:
    """Writes to a stream, and never fails for it: what is under way must come to its end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lively = stream.isatty()

    def say(self, line: str) -> None:
        """A line by itself."""
        self._write(f"{_CLEAR if self._lively else ''}{line}\n")

    def at(self, seconds: float, what: str) -> None:
        """Something that happened so many seconds after the beginning."""
        self.say(f"{max(0.0, seconds):7.1f} s  {what}")

    def waiting(self, seconds: float, what: str) -> None:
        """What is waited for, in place; nothing where that cannot be."""
        if self._lively:
            self._write(f"{_CLEAR}{max(0.0, seconds):7.0f} s  {what} ...")

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()
