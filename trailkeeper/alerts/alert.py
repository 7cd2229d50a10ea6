"""The one model of an alert: facts without language, channel or markup, JSON between functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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


def known(*links: Link) -> tuple[Link, ...]:
    """The links that have an address: what was not told has none, nor have some partitions."""
    return tuple(each for each in links if each.url)


@dataclass(frozen=True, slots=True)
class Command:
    """A command as a verb of the closed list in `commands` and its parameters, which are untrusted.

    An alert never carries command text, so nobody who can send one can make people paste a command
    that is not ours.
    """

    verb: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do now, and the command that does it."""

    text: Text
    command: Command | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between what was found and what was deployed, whole, for programs."""

    document: str
    path: str
    found: str
    deployed: str


@dataclass(frozen=True, slots=True)
class Alert:
    """What people get told, before it is put in words for a channel.

    `what` happened, how it ended (`result`) and `who` did it make the subject; `story` tells the
    same in whole sentences, in other words. `steps` are what to do now; `changes` are what was
    found and done, line by line. `verified` is None when nothing was repaired, else whether the
    repair was seen by reading the state back. `evidence` shows the calls in question, `repair` puts
    right what Trailkeeper did not, `undo` takes back what Trailkeeper did to somebody.

    `detection` and `category` are stable identifiers that subscribers filter on. `group` is set for
    alerts that may be counted together when many come at once (never for tampering that changed
    something).
    """

    detection: str
    category: str
    severity: Severity
    what: Text
    dedup_key: str
    result: Text | None = None
    who: Text | None = None
    story: tuple[Text, ...] = ()
    account: str = ""
    region: str = ""
    steps: tuple[Step, ...] = ()
    changes: tuple[Text, ...] = ()
    verified: bool | None = None
    facts: tuple[Fact, ...] = ()
    links: tuple[Link, ...] = ()
    evidence: Command | None = None
    repair: Command | None = None
    undo: Command | None = None
    differences: tuple[Difference, ...] = ()
    occurred_at: str | None = None
    event_id: str | None = None
    group: str | None = None

    def to_json(self) -> str:
        """The alert as a compact JSON document, in ASCII: SQS refuses some characters."""
        return json.dumps(_plain(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, document: str) -> Alert:
        """Read what `to_json` wrote, or what version 0.1 wrote: a queue outlives a deploy.

        Raises:
            MalformedAlertError: the document is not an alert of these versions.
        """
        try:
            raw = json.loads(document)
            return _of_version_0_1(raw) if "headline" in raw else _of(raw)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            message = f"not an alert: {type(error).__name__}: {error}"
            raise MalformedAlertError(message) from error

    def louder(self, severity: Severity) -> Alert:
        """The same alert with another severity."""
        return replace(self, severity=severity)


def _of(raw: Mapping[str, Any]) -> Alert:
    return Alert(
        **_common(raw),
        what=text_of(raw["what"]),
        result=_maybe_text(raw["result"]),
        who=_maybe_text(raw["who"]),
        story=tuple(text_of(each) for each in raw["story"]),
        steps=tuple(
            Step(text_of(each["text"]), _command(each["command"])) for each in raw["steps"]
        ),
        changes=tuple(text_of(each) for each in raw["changes"]),
        evidence=_command(raw["evidence"]),
        repair=_command(raw["repair"]),
        undo=_command(raw["undo"]),
        differences=tuple(Difference(*map(str, each)) for each in raw["differences"]),
    )


def _of_version_0_1(raw: Mapping[str, Any]) -> Alert:
    """Its command is left out: it was text, and text from a queue is not shown as a command."""
    headline = text_of(raw["headline"])
    return Alert(
        **_common(raw),
        what=headline,
        story=(headline,),
        steps=tuple(Step(text_of(each)) for each in raw["next_steps"]),
        changes=tuple(text_of(each) for each in raw["actions"]),
    )


def _common(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "detection": str(raw["detection"]),
        "category": str(raw["category"]),
        "severity": Severity(raw["severity"]),
        "dedup_key": str(raw["dedup_key"]),
        "account": str(raw["account"]),
        "region": str(raw["region"]),
        "facts": tuple(Fact(str(f["label"]), value_of(f["value"])) for f in raw["facts"]),
        "verified": _maybe(raw["verified"], bool),
        "links": tuple(Link(str(each["label"]), str(each["url"])) for each in raw["links"]),
        "occurred_at": _maybe(raw["occurred_at"], str),
        "event_id": _maybe(raw["event_id"], str),
        "group": _maybe(raw["group"], str),
    }


def _plain(item: Any) -> Any:
    match item:
        case tuple():
            return [_plain(each) for each in item]
        case Command(verb, params):
            return {"verb": verb, "params": dict(params)}
        case Difference(document, path, found, deployed):
            return [document, path, found, deployed]
        case Alert() | Fact() | Link() | Step():
            return {name: _plain(getattr(item, name)) for name in item.__slots__}
        case _:
            return plain(item)


def _maybe_text(raw: Any) -> Text | None:
    return None if raw is None else text_of(raw)


def _command(raw: Any) -> Command | None:
    if raw is None:
        return None
    return Command(
        str(raw["verb"]), {str(name): str(value) for name, value in raw["params"].items()}
    )


def _maybe(raw: Any, kind: type[_T]) -> _T | None:
    if raw is None or isinstance(raw, kind):
        return raw
    message = f"expected {kind.__name__} or null, got {type(raw).__name__}"
    raise TypeError(message)
