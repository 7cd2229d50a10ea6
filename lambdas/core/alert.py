"""The one model of an alert: facts without language, channel or markup, JSON between functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


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
        """The alert as a compact JSON document."""
        return json.dumps(_plain(self), separators=(",", ":"), ensure_ascii=False)

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
                headline=_text(raw["headline"]),
                dedup_key=str(raw["dedup_key"]),
                account=str(raw["account"]),
                region=str(raw["region"]),
                facts=tuple(Fact(str(f["label"]), _value(f["value"])) for f in raw["facts"]),
                actions=tuple(_text(each) for each in raw["actions"]),
                verified=raw["verified"],
                next_steps=tuple(_text(each) for each in raw["next_steps"]),
                links=tuple(Link(str(each["label"]), str(each["url"])) for each in raw["links"]),
                command=raw["command"],
                occurred_at=raw["occurred_at"],
                event_id=raw["event_id"],
                group=raw["group"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            message = f"not an alert: {type(error).__name__}: {error}"
            raise MalformedAlertError(message) from error

    def louder(self, severity: Severity) -> Alert:
        """The same alert with another severity."""
        return replace(self, severity=severity)


def _plain(item: Any) -> Any:
    match item:
        case Text(key, params):
            return {"text": key, "params": {name: _plain(value) for name, value in params.items()}}
        case Moment(iso):
            return {"moment": iso}
        case Duration(seconds):
            return {"duration": seconds}
        case tuple():
            return [_plain(each) for each in item]
        case Alert() | Fact() | Link():
            return {name: _plain(getattr(item, name)) for name in item.__slots__}
        case _:
            return item


def _text(raw: Mapping[str, Any]) -> Text:
    return Text(str(raw["text"]), {name: _value(value) for name, value in raw["params"].items()})


def _value(raw: Any) -> Value:
    if isinstance(raw, (str, int)):
        return raw
    if "text" in raw:
        return _text(raw)
    if "moment" in raw:
        return Moment(str(raw["moment"]))
    return Duration(float(raw["duration"]))
