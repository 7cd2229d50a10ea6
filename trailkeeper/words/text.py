"""The vocabulary of all that is said: texts by their keys, times and lengths of time, how loud.

Nothing here knows a language or a channel; `wording` puts it into words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# Characters that are kept of one field that came from outside; CloudTrail itself allows 1 KB.
LONGEST_FIELD = 500
# A summary nests one text for each of a few examples; deeper ones are not ours.
_DEEPEST = 12


class Severity(StrEnum):
    """How loud an alert is; people filter on it."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of the text catalogue by its key; every parameter is untrusted."""

    key: str
    params: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, ISO 8601 in UTC; shown in UTC and in the configured time zone."""

    iso: str


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in seconds, shown in words of the reader's language."""

    seconds: float


Value = str | int | Text | Moment | Duration


def plain(value: Value) -> Any:
    """A value as what JSON can carry."""
    match value:
        case Text(key, params):
            return {"text": key, "params": {name: plain(each) for name, each in params.items()}}
        case Moment(iso):
            return {"moment": iso}
        case Duration(seconds):
            return {"duration": seconds}
        case _:
            return value


def text_of(raw: Mapping[str, Any], depth: int = 0) -> Text:
    """Read a text that `plain` made.

    Raises:
        ValueError: it is nested deeper than any of ours.
    """
    if depth > _DEEPEST:
        message = f"texts nested deeper than {_DEEPEST}"
        raise ValueError(message)
    params = {str(name): value_of(value, depth + 1) for name, value in raw["params"].items()}
    return Text(str(raw["text"]), params)


def value_of(raw: Any, depth: int = 0) -> Value:
    """Read a value that `plain` made: a text, a time, a duration, a string or a number."""
    if isinstance(raw, (str, int)):
        return raw
    if "text" in raw:
        return text_of(raw, depth)
    if "moment" in raw:
        return Moment(str(raw["moment"]))
    return Duration(float(raw["duration"]))
