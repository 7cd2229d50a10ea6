"""What a setting may hold: each kind says in words what it allows, and refuses the rest."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo, available_timezones


@dataclass(frozen=True, slots=True)
class Fault:
    """One refused value: `path` is where inside the setting ("" for all of it)."""

    path: str
    given: object
    hint: str = ""

    def inside(self, path: str) -> Fault:
        """The same fault, seen from one level further out."""
        return Fault(path + self.path, self.given, self.hint)


class RefusedError(ValueError):
    """When a value is not what its setting allows; carries every fault, not just the first."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.

    `parse` turns a JSON value into the typed one or raises RefusedError. `read` turns the text of
    a `-c` override into a JSON value.
    """

    allowed: str
    parse: Callable[[Any], Any]
    read: Callable[[str], Any]


def json_or_text(text: str) -> Any:
    """The JSON value that the text spells, or the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _text_or_null(text: str) -> str | None:
    value = json_or_text(text)
    return value if value is None or isinstance(value, str) else text


def guess(given: object, candidates: Iterable[str]) -> str:
    """What a misspelt word probably meant, as words for a message; "" without a good candidate."""
    by_lower = {each.lower(): each for each in candidates}
    word = str(given).lower()
    close = difflib.get_close_matches(word, by_lower, n=3, cutoff=0.6)
    if not close:
        return ""
    # us-est-1 is as near to us-west-1 as to us-east-1; people rarely get the beginning wrong.
    likeness = [
        (difflib.SequenceMatcher(None, each, word).ratio(), _common_start(each, word), each)
        for each in close
    ]
    return f"probably meant: {by_lower[max(likeness)[-1]]}"


def _common_start(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def boolean() -> Kind:
    """true or false; a string that reads like one is not one."""

    def parse(value: Any) -> bool:
        if not isinstance(value, bool):
            raise RefusedError(Fault("", value))
        return value

    return Kind("true or false", parse, json_or_text)


def whole(minimum: int, maximum: int, unit: str) -> Kind:
    """A whole number between two limits, both allowed."""

    def parse(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise RefusedError(Fault("", value))
        if not minimum <= value <= maximum:
            raise RefusedError(Fault("", value))
        return value

    return Kind(f"a whole number of {unit}, {minimum} to {maximum:,}", parse, json_or_text)


def one_of(*values: str | int) -> Kind:
    """One of a few values."""

    def parse(value: Any) -> str | int:
        if isinstance(value, bool) or value not in values:
            raise RefusedError(Fault("", value, _nearest(value, values)))
        return values[values.index(value)]

    is_text = isinstance(values[0], str)
    return Kind(", ".join(map(str, values)), parse, _text_or_null if is_text else json_or_text)


def _nearest(value: object, values: Sequence[str | int]) -> str:
    numbers = [each for each in values if isinstance(each, int)]
    if numbers and isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"nearest: {min(numbers, key=lambda each: abs(each - value))}"
    return guess(value, map(str, values))


def text(pattern: str, allowed: str) -> Kind:
    """A string that matches a regular expression as a whole."""
    compiled = re.compile(pattern)

    def parse(value: Any) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise RefusedError(Fault("", value))
        return value

    return Kind(allowed, parse, _text_or_null)


def named(names: Callable[[], Sequence[str]], allowed: str) -> Kind:
    """A name out of a list too long to print; the list is only read when a value is checked."""

    def parse(value: Any) -> str:
        known = names()
        if not isinstance(value, str) or value not in known:
            raise RefusedError(Fault("", value, guess(value, known)))
        return value

    return Kind(allowed, parse, _text_or_null)


def time_zone() -> Kind:
    """A zone of the IANA time zone database."""

    def parse(value: Any) -> str:
        try:
            return ZoneInfo(value).key
        # ZoneInfo answers a directory or a strange path with an OSError of its own kind.
        except (TypeError, ValueError, KeyError, AttributeError, OSError):
            raise RefusedError(Fault("", value, guess(value, available_timezones()))) from None

    return Kind("an IANA time zone such as UTC, Asia/Seoul or Europe/Berlin", parse, _text_or_null)


def optional(kind: Kind) -> Kind:
    """null, or a value of another kind."""

    def parse(value: Any) -> Any:
        return None if value is None else kind.parse(value)

    return Kind(f"null, or {kind.allowed}", parse, kind.read)


def list_of(kind: Kind, *, at_least: int = 0) -> Kind:
    """A list without repeats; on the command line JSON or comma separated."""

    def parse(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)) or len(value) < at_least:
            raise RefusedError(Fault("", value))
        parsed, faults = [], []
        for index, each in enumerate(value):
            try:
                item = kind.parse(each)
            except RefusedError as error:
                faults += [fault.inside(f"[{index}]") for fault in error.faults]
            else:
                if item in parsed:
                    faults.append(Fault(f"[{index}]", each, "it stands there twice"))
                parsed.append(item)
        if faults:
            raise RefusedError(*faults)
        return tuple(parsed)

    def read(words: str) -> Any:
        value = json_or_text(words)
        if isinstance(value, (list, dict)) or value is None:
            return value
        return [part for word in words.split(",") if (part := word.strip())]

    amount = "a list, not empty, each" if at_least else "a list, each"
    return Kind(f"{amount} {kind.allowed}", parse, read)


def all_or(kind: Kind) -> Kind:
    """A list without repeats, or `["*"]` for all there is."""
    some = list_of(kind)

    def parse(value: Any) -> tuple[Any, ...]:
        return ("*",) if value in ("*", ["*"], ("*",)) else some.parse(value)

    return Kind(f'["*"] for all, or {some.allowed}', parse, some.read)


def table_of(key: Kind, value: Kind, *, at_most: int) -> Kind:
    """A JSON object with free keys of one kind and values of another."""

    def parse(given: Any) -> dict[str, Any]:
        if not isinstance(given, Mapping) or len(given) > at_most:
            raise RefusedError(Fault("", given))
        parsed, faults = {}, []
        for name, each in given.items():
            for kind, item, path in ((key, name, ""), (value, each, f".{name}")):
                try:
                    result = kind.parse(item)
                except RefusedError as error:
                    faults += [fault.inside(path) for fault in error.faults]
                else:
                    parsed[name] = result
        if faults:
            raise RefusedError(*faults)
        return parsed

    words = f"an object of at most {at_most} entries: key {key.allowed}; value {value.allowed}"
    return Kind(words, parse, json_or_text)


def record(fields: Mapping[str, Kind], make: Callable[..., Any]) -> Kind:
    """A JSON object with exactly these keys, made into a typed value."""

    def parse(given: Any) -> Any:
        if not isinstance(given, Mapping):
            raise RefusedError(Fault("", given))
        faults = [
            Fault(f".{name}", value, guess(name, fields))
            for name, value in given.items()
            if name not in fields
        ]
        parsed = {}
        for name, kind in fields.items():
            try:
                parsed[name] = kind.parse(given.get(name))
            except RefusedError as error:
                faults += [fault.inside(f".{name}") for fault in error.faults]
        if faults:
            raise RefusedError(*faults)
        return make(**parsed)

    words = ", ".join(f'"{name}": {kind.allowed}' for name, kind in fields.items())
    return Kind(f"an object {{{words}}}", parse, json_or_text)
