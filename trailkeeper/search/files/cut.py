"""Cuts the records that hold certain bytes out of a file, without parsing the others.

The result is exact and not a guess. Between records stands `},{"eventVersion":`. In JSON these
bytes never stand inside of a text, but they may stand inside of a record (a parameter that holds
copies of records). So what lies between the last known border and this one must be balanced.
Where it is not, where a record is written in another order, or where a cut piece is not one JSON
object, the records are walked through one by one from the last known border.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator, Iterator
from typing import Any

from trailkeeper.search.event import parsed
from trailkeeper.search.files.json_text import NotJsonError, Values, after_space, is_balanced

BORDER = b'},{"eventVersion":'
# CloudTrail's records have at most 256 KB; a longer piece is surely more than one.
_LONGEST = 512 << 10
Found = tuple[bytes, dict[str, Any]]


class Cutter:
    """Cuts the records with one of some needles out of the inside of an array of records.

    `damage` counts the places that no record could be read from.
    """

    def __init__(self, needles: tuple[bytes, ...]) -> None:
        self._needles = needles
        self.damage = 0

    def cut(self, data: bytes, start: int, end: int) -> Iterator[Found]:
        """The records between `start` and `end`, both at a border, as bytes and as object."""
        base = start
        hits = Places(data, self._needles, end)
        borders = Places(data, (BORDER,), end)
        values = Values(data)
        while (hit := hits.first(base)) >= 0:
            begin = data.rfind(BORDER, base, hit) + 2
            if begin < 2:
                begin = base
            elif not is_balanced(data[base:begin]):
                base = yield from self._walk(data, values, base, hit, end)
                continue
            stop = borders.first(hit)
            stop = end if stop < 0 else stop + 1
            record = _one(data[begin:stop]) if stop - begin < _LONGEST else None
            if record is None:
                base = yield from self._walk(data, values, begin, hit, end)
                continue
            yield data[begin:stop], record
            base = stop + 1

    def _walk(
        self, data: bytes, values: Values, base: int, hit: int, end: int
    ) -> Generator[Found, None, int]:
        """Record by record until the hit is behind; the new border is what it returns."""
        try:
            for begin, stop, value in values.between(base, end):
                if stop <= hit:
                    continue
                raw = data[begin:stop]
                if any(each in raw for each in self._needles):
                    record = value if value is not None else _one(raw)
                    if isinstance(record, dict):
                        yield raw, record
                following = after_space(data, stop, end)
                # Behind a `]` the array is over, whatever else the file has.
                return following + 1 if data[following : following + 1] == b"," else end
        except NotJsonError as error:
            self.damage += 1
            following = data.find(BORDER, max(error.at, hit), end)
            return end if following < 0 else following + 2
        return end


def cut_between(data: bytes, borders: list[int], hits: Places) -> Iterator[Found]:
    """The same, where all borders are known: each record starts at one and ends before the next.

    The last of the borders is where the next record would start.
    """
    hit = hits.first(borders[0])
    while 0 <= hit < borders[-1]:
        place = bisect_right(borders, hit)
        # Behind a record stands one comma, or the end of the array.
        raw = data[borders[place - 1] : borders[place] - 1]
        record = _one(raw)
        if record is not None:
            yield raw, record
        hit = hits.first(borders[place])


def _one(raw: bytes) -> dict[str, Any] | None:
    try:
        return parsed(raw)
    except (ValueError, RecursionError):
        return None


class Places:
    """The first place of any needle from a place on; remembers where each was seen last."""

    def __init__(self, data: bytes, needles: tuple[bytes, ...], end: int) -> None:
        self._data = data
        self._end = end
        # None: not looked for yet; -1: not there from here on.
        self._seen: dict[bytes, int | None] = dict.fromkeys(needles)

    def first(self, start: int) -> int:
        """-1 when there is none; `start` never goes back."""
        best = -1
        for needle, seen in self._seen.items():
            place = seen
            if place is None or 0 <= place < start:
                place = self._data.find(needle, start, self._end)
                self._seen[needle] = place
            if place >= 0 and (best < 0 or place < best):
                best = place
        return best
