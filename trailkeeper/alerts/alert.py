"""The one model of an alert: facts without language, channel or markup, JSON between functions."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from trailkeeper.words.text import Severity, Text, Value, plain, text_of, value_of

_T = TypeVar("_T")


class MalformedAlertError(ValueError):
    """When a message that should be an alert is not one."""


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
        return json.dumps(_plain(self), separators=(",", ":"))

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
                facts=tuple(Fact(str(f["label"]), value_of(f["value"])) for f in raw["facts"]),
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


def _plain(item: Any) -> Any:
    match item:
        case tuple():
            return [_plain(each) for each in item]
        case Alert() | Fact() | Link():
            return {name: _plain(getattr(item, name)) for name in item.__slots__}
        case _:
            return plain(item)


def _maybe(raw: Any, kind: type[_T]) -> _T | None:
    if raw is None or isinstance(raw, kind):
        return raw
    message = f"expected {kind.__name__} or null, got {type(raw).__name__}"
    raise TypeError(message)
