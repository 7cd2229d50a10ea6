"""Large files piece by piece: what was read and not used yet, and where it can be cut."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.search.files import inflate
from trailkeeper.search.files.cut import BORDER
from trailkeeper.search.files.json_text import NotJsonError, Values, after_space, is_balanced

_SPACE = b" \t\r\n"


class Buffer:
    """What was read and not used yet; keeps damage until everything before it was used."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.data = b""
        self.damage: inflate.DamagedError | None = None

    def more(self) -> bool:
        """Read about two megabytes on; False when nothing came.

        Raises:
            OSError: the file cannot be read.
        """
        fresh, size = [], 0
        try:
            for piece in self._pieces:
                fresh.append(piece)
                size += len(piece)
                if size >= inflate.PIECE:
                    break
        except inflate.DamagedError as damage:
            self.damage = damage
        self.data = b"".join((self.data, *fresh))
        return size > 0

    def drop(self, size: int) -> None:
        """Forget what was used."""
        self.data = self.data[size:]


def last_border(data: bytes, start: int, *, final: bool) -> tuple[int, bool]:
    """The last place in an array of records behind a whole record, and whether it ended there.

    `start` is such a place. Where the array ended, the place is that of its `]`. `final` says
    that no more data will come.
    """
    begin = data.rfind(BORDER, start) + 2
    if begin <= start + 2 or not is_balanced(data[start:begin]):
        begin = start
    last = begin
    try:
        for _, stop, _ in Values(data).between(begin, len(data)):
            following = after_space(data, stop, len(data))
            sign = data[following : following + 1]
            if sign == b"]":
                return following, True
            if sign != b",":
                return (stop if final else last), False
            last = following + 1
    except NotJsonError:
        return last, False
    at = after_space(data, last, len(data))
    return (at, True) if data[at : at + 1] == b"]" else (last, False)


def inside_end(data: bytes) -> int:
    """Where the `]` of `... ]}` is at the end of a file; -1 when it does not end so."""
    end = len(data)
    for close in b"}]":
        while end and data[end - 1] in _SPACE:
            end -= 1
        end -= 1
        if end < 0 or data[end] != close:
            return -1
    return end
