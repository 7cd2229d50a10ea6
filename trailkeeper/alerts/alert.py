"""The one model of an alert: facts without language, channel or markup, JSON between functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

_T = TypeVar("_T")

# A summary nests one text for each of a few examples; deeper ones are not ours.
_DEEPEST = 12


class Severity(StrEnum):
    """How loud an alert is; people filter on it."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class MalformedAlertError(ValueError):
    """When a message that should be an alert is not one."""


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


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled line: `label` is a key of the text catalogue; a string value is untrusted."""

    label: str
    value: Value


@dataclass(frozen=True, slots=True)
class Link:
    """A link that Trailkeeper itself built; `label` is a key of the text catalogue."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Alert:
    """What people get told, before it is put in words for a channel.

    `detection` and `category` are stable identifiers that subscribers filter on. `verified` is
    None when nothing was repaired, else whether the repair was seen by reading the state back.
    `command` is a shell command that shows more. `group` is set for alerts that may be counted
    together when many come at once (never for tampering).
    """

    detection: str
    category: str
    severity: Severity
    headline: Text
    dedup_key: str
    account: str = ""
    region: str = ""
    facts: tuple[Fact, ...] = ()
    actions: tuple[Text, ...] = ()
    verified: bool | None = None
    next_steps: tuple[Text, ...] = ()
    links: tuple[Link, ...] = ()
    command: str | None = None
    occurred_at: str | None = None
    event_id: str | None = None
    group: str | None = None

    def to_json(self) -> str:
        """The alert as a compact JSON document, in ASCII: SQS refuses some characters."""
        return json.dumps(plain(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, document: str) -> Alert:
        """Read what `to_json` wrote.

        Raises:
            MalformedAlertError: the document is not an alert of this version.
        """
        try:
            raw = json.loads(document)
            return cls(
                detection=str(raw["detection"]),
                category=str(raw["category"]),
                severity=Severity(raw["severity"]),
                headline=text_of(raw["headline"]),
                dedup_key=str(raw["dedup_key"]),
                account=str(raw["account"]),
                region=str(raw["region"]),
                facts=tuple(Fact(str(f["label"]), _value(f["value"])) for f in raw["facts"]),
                actions=tuple(text_of(each) for each in raw["actions"]),
                verified=_maybe(raw["verified"], bool),
                next_steps=tuple(text_of(each) for each in raw["next_steps"]),
                links=tuple(Link(str(each["label"]), str(each["url"])) for each in raw["links"]),
                command=_maybe(raw["command"], str),
                occurred_at=_maybe(raw["occurred_at"], str),
                event_id=_maybe(raw["event_id"], str),
                group=_maybe(raw["group"], str),
            )
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            message = f"not an alert: {type(error).__name__}: {error}"
            raise MalformedAlertError(message) from error

    def louder(self, severity: Severity) -> Alert:
        """The same alert with another severity."""
        return replace(self, severity=severity)


def plain(item: Any) -> Any:
    """A value, or an alert, as what JSON can carry."""
    match item:
        case Text(key, params):
            return {"text": key, "params": {name: plain(value) for name, value in params.items()}}
        case Moment(iso):
            return {"moment": iso}
        case Duration(seconds):
            return {"duration": seconds}
        case tuple():
            return [plain(each) for each in item]
        case Alert() | Fact() | Link():
            return {name: plain(getattr(item, name)) for name in item.__slots__}
        case _:
            return item


def text_of(raw: Mapping[str, Any], depth: int = 0) -> Text:
    """Read a text that `plain` made.

    Raises:
        ValueError: it is nested deeper than any of ours.
    """
    if depth > _DEEPEST:
        message = f"texts nested deeper than {_DEEPEST}"
        raise ValueError(message)
    params = {str(name): _value(value, depth + 1) for name, value in raw["params"].items()}
    return Text(str(raw["text"]), params)


def _value(raw: Any, depth: int = 0) -> Value:
    if isinstance(raw, (str, int)):
        return raw
    if "text" in raw:
        return text_of(raw, depth)
    if "moment" in raw:
        return Moment(str(raw["moment"]))
    return Duration(float(raw["duration"]))


def _maybe(raw: Any, kind: type[_T]) -> _T | None:
    if raw is None or isinstance(raw, kind):
        return raw
    message = f"expected {kind.__name__} or null, got {type(raw).__name__}"
    raise TypeError(message)
