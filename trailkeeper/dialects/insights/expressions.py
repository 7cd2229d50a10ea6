"""The expressions of the language as values of SQL: conditions, arithmetic, functions, totals."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from sqlglot import exp

from . import patterns
from .functions import AGGREGATE, KEEPS_KIND, SCALAR, Function
from .nodes import Node, refused, tree, trees, unbound, word
from .values import (
    Kind,
    Value,
    as_number,
    as_text,
    as_truth,
    compared,
    number,
    sql,
    text,
)

_UNITS = {
    "milliseconds": ("ms", "msec", "millisecond"),
    "seconds": ("s", "sec", "second"),
    "minutes": ("m", "min", "minute"),
    "hours": ("h", "hr", "hour"),
    "days": ("d", "day"),
}
_DURATION = re.compile(r"(\d+)\s*([A-Za-z]+)")
_NEEDS_EVENTS = ("earliest", "latest")
_TOTALS = frozenset({*AGGREGATE, *KEEPS_KIND, "count", "pct"})

Inner = Callable[[Node], Value]


class Fields(Protocol):
    """What the fields of the query mean where an expression stands."""

    @property
    def has_events(self) -> bool: ...

    def field(self, path: str) -> Value: ...


class Expressions:
    """Evaluates expressions over the fields given."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields

    def value(self, node: Node) -> Value:
        """The value of an expression about one row."""
        return self._evaluated(node, self.value)

    def total(self, node: Node) -> Value:
        """A value of `stats`: an aggregation, or what is computed from some."""
        if node.data == "path":
            raise refused(node, f"stats needs an aggregation of {word(node)}, such as count(*)")
        if node.data == "call" and _function(node) in _TOTALS:
            return self._aggregation(_function(node), node, trees(node))
        return self._evaluated(node, self.total)

    def _evaluated(self, node: Node, inner: Inner) -> Value:
        """The value of a node whose parts are evaluated by `inner`."""
        evaluate: Callable[[Node, Inner], Value] = getattr(self, f"_{node.data}", _misplaced)
        return evaluate(node, inner)

    def _path(self, node: Node, _: Inner) -> Value:
        return self._fields.field(word(node))

    def _string(self, node: Node, _: Inner) -> Value:
        return text(patterns.unquoted(word(node)))

    def _number(self, node: Node, _: Inner) -> Value:
        return number(word(node))

    def _parameter(self, node: Node, _: Inner) -> Value:
        raise unbound(node)

    def _either(self, node: Node, inner: Inner) -> Value:
        joined = exp.or_(*(as_truth(inner(each), "or") for each in trees(node)))
        return Value(exp.paren(joined), Kind.TRUTH)

    def _both(self, node: Node, inner: Inner) -> Value:
        joined = exp.and_(*(as_truth(inner(each), "and") for each in trees(node)))
        return Value(exp.paren(joined), Kind.TRUTH)

    def _negated(self, node: Node, inner: Inner) -> Value:
        (condition,) = trees(node)
        return _not(exp.paren(as_truth(inner(condition), "not")))

    def _compared(self, node: Node, inner: Inner) -> Value:
        left, operator, right = node.children
        found = compared(inner(tree(left)), str(operator), inner(tree(right)))
        return Value(exp.paren(found.sql), Kind.TRUTH)

    def _like(self, node: Node, inner: Inner) -> Value:
        value, negated, wanted = node.children
        found = _matched(inner(tree(value)), tree(wanted))
        return _not(found.sql) if negated else found

    def _matches(self, node: Node, inner: Inner) -> Value:
        value, wanted = trees(node)
        return _matched(inner(value), wanted)

    def _within(self, node: Node, inner: Inner) -> Value:
        value, negated, *listed = node.children
        one = inner(tree(value))
        found = exp.paren(
            exp.or_(*(compared(one, "=", self.value(tree(each))).sql for each in listed))
        )
        return _not(found) if negated else Value(found, Kind.TRUTH)

    def _arithmetic(self, node: Node, inner: Inner) -> Value:
        left, operator, right = node.children
        one, other = as_number(inner(tree(left))), as_number(inner(tree(right)))
        template = {
            "/": "(:l / NULLIF(:r, 0))",
            "%": "(:l % NULLIF(:r, 0))",
            "^": "POWER(:l, :r)",
        }.get(str(operator), f"(:l {operator} :r)")
        return Value(sql(template, l=one, r=other), Kind.NUMBER)

    def _minus(self, node: Node, inner: Inner) -> Value:
        (value,) = trees(node)
        return Value(sql("(-:v)", v=as_number(inner(value))), Kind.NUMBER)

    def _call(self, node: Node, inner: Inner) -> Value:
        name, given = _function(node), trees(node)
        if name in ("bin", "datefloor"):
            return self._floor(node, name, given)
        if name in _TOTALS:
            raise refused(node, f"{name} is an aggregation; it is allowed in stats only")
        function = SCALAR.get(name)
        if function is None:
            raise refused(node, f"there is no function {node.children[0]} here")
        return _applied(node, function, [inner(each) for each in given])

    def _floor(self, node: Node, name: str, given: Sequence[Node]) -> Value:
        *values, duration = given or [node]
        if duration.data != "duration" or len(values) != (name == "datefloor"):
            allowed = "bin(5m)" if name == "bin" else "datefloor(@timestamp, 5m)"
            raise refused(node, f"{name} takes a period; allowed: such as {allowed}")
        value = self.value(values[0]) if values else self._fields.field("@timestamp")
        if value.kind is not Kind.TIME:
            raise refused(node, f"{name} needs a time, such as @timestamp")
        floor = f"TIME_BUCKET(INTERVAL '{_period(duration)}', :v, TIMESTAMP '1970-01-01')"
        return Value(sql(floor, v=value.sql), Kind.TIME)

    def _aggregation(self, name: str, node: Node, given: Sequence[Node]) -> Value:
        if name == "count" and (not given or [each.data for each in given] == ["star"]):
            return Value(sql("COUNT(*)"), Kind.NUMBER)
        if name == "pct":
            return self._percentile(node, given)
        if name in AGGREGATE:
            return _applied(node, AGGREGATE[name], [self.value(each) for each in given])
        if len(given) != 1:
            raise refused(node, f"{name} takes one field")
        value = self.value(given[0])
        if name == "count":
            return Value(sql("COUNT(:v)", v=value.sql), Kind.NUMBER)
        if name in _NEEDS_EVENTS and not self._fields.has_events:
            raise refused(node, f"{name} needs events; after stats there are none")
        return KEEPS_KIND[name](value)

    def _percentile(self, node: Node, given: Sequence[Node]) -> Value:
        if len(given) != 2 or given[1].data != "number" or not 0 <= float(word(given[1])) <= 100:
            raise refused(node, "pct takes a field and a number from 0 to 100")
        part = exp.Literal.number(float(word(given[1])) / 100)
        value = as_number(self.value(given[0]))
        return Value(sql("QUANTILE_CONT(:v, :p)", v=value, p=part), Kind.NUMBER)


