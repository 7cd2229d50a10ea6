"""Names of fields: dotted, numbered and back-quoted paths into a JSON event."""

from __future__ import annotations

import re

from sqlglot import exp

from .values import Kind, Value, sql

_SEGMENT = re.compile(r"`([^`]+)`|([^.`]+)")

# Only leaves are discovered as fields, and a boolean is shown as 1 or 0.
_LEAF = (
    "CASE JSON_TYPE(:json, :pointer) WHEN 'OBJECT' THEN NULL WHEN 'ARRAY' THEN NULL "
    "WHEN 'BOOLEAN' THEN IF(JSON_EXTRACT_STRING(:json, :pointer) = 'true', '1', '0') "
    "ELSE JSON_EXTRACT_STRING(:json, :pointer) END"
)


def name_of(path: str) -> str:
    """The name that a path stands for: two spellings of a field have one name."""
    return ".".join(_segments(path))


def discovered(path: str, json: exp.Expr) -> Value:
    """The field of a JSON event that a path means."""
    written = _segments(path)
    split = [part for segment in written for part in segment.split(".")]
    found = _leaf(json, written)
    if split != written:
        found = sql("COALESCE(:whole, :split)", whole=found, split=_leaf(json, split))
    return Value(found, Kind.TEXT)


def _segments(path: str) -> list[str]:
    return [quoted or plain for quoted, plain in _SEGMENT.findall(path)]


def _leaf(json: exp.Expr, segments: list[str]) -> exp.Expr:
    pointer = "".join("/" + each.replace("~", "~0").replace("/", "~1") for each in segments)
    return sql(_LEAF, json=json, pointer=exp.Literal.string(pointer))
