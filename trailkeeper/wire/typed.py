"""Typed values to plain JSON data and back; what the types do not know is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

_LONGEST = 100


class MalformedError(ValueError):
    """When data is not what its type allows; one line: where, what was given, what is allowed."""


def dump(value: Any) -> Any:
    """A dataclass, and what it holds, as plain JSON data: moments in ISO 8601, tuples as lists."""
    match value:
        case datetime():
            return value.isoformat()
        case Mapping():
            return {str(key): dump(each) for key, each in value.items()}
        case list() | tuple():
            return [dump(each) for each in value]
        case StrEnum():
            return value.value
        case _ if is_dataclass(value):
            return {each.name: dump(getattr(value, each.name)) for each in fields(value)}
        case _:
            return value


def load(kind: type[T], raw: Any) -> T:
    """Read what `dump` made of a dataclass; every field has to be there, defaults are for code.

    Raises:
        MalformedError: a value is missing, unknown, or not of its field's type.
    """
    loaded: T = _load(kind, raw, "")
    return loaded


def _load(kind: Any, raw: Any, where: str) -> Any:
    if kind is Any:
        return raw
    if is_dataclass(kind):
        return _dataclass(kind, raw, where)
    return _READERS.get(get_origin(kind), _plain)(kind, raw, where)


def _literal(kind: Any, raw: Any, where: str) -> Any:
    allowed = get_args(kind)
    if isinstance(raw, str) and raw in allowed:
        return raw
    raise _refused(where, raw, ", ".join(allowed))


def _optional(kind: Any, raw: Any, where: str) -> Any:
    """`X | None`; a choice between two types is none that plain data can show."""
    if raw is None:
        return None
    [only] = [each for each in get_args(kind) if each is not NoneType]
    return _load(only, raw, where)


def _tuple(kind: Any, raw: Any, where: str) -> Any:
    if not isinstance(raw, (list, tuple)):
        raise _refused(where, raw, "a list")
    kinds = get_args(kind)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = (kinds[0],) * len(raw)
    if len(kinds) != len(raw):
        raise _refused(where, raw, f"a list of {len(kinds)}")
    pairs = enumerate(zip(kinds, raw, strict=True))
    return tuple(_load(each, item, f"{where}[{number}]") for number, (each, item) in pairs)


def _mapping(kind: Any, raw: Any, where: str) -> Any:
    if not isinstance(raw, Mapping):
        raise _refused(where, raw, "an object")
    value = get_args(kind)[1]
    return {str(name): _load(value, raw[name], f"{where}.{name}") for name in raw}


def _plain(kind: Any, raw: Any, where: str) -> Any:
    if issubclass(kind, StrEnum):
        if isinstance(raw, str) and raw in list(kind):
            return kind(raw)
        raise _refused(where, raw, ", ".join(kind))
    if kind is datetime:
        return _moment(raw, where)
    if kind is float and type(raw) is int:
        return float(raw)
    if type(raw) is not kind:
        raise _refused(where, raw, _NAMES[kind])
    return raw


def _moment(raw: Any, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(raw)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _refused(where, raw, "a moment with its zone, such as 2026-11-20T09:17:40+00:00")
    return moment


def _dataclass(kind: Any, raw: Any, where: str) -> Any:
    known = _hints(kind)
    if not isinstance(raw, Mapping):
        raise _refused(where, raw, f"an object with {', '.join(known)}")
    values = {}
    for each in fields(kind):
        path = f"{where}.{each.name}" if where else each.name
        if each.name in raw:
            values[each.name] = _load(known[each.name], raw[each.name], path)
        else:
            raise MalformedError(f"{path}: missing")
    for name in raw:
        if name not in known:
            path = f"{where}.{name}" if where else str(name)
            raise MalformedError(f"{path[:_LONGEST]}: unknown; known are {', '.join(known)}")
    return kind(**values)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


_READERS: Mapping[Any, Callable[[Any, Any, str], Any]] = {
    Literal: _literal,
    Union: _optional,
    UnionType: _optional,
    tuple: _tuple,
    Mapping: _mapping,
}
_NAMES: Mapping[type, str] = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def _refused(where: str, given: Any, allowed: str) -> MalformedError:
    shown = json.dumps(given, ensure_ascii=False, default=repr)
    if len(shown) > _LONGEST:
        shown = shown[: _LONGEST - 1] + "…"
    return MalformedError(f"{where or 'it'}: given {shown}; allowed: {allowed}")
