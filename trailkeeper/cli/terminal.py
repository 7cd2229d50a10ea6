"""Terminals that do not speak UTF-8: what they cannot show is a question mark and no error."""

from __future__ import annotations

import codecs
import sys
from typing import Any, BinaryIO, cast


def forgive() -> None:
    """Let nothing that a terminal cannot show end a command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def output(form: str) -> BinaryIO:
    """Where an answer goes, as bytes of UTF-8: what programs read is that, whatever the terminal.

    Tables are for people, so they come in the terminal's own encoding.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if form != "table" or codecs.lookup(encoding).name in {"utf-8", "ascii"}:
        return sys.stdout.buffer
    return cast(BinaryIO, _Recoded(sys.stdout.buffer, encoding))


class _Recoded:
    """Takes whole lines of UTF-8 and writes them in another encoding."""

    def __init__(self, out: BinaryIO, encoding: str) -> None:
        self._out = out
        self._encoding = encoding

    def write(self, lines: bytes) -> int:
        return self._out.write(lines.decode("utf-8", "replace").encode(self._encoding, "replace"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)
