"""Values of a query as SQL, with the kind that Logs Insights gives them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

import sqlglot
from sqlglot import exp

from .syntax import MalformedQueryError


class Kind(Enum):
    """What a value is; a field that was found in an event is always a text."""

    TEXT = auto()
    NUMBER = auto()
    TIME = auto()
    TRUTH = auto()


@dataclass(frozen=True)
class Value:
    """A value in DuckDB's SQL; `sql` is null where the event has no such field."""

    sql: exp.Expr
    kind: Kind


@cache
def _template(text: str) -> exp.Expr:
    return sqlglot.parse_one(text, dialect="duckdb")


def sql(text: str, **given: exp.Expr) -> exp.Expr:
    """DuckDB SQL with `:name` replaced by the expressions given."""
    return exp.replace_placeholders(_template(text).copy(), **given)


def text(value: str) -> Value:
    """A text as SQL; whatever it holds, it stays one literal."""
    if "\0" in value:
        raise MalformedQueryError("a text holds the character NUL")
    return Value(exp.Literal.string(value), Kind.TEXT)


def number(value: str) -> Value:
    return Value(exp.Literal.number(value), Kind.NUMBER)


# Only a text that is wholly a number counts as one; "1e5" as a name or "inf" stay texts.
_AS_NUMBER = r"TRY_CAST(REGEXP_EXTRACT(:value, '^-?[0-9]+(?:\.[0-9]+)?$') AS DOUBLE)"


def as_number(value: Value) -> exp.Expr:
    """The value for arithmetic: null where a text is no number; a time in epoch milliseconds."""
    match value.kind:
        case Kind.NUMBER:
            return value.sql
        case Kind.TIME:
            return sql("EPOCH_MS(:value)", value=value.sql)
        case Kind.TRUTH:
            return sql("CAST(:value AS INTEGER)", value=value.sql)
    return sql(_AS_NUMBER, value=value.sql)


def as_text(value: Value) -> exp.Expr:
    """The value as it is shown."""
    match value.kind:
        case Kind.TEXT:
            return value.sql
        case Kind.TIME:
            return sql("STRFTIME(:value, '%Y-%m-%d %H:%M:%S.%g')", value=value.sql)
        case Kind.TRUTH:
            return sql("CAST(CAST(:value AS INTEGER) AS VARCHAR)", value=value.sql)
    return sql(
        "CASE WHEN :value = FLOOR(:value) AND ABS(:value) < 1e15 "
        "THEN CAST(CAST(:value AS BIGINT) AS VARCHAR) ELSE CAST(:value AS VARCHAR) END",
        value=value.sql,
    )


def as_truth(value: Value, where: str) -> exp.Expr:
    """The value as a condition.

    Raises:
        MalformedQueryError: it is none.
    """
    if value.kind is not Kind.TRUTH:
        raise MalformedQueryError(f"{where} needs a condition, such as a comparison")
    return value.sql


def compared(left: Value, operator: str, right: Value) -> Value:
    """A comparison: of numbers when one side is a number or a time, of texts otherwise."""
    kinds = {left.kind, right.kind}
    if kinds & {Kind.NUMBER, Kind.TIME, Kind.TRUTH}:
        sides = as_number(left), as_number(right)
    else:
        sides = left.sql, right.sql
    operator = "<>" if operator == "!=" else operator
    return Value(sql(f":left {operator} :right", left=sides[0], right=sides[1]), Kind.TRUTH)


def natural_key(shown: exp.Expr) -> exp.Expr:
    """What texts are ordered by: part by part, a run of digits by its length first."""
    return sql(
        "LIST_TRANSFORM(REGEXP_EXTRACT_ALL(:value, '[0-9]+|[^0-9]+'), part -> "
        "CASE WHEN part >= '0' AND part < ':' "
        "THEN '0' || LPAD(CAST(LENGTH(part) AS VARCHAR), 6, '0') || part ELSE part END)",
        value=shown,
    )


def order_keys(value: Value) -> list[exp.Expr]:
    """What to sort by, so that the order is the one of the `sort` command.

    Texts that are numbers come after all others, by their value.
    Source: CloudWatch Logs user guide, "sort".
    """
    if value.kind is not Kind.TEXT:
        return [value.sql]
    shown = as_number(value)
    return [sql(":value IS NOT NULL", value=shown), shown, natural_key(value.sql)]
