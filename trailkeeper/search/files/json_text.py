"""Finding whole values in JSON text without building more than is asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

_STRUCTURE = bytes(each for each in range(256) if each not in b'{}[]"')
_SPACES = re.compile(rb"[ \t\r\n]*")
_HIGHEST_SPACE = 0x20
_FEW_ESCAPES = 500
_COMMA, _OPEN, _CLOSE, _QUOTE = b',[]"'
# strict=False: control characters inside of texts are wrong but readable.
_decoder: Any = json.JSONDecoder(strict=False)
_scan: Callable[[str, int], tuple[Any, int]] = _decoder.scan_once


class NotJsonError(ValueError):
    """When bytes that should be a JSON value are none, or end inside of it."""

    def __init__(self, at: int) -> None:
        super().__init__(f"no JSON value at byte {at:,}")
        self.at = at


def is_balanced(data: bytes) -> bool:
    """Whether every object and array that starts in some JSON text ends in it, and none before.

    True for `{...},{...},` at one level. Exact: brackets inside of texts do not count. Everything
    here runs in C; it reads a gigabyte in about a second.
    """
    left = _without_escapes(data).translate(None, _STRUCTURE)
    # Two quotes side by side are one text or the gap between two: either way nothing between
    # them changes sides when they go.
    left = left.replace(b'""', b"")
    if b'"' in left:
        left = b"".join(left.split(b'"')[::2])
    while left:
        size = len(left)
        left = left.replace(b"{}", b"").replace(b"[]", b"")
        if len(left) == size:
            return False
    return True


def _without_escapes(data: bytes) -> bytes:
    """Without `\\"` and every other pair that starts with a backslash."""
    at = data.find(b"\\")
    if at < 0:
        return data
    parts, start = [], 0
    while at >= 0:
        parts.append(data[start:at])
        start = at + 2
        at = data.find(b"\\", start)
    parts.append(data[start:])
    return b"".join(parts)


class Values:
    """Walks through the values of an array in some JSON text, whatever the text is before."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._text: str | None = None

    def between(self, start: int, end: int) -> Iterator[tuple[int, int, Any]]:
        """Where each value starts and ends, and the value; `start` is behind a `[` or a comma.

        Ends at the `]`, or at `end` behind a comma. A value with characters beyond ASCII comes
        as None: only its place is known.

        Raises:
            NotJsonError: with the place up to which everything was readable.
        """
        data = self._data
        at = after_space(data, start, end)
        while at < end and data[at] != _CLOSE:
            value, stop = self._scanned(at)
            following = after_space(data, stop, end)
            # A number may go on behind the end; nothing else can end too early.
            if stop > end or (following < end and data[following] not in (_COMMA, _CLOSE)):
                raise NotJsonError(at)
            yield at, stop, value if data[at:stop].isascii() else None
            if following >= end or data[following] == _CLOSE:
                return
            at = after_space(data, following + 1, end)

    def sequence(self, start: int, end: int) -> Iterator[tuple[int, int, Any]]:
        """Where each of several values starts and ends that follow each other, as in JSON lines.

        Raises:
            NotJsonError: with the place up to which everything was readable.
        """
        at = after_space(self._data, start, end)
        while at < end:
            value, stop = self._scanned(at)
            yield at, stop, value if self._data[at:stop].isascii() else None
            at = after_space(self._data, stop, end)

    def array_member(self, start: int, name: str) -> tuple[int, int] | None:
        """Where the inside of an array starts and ends that is a member of the object at `start`.

        Of members with the same name the last one counts, as everywhere.
        """
        data, found = self._data, None
        end = len(data)
        at = after_space(data, start + 1, end)
        while at < end and data[at] == _QUOTE:
            key, at = self._scanned(at)
            at = after_space(data, at, end)
            at = after_space(data, at + 1, end)  # the colon
            _, stop = self._scanned(at)
            if key == name:
                found = (at + 1, stop - 1) if data[at] == _OPEN else None
            at = after_space(data, stop, end)
            if at < end and data[at] == _COMMA:
                at = after_space(data, at + 1, end)
        return found

    def _scanned(self, at: int) -> tuple[Any, int]:
        if self._text is None:
            # Latin-1 keeps one character a byte: a place in the text is a place in the data.
            self._text = self._data.decode("latin-1")
        try:
            value, stop = _scan(self._text, at)
        except (StopIteration, ValueError, RecursionError):
            raise NotJsonError(at) from None
        return value, stop


def after_space(data: bytes, at: int, end: int) -> int:
    """The next place without a space of JSON."""
    if at >= end or data[at] > _HIGHEST_SPACE:
        return at
    found = _SPACES.match(data, at, end)
    return found.end() if found else at


def spells_otherwise(data: bytes, letters: frozenset[int]) -> bool:
    """Whether one of these ASCII letters is written as an escape (`\\u0052` for R) somewhere.

    Then a search for the plain bytes may miss what is there.
    """
    # One byte is found ten times as fast as four, so that a few escapes cost next to nothing.
    at = data.find(b"\\")
    few = _FEW_ESCAPES
    while at >= 0:
        if data[at + 1 : at + 4] == b"u00":
            try:
                if int(data[at + 4 : at + 6], 16) in letters:
                    return True
            except ValueError:
                return True
        few -= 1
        at = data.find(b"\\", at + 2) if few > 0 else data.find(b"\\u00", at + 1)
    return False
