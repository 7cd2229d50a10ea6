"""Compares what is with what must be, so that equal documents never look different.

AWS gives a document back in another order and spelling than it was written in; a healer that takes
that for a change fights AWS for ever, and one that is too lenient lets a weakening through.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Canonical = Callable[[Any], Any]

ABSENT = "-"
_SHOWN_CHARACTERS = 400
# Members that say all they say by being there, though AWS gives them back empty: events to
# EventBridge, and access logs under dates (S3 API reference, both types).
_SET_BY_PRESENCE = frozenset({"EventBridgeConfiguration", "PartitionedPrefix"})


class _Spelled(str):
    """A string that is compared in one spelling, and shown to people as AWS spells it."""

    __slots__ = ("shown",)
    shown: str

    def __new__(cls, compared: str, shown: str) -> _Spelled:
        made = super().__new__(cls, compared)
        made.shown = shown
        return made


@dataclass(frozen=True, slots=True)
class Change:
    """One difference for people to read: where, what is there, what the baseline wants."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Drift:
    """A document of a guarded resource that differs from the baseline.

    `gone` means that the resource itself is not there.
    """

    guard: str
    document: str
    changes: tuple[Change, ...]
    gone: bool = False

    def touches(self, field: str) -> bool:
        """Whether a top-level field of the document differs."""
        return field in self.fields

    @property
    def fields(self) -> frozenset[str]:
        """The top-level fields of the document that differ."""
        return fields_of(self.changes)


def fields_of(changes: Iterable[Change]) -> frozenset[str]:
    """The top-level fields that changes are about."""
    return frozenset(change.path.partition(".")[0].partition("[")[0] for change in changes)


def canonical(value: Any) -> Any:
    """One spelling for documents that mean the same.

    Absent, null, "", false and empty are all "not set", except for a member that is set by being
    there; the order of lists does not matter.
    """
    if isinstance(value, Mapping):
        members = {key: _member(key, member) for key, member in sorted(value.items())}
        return {key: member for key, member in members.items() if _is_set(member)}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return sorted((canonical(each) for each in value), key=_sort_key)
    return value


def canonical_policy(document: Any) -> Any:
    """One spelling for IAM policies that mean the same.

    String or list, statement order, action case, `"*"` or `{"AWS": "*"}`, an account's number or
    its root ARN, condition values as strings or booleans. Sid and Id name things and grant nothing.
    """
    if isinstance(document, str):
        document = json.loads(document) if document else {}
    if not isinstance(document, Mapping) or not document:
        return {}
    statements = {_sort_key(each): each for each in map(_statement, _listed(document, "Statement"))}
    return {
        "Version": document.get("Version", "2008-10-17"),
        "Statement": [statements[key] for key in sorted(statements)],
    }


def changes(observed: Any, desired: Any) -> tuple[Change, ...]:
    """Every difference between two canonical documents, none if they are equal."""
    return tuple(_walk("", observed, desired))


def as_aws_says(found: Iterable[Change], observed: Any, desired: Any) -> tuple[Change, ...]:
    """The same changes with `false` where a document says so, which comparing takes for not set."""
    return tuple(
        Change(
            each.path,
            "false" if each.before == ABSENT and _at(each.path, observed) is False else each.before,
            "false" if each.after == ABSENT and _at(each.path, desired) is False else each.after,
        )
        for each in found
    )


def _at(path: str, document: Any) -> Any:
    for name in path.split("."):
        document = document.get(name) if isinstance(document, Mapping) else None
    return document


def _walk(path: str, observed: Any, desired: Any) -> list[Change]:
    if observed == desired:
        return []
    if isinstance(observed, Mapping) and isinstance(desired, Mapping):
        found: list[Change] = []
        for key in sorted({*observed, *desired}):
            name = _as_spelled(next(each for each in (*observed, *desired) if each == key))
            below = f"{path}.{name}" if path else name
            found += _walk(below, observed.get(key), desired.get(key))
        return found
    if isinstance(observed, list) and isinstance(desired, list):
        return _walk_lists(path, observed, desired)
    return [Change(path, _shown(observed), _shown(desired))]


def _walk_lists(path: str, observed: list[Any], desired: list[Any]) -> list[Change]:
    extra = [each for each in observed if each not in desired]
    missing = [each for each in desired if each not in observed]
    if len(extra) == len(missing) == 1 and isinstance(extra[0], Mapping):
        return _walk(f"{path}[]", extra[0], missing[0])
    if extra or missing:
        # A list that lacks some of its entries is not missing.
        where = f"{path}[]" if observed and not extra else path
        return [Change(where, _shown(extra or None), _shown(missing or None))]
    return [Change(path, f"{len(observed)} entries", f"{len(desired)} entries")]


def _statement(raw: Mapping[str, Any]) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": raw.get("Effect", "Allow")}
    for key in ("Principal", "NotPrincipal"):
        if key in raw:
            statement[key] = _principals(raw[key])
    for key in ("Action", "NotAction"):
        if key in raw:
            statement[key] = sorted({_lower(action) for action in _listed(raw, key)})
    for key in ("Resource", "NotResource"):
        if key in raw:
            statement[key] = sorted(set(_listed(raw, key)))
    if raw.get("Condition"):
        statement["Condition"] = _conditions(raw["Condition"])
    return statement


def _principals(raw: Any) -> dict[str, list[str]]:
    if isinstance(raw, str):
        raw = {"AWS": raw}
    return {
        kind: sorted({_account_number(each) for each in _listed(raw, kind)}) for kind in sorted(raw)
    }


def _account_number(principal: str) -> str:
    parts = principal.split(":")
    is_account_root = len(parts) == 6 and parts[2] == "iam" and parts[5] == "root"
    return _Spelled(parts[4], principal) if is_account_root else principal


def _conditions(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, list[str]]]:
    return {
        operator: {
            _lower(key): sorted({_condition_value(each) for each in _listed(tests, key)})
            for key in sorted(tests, key=str.lower)
        }
        for operator, tests in sorted(raw.items())
    }


def _condition_value(value: Any) -> str:
    truth = isinstance(value, bool) or value in ("True", "False")
    return str(value).lower() if truth else str(value)


def _lower(text: str) -> str:
    return _Spelled(text.lower(), text)


def _listed(raw: Mapping[str, Any], key: str) -> list[Any]:
    value = raw.get(key, [])
    return value if isinstance(value, list) else [value]


def _member(key: str, member: Any) -> Any:
    settled = canonical(member)
    return True if settled == {} and key in _SET_BY_PRESENCE else settled


def _is_set(value: Any) -> bool:
    return value not in (None, "", False, [], {}) or (value == 0 and value is not False)


def _sort_key(value: Any) -> str:
    """Of what is canonical, so that its members are in order already."""
    return json.dumps(value, default=str)


def _as_spelled(value: Any) -> Any:
    if isinstance(value, _Spelled):
        return value.shown
    if isinstance(value, Mapping):
        return {_as_spelled(key): _as_spelled(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_as_spelled(each) for each in value]
    return value


def _shown(value: Any) -> str:
    if value is None:
        return ABSENT
    value = _as_spelled(value)
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
