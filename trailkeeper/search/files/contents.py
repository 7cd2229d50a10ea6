"""The records of one file, whatever form it has, as their original bytes and as objects.

Forms: `{"Records":[...]}` as CloudTrail writes it, spaced or not; an array of records; one JSON
object a line (also behind a time and a stream name, as CloudWatch Logs exports lines); batches of
a CloudWatch subscription (`logEvents`); the answer of LookupEvents (`Events`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from trailkeeper.search.event import parsed
from trailkeeper.search.files import inflate
from trailkeeper.search.files.cut import BORDER, Cutter, Found, Places, cut_between
from trailkeeper.search.files.json_text import NotJsonError, Values, spells_otherwise
from trailkeeper.search.files.needles import Needles
from trailkeeper.search.files.pieces import Buffer, inside_end, last_border

Problem = Callable[[str], None]

_COMPACT = b'{"Records":['
_RECORDS = re.compile(rb'\s*\{\s*"Records"\s*:\s*\[')
_BETWEEN = re.compile(rb'(\]\}\s*)\{"Records":\[')
_RECORD_KEYS = ("eventName", "eventTime", "eventSource", "eventVersion")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LONGEST = 8 << 20  # more bytes than this without the end of a record are no log file
_SPACE = b" \t\r\n"
_WORTH_LOADING = 8  # files with hits; below that the extra takes longer to load than it saves


class NoRecordsError(ValueError):
    """When a file holds no CloudTrail records in any form that is known."""


class Contents:
    """Reads files for some needles: what is small in one go, what is large piece by piece."""

    def __init__(self, needles: Needles) -> None:
        self._groups = needles.groups
        self._letters = needles.letters
        # Inside of a text of a text the quotes of a needle have backslashes before them.
        self._bare = tuple(tuple(each.strip(b'"') for each in group) for group in needles.groups)
        self._problem: Problem = print
        self._with_hits = 0

    def records(self, path: str, problem: Problem) -> Iterator[Found]:
        """The records of a file that may be answers: those with all needles, perhaps some more.

        `problem` is told, in words that follow the name of the file, what could not be read; the
        rest of the file is searched.

        Raises:
            OSError: the file cannot be read.
        """
        self._problem = problem
        data = inflate.whole(path)
        if data is not None and data.startswith(_BYTE_ORDER_MARK):
            data = data[len(_BYTE_ORDER_MARK) :]
        try:
            yield from self._whole(data) if data is not None else self._stream(path)
        except inflate.DamagedError as damage:
            problem(str(damage))
        except NoRecordsError as error:
            problem(str(error))

    def _whole(self, data: bytes) -> Iterator[Found]:
        """All of a file in memory."""
        if not data.startswith(_COMPACT):
            yield from self._unusual(data)
            return
        hits = Places(data, self._groups[0] if self._groups else (), len(data))
        if self._cannot_answer(data, hits):
            self._check_end(data)
        elif (borders := self._borders(data)) is not None:
            yield from cut_between(data, borders, hits)
        elif data.find(b'"Records"', len(_COMPACT)) < 0:
            yield from self._compact(data)
        else:
            # Log files that were put together: this text stands between two and nowhere else.
            begin = 0
            for border in _BETWEEN.finditer(data):
                yield from self._compact(data[begin : border.end(1)])
                begin = border.end(1)
            yield from self._compact(data[begin:].lstrip(_SPACE))

    def _borders(self, data: bytes) -> list[int] | None:
        """Where the records start, from the extra, when it is worth loading it and can tell."""
        self._with_hits += 1
        if not self._groups or self._with_hits < _WORTH_LOADING:
            return None
        if spells_otherwise(data, self._letters):
            return None
        from trailkeeper.search.files.layout import borders

        return borders(data)

    def _stream(self, path: str) -> Iterator[Found]:
        """A file that is large or damaged, in pieces."""
        buffer = Buffer(inflate.pieces(path))
        buffer.more()
        if _RECORDS.match(buffer.data):
            yield from self._stream_records(buffer)
        else:
            yield from self._stream_lines(buffer)
        if buffer.damage:
            raise buffer.damage

    def _cannot_answer(self, data: bytes, hits: Places) -> bool:
        if not self._groups:
            return False
        missing = hits.first(0) < 0 or any(
            not any(needle in data for needle in group) for group in self._groups[1:]
        )
        return missing and not spells_otherwise(data, self._letters)

    def _compact(self, data: bytes) -> Iterator[Found]:
        """One `{"Records":[...]}` without spaces around that."""
        end = inside_end(data)
        if end < 0 or data.find(b'"Records"', len(_COMPACT)) >= 0:
            yield from self._sequence(data)
        else:
            yield from self._region(data, len(_COMPACT), end)

    def _region(self, data: bytes, start: int, end: int) -> Iterator[Found]:
        """The inside of an array of records."""
        if not self._groups or spells_otherwise(data, self._letters):
            yield from self._each(data, start, end)
        else:
            yield from self._cut(data, start, end)

    def _cut(self, data: bytes, start: int, end: int) -> Iterator[Found]:
        cutter = Cutter(self._groups[0])
        yield from cutter.cut(data, start, end)
        if cutter.damage:
            self._problem(f"its JSON is damaged in {cutter.damage} places")

    def _each(self, data: bytes, start: int, end: int) -> Iterator[Found]:
        try:
            yield from _members(data, Values(data), start, end)
        except NotJsonError as error:
            self._problem(f"its JSON is damaged at byte {error.at:,}")
            following = data.find(BORDER, error.at, end)
            if following >= 0:
                yield from self._each(data, following + 2, end)

    def _unusual(self, data: bytes) -> Iterator[Found]:
        """Any other form; exact and slow, but only where the bytes of the needles are."""
        missing = any(not any(needle in data for needle in group) for group in self._bare)
        if missing and not spells_otherwise(data, self._letters):
            self._check_end(data)
        elif _is_lines(data):
            yield from self._lines(data)
        else:
            yield from self._sequence(data)

    def _sequence(self, data: bytes) -> Iterator[Found]:
        """JSON values one after the other, mostly one."""
        values = Values(data)
        try:
            for begin, stop, value in values.sequence(0, len(data)):
                whole = value if value is not None else parsed_any(data[begin:stop])
                yield from _originals(data, values, begin, stop, whole)
        except NotJsonError as error:
            yield from self._broken(data, error.at)

    def _broken(self, data: bytes, at: int) -> Iterator[Found]:
        found = _RECORDS.match(data, at)
        if found is None:
            self._problem(f"it is no JSON from byte {at:,} on")
            return
        self._problem("its JSON is damaged or cut short")
        end = inside_end(data)
        cutter = Cutter(self._groups[0] if self._groups else (b'"eventName"',))
        yield from cutter.cut(data, found.end(), end if end >= 0 else len(data))

    def _check_end(self, data: bytes) -> None:
        """Say so when a file that has no answer is no log file, or has lost its end."""
        if data.startswith(_COMPACT) and inside_end(data) >= 0:
            return
        try:
            for _ in Values(data).sequence(0, len(data)):
                pass
        except NotJsonError as error:
            if not _is_lines(data):
                self._problem(f"it is no JSON from byte {error.at:,} on")

    def _lines(self, data: bytes) -> Iterator[Found]:
        """Whole lines, each with a JSON object somewhere in it."""
        plain = self._bare and not spells_otherwise(data, self._letters)
        needles = self._bare[0] if plain else (b"{",)
        places = Places(data, needles, len(data))
        at = 0
        while (hit := places.first(at)) >= 0:
            begin = data.rfind(b"\n", at, hit) + 1 or at
            stop = data.find(b"\n", hit)
            stop = len(data) if stop < 0 else stop
            yield from self._line(data[begin:stop])
            at = stop + 1

    def _line(self, line: bytes) -> Iterator[Found]:
        begin = line.find(b"{")
        if begin >= 0:
            yield from self._sequence(line[begin:].rstrip(_SPACE))

    def _stream_records(self, buffer: Buffer) -> Iterator[Found]:
        """One or more `{"Records":[...]}`, each of any size."""
        while found := _RECORDS.match(buffer.data):
            start, ended = found.end(), False
            while not ended:
                growing = buffer.more()
                border, ended = last_border(buffer.data, start, final=not growing)
                yield from self._region(buffer.data, start, border)
                buffer.drop(border)
                start = 0
                if not growing:
                    break
                if len(buffer.data) > _LONGEST:
                    raise NoRecordsError(f"more than {_LONGEST >> 20} MB of it are no record")
            if not ended:
                if buffer.damage is None:
                    self._problem("it ends inside of its records")
                return
            self._close(buffer)
            buffer.drop(len(buffer.data) - len(buffer.data.lstrip(_SPACE)))
            if len(buffer.data) < len(_COMPACT):
                buffer.more()
        if buffer.data.strip(_SPACE) and buffer.damage is None:
            self._problem("something stands behind its records, which is not searched")

    def _close(self, buffer: Buffer) -> None:
        """Pass over what is left of the object whose records were read, mostly `]}`."""
        while True:
            try:
                # With this before it the rest is an object again.
                _, stop, _ = next(Values(_COMPACT + buffer.data).sequence(0, len(_COMPACT) + 1))
            except NotJsonError:
                if len(buffer.data) <= _LONGEST and buffer.more():
                    continue
                return
            buffer.drop(stop - len(_COMPACT))
            return

    def _stream_lines(self, buffer: Buffer) -> Iterator[Found]:
        end = buffer.data.rfind(b"\n") + 1
        if not _is_lines(buffer.data[:end]):
            # Small and damaged, or a form of which one value is the whole file.
            while len(buffer.data) <= _LONGEST and buffer.more():
                pass
            if len(buffer.data) > _LONGEST:
                raise NoRecordsError(
                    f"it is larger than {_LONGEST >> 20} MB and neither starts with Records nor "
                    "has one JSON object a line"
                )
            yield from self._unusual(buffer.data)
            return
        growing = True
        while growing:
            end = buffer.data.rfind(b"\n") + 1
            yield from self._lines(buffer.data[:end])
            buffer.drop(end)
            if len(buffer.data) > _LONGEST:
                raise NoRecordsError(f"it has a line of more than {_LONGEST >> 20} MB")
            growing = buffer.more()
        yield from self._lines(buffer.data)


def _members(data: bytes, values: Values, start: int, end: int) -> Iterator[Found]:
    for begin, stop, value in values.between(start, end):
        raw = data[begin:stop]
        record = value if value is not None else parsed_any(raw)
        if isinstance(record, dict):
            yield raw, record


def _originals(data: bytes, values: Values, begin: int, stop: int, value: Any) -> Iterator[Found]:
    """The records in a value, each with the bytes that it has in the file."""
    if isinstance(value, dict) and isinstance(value.get("Records"), list):
        if inside := values.array_member(begin, "Records"):
            yield from _members(data, values, *inside)
    elif isinstance(value, list):
        for first, last, each in values.between(begin + 1, stop):
            item = each if each is not None else parsed_any(data[first:last])
            yield from _originals(data, values, first, last, item)
    elif isinstance(value, dict):
        yield from _unwrapped(value, data[begin:stop])


def _unwrapped(value: dict[str, Any], raw: bytes) -> Iterator[Found]:
    if isinstance(value.get("logEvents"), list):
        for each in value["logEvents"]:
            yield from _quoted(each, "message")
    elif isinstance(value.get("Events"), list):
        for each in value["Events"]:
            yield from _quoted(each, "CloudTrailEvent")
    elif isinstance(value.get("CloudTrailEvent"), str):
        yield from _quoted(value, "CloudTrailEvent")
    elif any(key in value for key in _RECORD_KEYS):
        yield raw, value
    elif isinstance(inner := value.get("record", value.get("detail")), dict):
        # A row of `--output jsonl`, or an event as EventBridge carries it.
        text = json.dumps(inner, separators=(",", ":"), ensure_ascii=False)
        yield from _unwrapped(inner, text.encode("utf-8", "replace"))


def _quoted(holder: Any, name: str) -> Iterator[Found]:
    text = holder.get(name) if isinstance(holder, dict) else None
    if isinstance(text, str):
        raw = text.encode("utf-8", "replace")
        try:
            value = parsed(raw)
        except (ValueError, RecursionError):
            return
        yield from _unwrapped(value, raw)


def _is_lines(data: bytes) -> bool:
    """Whether there are lines, the first with one JSON object, perhaps behind a prefix."""
    line = data.lstrip(_SPACE).partition(b"\n")[0].rstrip(_SPACE)
    begin = line.find(b"{")
    if begin < 0 or b'"' in line[:begin] or b"[" in line[:begin]:
        return False
    if begin == 0 and len(line) == len(data.strip(_SPACE)):
        return False
    try:
        parsed(line[begin:])
    except (ValueError, RecursionError):
        return False
    return True


def parsed_any(data: bytes) -> Any:
    """Any JSON value; bytes that are no UTF-8 are replaced.

    Raises:
        ValueError: it is none.
    """
    return json.loads(data.decode("utf-8", "replace"), strict=False)
