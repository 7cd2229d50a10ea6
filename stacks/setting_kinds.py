"""What a setting may hold: each kind says in words what it allows, and refuses the rest."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo, available_timezones


@dataclass(frozen=True, slots=True)
class Fault:
    """One refused value: `path` is where inside the setting ("" for all of it).

    `allowed` is what is allowed there, "" as long as nobody further out has said it.
    """

    path: str
    given: object
    hint: str = ""
    allowed: str = ""

    def inside(self, path: str, allowed: str) -> Fault:
        """The same fault, seen from one level further out, where this much is allowed inside."""
        return Fault(path + self.path, self.given, self.hint, self.allowed or allowed)


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


def money(maximum: int) -> Kind:
    """An amount of US dollars, more than nothing, cents at the least."""

    def parse(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise RefusedError(Fault("", value))
        if not 0 < value <= maximum or round(value, 2) != value:
            raise RefusedError(Fault("", value))
        return float(value)

    return Kind(f"US dollars, 0.01 to {maximum:,}", parse, json_or_text)


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


def day() -> Kind:
    """A day of this century, as ISO 8601 writes it."""

    def problem(words: str) -> str:
        try:
            date.fromisoformat(words)
        except ValueError:
            return "there is no such day"
        return ""

    return checked(text(r"20\d\d-\d\d-\d\d", "a day such as 2026-11-26"), problem)


def principal() -> Kind:
    """A user or role of any account, by its ARN."""
    return text(
        r"arn:aws[a-z-]*:iam::\d{12}:(?:user|role)/[\w+=,.@/-]{1,512}",
        "the ARN of an IAM user or role",
    )


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


def checked(kind: Kind, problem: Callable[[Any], str]) -> Kind:
    """A kind whose parsed values `problem` may still find fault with, in words; "" if not."""

    def parse(value: Any) -> Any:
        parsed = kind.parse(value)
        if words := problem(parsed):
            raise RefusedError(Fault("", value, words))
        return parsed

    return Kind(kind.allowed, parse, kind.read)


def list_of(kind: Kind, *, at_least: int = 0, at_most: int | None = None) -> Kind:
    """A list without repeats; on the command line JSON or comma separated."""

    def parse(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)) or len(value) < at_least:
            raise RefusedError(Fault("", value))
        if at_most is not None and len(value) > at_most:
            raise RefusedError(Fault("", value, f"there are {len(value)}"))
        parsed, faults = [], []
        for index, each in enumerate(value):
            try:
                item = kind.parse(each)
            except RefusedError as error:
                faults += [fault.inside(f"[{index}]", kind.allowed) for fault in error.faults]
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
    if at_most is not None:
        amount = f"a list of at most {at_most}, each"
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
                    faults += [fault.inside(path, kind.allowed) for fault in error.faults]
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
            Fault(f".{name}", value, guess(name, fields), ", ".join(fields))
            for name, value in given.items()
            if name not in fields
        ]
        parsed = {}
        for name, kind in fields.items():
            try:
                parsed[name] = kind.parse(given.get(name))
            except RefusedError as error:
                faults += [fault.inside(f".{name}", kind.allowed) for fault in error.faults]
        if faults:
            raise RefusedError(*faults)
        return make(**parsed)

    words = ", ".join(f'"{name}": {kind.allowed}' for name, kind in fields.items())
    return Kind(f"an object {{{words}}}", parse, json_or_text)
