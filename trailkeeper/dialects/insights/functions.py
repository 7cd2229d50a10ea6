"""The functions of the language that are answered here, and their SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from .values import Kind, Value, as_number, as_text, natural_key, sql

Build = Callable[[Sequence[Value]], exp.Expr]
_ANY = 99


@dataclass(frozen=True)
class Function:
    """A function: how many values it takes, what it answers."""

    least: int
    most: int
    kind: Kind
    build: Build


def _numeric(template: str, count: int = 1) -> Function:
    def build(values: Sequence[Value]) -> exp.Expr:
        return sql(template, **{f"v{at}": as_number(each) for at, each in enumerate(values)})

    return Function(count, count, Kind.NUMBER, build)


def _textual(template: str, count: int = 1, kind: Kind = Kind.TEXT) -> Function:
    def build(values: Sequence[Value]) -> exp.Expr:
        return sql(template, **{f"v{at}": as_text(each) for at, each in enumerate(values)})

    return Function(count, count, kind, build)


def _many(name: str, convert: Callable[[Value], exp.Expr], kind: Kind) -> Function:
    def build(values: Sequence[Value]) -> exp.Expr:
        return exp.Anonymous(this=name, expressions=[convert(each) for each in values])

    return Function(1, _ANY, kind, build)


def _is_blank(template: str) -> Function:
    return _textual(template, kind=Kind.TRUTH)


SCALAR = {
    "abs": _numeric("ABS(:v0)"),
    "ceil": _numeric("CEIL(:v0)"),
    "floor": _numeric("FLOOR(:v0)"),
    "sqrt": _numeric("CASE WHEN :v0 >= 0 THEN SQRT(:v0) END"),
    "log": _numeric("CASE WHEN :v0 > 0 THEN LN(:v0) END"),
    "greatest": _many("GREATEST", as_number, Kind.NUMBER),
    "least": _many("LEAST", as_number, Kind.NUMBER),
    "ispresent": Function(1, 1, Kind.TRUTH, lambda v: sql(":v IS NOT NULL", v=v[0].sql)),
    "coalesce": _many("COALESCE", as_text, Kind.TEXT),
    "isempty": _is_blank("COALESCE(:v0, '') = ''"),
    "isblank": _is_blank("TRIM(COALESCE(:v0, '')) = ''"),
    "concat": _many("CONCAT", as_text, Kind.TEXT),
    "strlen": _textual("LENGTH(:v0)", kind=Kind.NUMBER),
    "tolower": _textual("LOWER(:v0)"),
    "toupper": _textual("UPPER(:v0)"),
    "trim": _textual("TRIM(:v0)"),
    "ltrim": _textual("LTRIM(:v0)"),
    "rtrim": _textual("RTRIM(:v0)"),
    "replace": _textual("REPLACE(:v0, :v1, :v2)", 3),
    "strcontains": _textual("CAST(CONTAINS(:v0, :v1) AS INTEGER)", 2, Kind.NUMBER),
    "tomillis": _numeric(":v0"),
    "frommillis": Function(
        1, 1, Kind.TIME, lambda v: sql("MAKE_TIMESTAMP_MS(CAST(:v AS BIGINT))", v=as_number(v[0]))
    ),
}


def _aggregate(template: str) -> Function:
    return Function(1, 1, Kind.NUMBER, lambda v: sql(template, v=as_number(v[0])))


def _extreme(name: str) -> Callable[[Value], Value]:
    def build(value: Value) -> Value:
        if value.kind is not Kind.TEXT:
            return Value(sql(f"{name}(:v)", v=value.sql), value.kind)
        shown = Value(sql(f"{name}(:v)", v=as_number(value)), Kind.NUMBER)
        found = sql(f"COALESCE(:shown, {name}(:v))", shown=as_text(shown), v=value.sql)
        return Value(found, Kind.TEXT)

    return build


def _sorted(name: str) -> Callable[[Value], Value]:
    def build(value: Value) -> Value:
        if value.kind is not Kind.TEXT:
            return Value(sql(f"{name}(:v, :v)", v=value.sql), value.kind)
        found = sql(f"{name}(:v, :key)", v=value.sql, key=natural_key(value.sql))
        return Value(found, Kind.TEXT)

    return build


AGGREGATE: dict[str, Function] = {
    "sum": _aggregate("SUM(:v)"),
    "avg": _aggregate("AVG(:v)"),
    "stddev": _aggregate("STDDEV_POP(:v)"),
    "count_distinct": Function(
        1, 1, Kind.NUMBER, lambda v: sql("COUNT(DISTINCT :v)", v=as_text(v[0]))
    ),
}
KEEPS_KIND: dict[str, Callable[[Value], Value]] = {
    "min": _extreme("MIN"),
    "max": _extreme("MAX"),
    "sortsfirst": _sorted("ARG_MIN"),
    "sortslast": _sorted("ARG_MAX"),
    "earliest": lambda v: Value(sql('ARG_MIN(:v, "@timestamp")', v=v.sql), v.kind),
    "latest": lambda v: Value(sql('ARG_MAX(:v, "@timestamp")', v=v.sql), v.kind),
}
"""Aggregations that answer one of the values that they were given."""
