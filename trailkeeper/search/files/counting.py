"""Counts by columns without building whole records, where nothing is filtered."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from trailkeeper.search.errors import SearchError
from trailkeeper.search.event import COLUMNS, Event
from trailkeeper.search.files import inflate
from trailkeeper.search.files.read_one import Reader
from trailkeeper.search.question import Question

_msgspec: Any
try:
    import msgspec as _msgspec
except ImportError:
    _msgspec = None

_COMPACT = b'{"Records":['
# The columns that are one member of the record as it stands.
_MEMBERS = {
    "event": "eventName",
    "source": "eventSource",
    "error": "errorCode",
    "region": "awsRegion",
    "ip": "sourceIPAddress",
    "message": "errorMessage",
    "id": "eventID",
    "time": "eventTime",
}


def checked(columns: Sequence[str]) -> tuple[str, ...]:
    """The columns to count by.

    Raises:
        SearchError: one is none of the row.
    """
    for each in columns:
        if each not in COLUMNS:
            allowed = ", ".join(COLUMNS)
            raise SearchError(f"--count-by {each!r} is no column. Allowed: {allowed}.")
    if not columns:
        raise SearchError("--count-by needs a column, for example event or source,event,error.")
    return tuple(columns)


def count_file(
    path: str, question: Question, columns: Sequence[str], reader: Reader
) -> Counter[tuple[str, ...]]:
    """The counts of one file."""
    everything = question.asks_for_everything and not (question.since or question.until)
    if everything and _msgspec is not None and all(each in _MEMBERS for each in columns):
        data = inflate.whole(path)
        if data is not None and data.startswith(_COMPACT):
            try:
                return _decoder(tuple(columns))(data)
            except (_msgspec.DecodeError, UnicodeDecodeError):
                pass  # something unusual: read it as everything else is read
    key = _key(tuple(columns))
    total: Counter[tuple[str, ...]] = Counter()
    reader.count(path, key, total)
    return total


def _key(columns: tuple[str, ...]) -> Callable[[Any], tuple[str, ...]]:
    if all(each in _MEMBERS for each in columns):
        names = tuple(_MEMBERS[each] for each in columns)

        def plain(record: Any) -> tuple[str, ...]:
            found = (record.get(name) for name in names)
            return tuple(each if isinstance(each, str) else "" for each in found)

        return plain

    def of_row(record: Any) -> tuple[str, ...]:
        row = Event(record=record).row()
        return tuple(row[each] for each in columns)

    return of_row


@functools.cache
def _decoder(columns: tuple[str, ...]) -> Callable[[bytes], Counter[tuple[str, ...]]]:
    """A decoder of these members alone; what has another type than text makes it give up."""
    names = tuple(_MEMBERS[each] for each in columns)
    record: Any = _msgspec.defstruct("Record", [(name, str | None, None) for name in names])
    # A subscript by hand, for `record` is a type that no reader of the code can know.
    records = list.__class_getitem__(record)
    file = _msgspec.defstruct("File", [("Records", records)])
    decode = _msgspec.json.Decoder(file).decode
    if len(names) == 1:
        (only,) = names
        return lambda data: Counter((getattr(each, only) or "",) for each in decode(data).Records)
    import operator

    pick = operator.attrgetter(*names)

    def count(data: bytes) -> Counter[tuple[str, ...]]:
        raw = Counter(map(pick, decode(data).Records))
        total: Counter[tuple[str, ...]] = Counter()
        for key, number in raw.items():
            total[tuple(each or "" for each in key)] += number
        return total

    return count