def _misplaced(node: Node, _: Inner) -> Value:
    raise refused(node, f"a {node.data} cannot stand here")


def _function(node: Node) -> str:
    return str(node.children[0]).lower()


def _not(condition: exp.Expr) -> Value:
    return Value(sql("(NOT :c)", c=condition), Kind.TRUTH)


def _matched(value: Value, wanted: Node) -> Value:
    if wanted.data == "parameter":
        raise unbound(wanted)
    if wanted.data == "regex":
        pattern = exp.Literal.string(patterns.expression(word(wanted)))
        return Value(sql("REGEXP_MATCHES(:v, :p)", v=as_text(value), p=pattern), Kind.TRUTH)
    part = text(patterns.unquoted(word(wanted))).sql
    return Value(sql("CONTAINS(:v, :p)", v=as_text(value), p=part), Kind.TRUTH)


def _applied(node: Node, function: Function, values: Sequence[Value]) -> Value:
    if not function.least <= len(values) <= function.most:
        least = function.least
        wanted = str(least) if least == function.most else f"{least} or more"
        raise refused(node, f"{node.children[0]} takes {wanted} values, not {len(values)}")
    return Value(function.build(values), function.kind)


def _period(duration: Node) -> str:
    found = _DURATION.fullmatch(word(duration))
    assert found
    amount, unit = int(found[1]), found[2].lower()
    for plural, spellings in _UNITS.items():
        if amount and unit in {*spellings, *(f"{each}s" for each in spellings if len(each) > 1)}:
            return f"{amount} {plural}"
    raise refused(duration, "allowed: a period of ms, s, m, h or d, such as 5m")
