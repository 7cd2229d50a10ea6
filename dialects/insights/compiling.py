"""A syntax tree of Logs Insights to one SELECT in DuckDB's SQL.

Every command becomes a common table expression over the one before it. Columns have names of their
own (`c0`, `c1` ...), so that what a person calls a field never meets an identifier of SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from lark import Token, Tree
from sqlglot import exp

from dialects.insights import patterns
from dialects.insights.functions import AGGREGATE, KEEPS_KIND, SCALAR, Function
from dialects.insights.paths import discovered, name_of
from dialects.insights.syntax import MalformedQueryError, parse
from dialects.insights.values import (
    Kind,
    Value,
    as_number,
    as_text,
    as_truth,
    compared,
    number,
    order_keys,
    sql,
    text,
)

LOG_EVENTS = "log_events"
"""The relation that a compiled query reads; see SYSTEM_FIELDS for its columns."""

SYSTEM_FIELDS = {
    "@timestamp": Kind.TIME,
    "@ingestionTime": Kind.TIME,
    "@message": Kind.TEXT,
    "@logStream": Kind.TEXT,
    "@log": Kind.TEXT,
    "@ptr": Kind.TEXT,
}
MOST_ROWS = 10_000
"""What `limit` takes at most, and what holds without it."""
_MOST_STATS = 2

_UNITS = {
    "milliseconds": ("ms", "msec", "millisecond"),
    "seconds": ("s", "sec", "second"),
    "minutes": ("m", "min", "minute"),
    "hours": ("h", "hr", "hour"),
    "days": ("d", "day"),
}
_DURATION = re.compile(r"(\d+)\s*([A-Za-z]+)")

Node = Tree[Token]


@dataclass(frozen=True)
class Compiled:
    """A query as SQL over `log_events`, and what its columns are called, in order."""

    select: exp.Expression
    labels: tuple[str, ...]

    def sql(self) -> str:
        return self.select.sql(dialect="duckdb")


def compile_query(query: str) -> Compiled:
    """Translate a Logs Insights query.

    Raises:
        MalformedQueryError: the query is not of the language, or not of the part answered here.
    """
    tree = parse(query)
    state = _Pipeline(query)
    for command in tree.children:
        assert isinstance(command, Tree)
        state.run(command)
    return state.finish()


@dataclass
class _Pipeline:
    """The query so far: which relation it stands on, which fields have a name, what is shown."""

    query: str
    source: str = LOG_EVENTS
    steps: list[tuple[str, exp.Expression]] = field(default_factory=list)
    named: dict[str, Value] = field(default_factory=dict)
    shown: dict[str, Value] = field(default_factory=dict)
    order: str | None = None
    has_events: bool = True
    limited: bool = False
    stats_seen: int = 0
    deduplicated: bool = False
    fresh: Iterator[int] = field(default_factory=count)

    def run(self, command: Node) -> None:
        name = str(command.data)
        if self.deduplicated and name != "limit":
            raise _refused(command, f"after dedup only limit is allowed, not {name}")
        getattr(self, f"_{name}")(command)

    def finish(self) -> Compiled:
        shown = self.shown or {
            each: self._field(each) for each in (("@timestamp", "@message") if self.has_events else ())
        }
        select = exp.select(
            *(as_text(value).copy().as_(f"r{at}") for at, value in enumerate(shown.values()))
        ).from_(exp.to_identifier(self.source, quoted=True))
        for each in self._ordering():
            select = select.order_by(each)
        if not self.limited:
            select = select.limit(MOST_ROWS)
        for alias, step in self.steps:
            select = select.with_(exp.to_identifier(alias, quoted=True), as_=step)
        return Compiled(select, tuple(shown))

    # ---- commands

    def _fields(self, command: Node) -> None:
        for item in _trees(command):
            label, value = self._item(item, self._value)
            self.shown[label] = value

    def _display(self, command: Node) -> None:
        names = [name_of(_word(each)) for each in _trees(command)]
        self.shown = {name: self._field(_word(each)) for name, each in zip(names, _trees(command))}

    def _filter(self, command: Node) -> None:
        (condition,) = _trees(command)
        self._step(self._all().where(as_truth(self._value(condition), "filter")))

    def _stats(self, command: Node) -> None:
        self.stats_seen += 1
        if self.stats_seen > _MOST_STATS:
            raise _refused(command, f"a query has at most {_MOST_STATS} stats commands")
        wanted, by = command.children
        assert isinstance(wanted, Tree)
        keys = [self._labelled(each, self._value) for each in _trees(by)] if by else []
        totals = [self._labelled(each, self._total) for each in _trees(wanted)]
        columns = {label: (f"c{next(self.fresh)}", value) for label, value in (*keys, *totals)}
        select = exp.select(
            *(value.sql.copy().as_(column) for column, value in columns.values())
        ).from_(exp.to_identifier(self.source, quoted=True))
        if keys:
            select = select.group_by(*(value.sql.copy() for _, value in keys))
        self._step(select)
        self.named = {
            label: Value(exp.column(column, quoted=True), value.kind)
            for label, (column, value) in columns.items()
        }
        self.shown = dict(self.named)
        self.has_events, self.order = False, None

    def _parse(self, command: Node) -> None:
        path, how = command.children
        assert isinstance(how, Tree)
        source = as_text(self._field(_word(path) if isinstance(path, Tree) else "@message"))
        if how.data == "glob":
            literal, *paths = _trees(how)
            names = [name_of(_word(each)) for each in paths]
            pattern = patterns.glob(patterns.unquoted(_word(literal)), len(names))
        else:
            literal, *paths = [each for each in how.children if isinstance(each, Tree)]
            pattern = patterns.expression(_word(literal))
            names = self._captured(command, pattern, [name_of(_word(each)) for each in paths])
        found = [
            sql(
                f"CASE WHEN REGEXP_MATCHES(:source, :pattern) "
                f"THEN REGEXP_EXTRACT(:source, :pattern, {at}) END",
                source=source,
                pattern=exp.Literal.string(pattern),
            )
            for at in range(1, len(names) + 1)
        ]
        for name, each in zip(names, found):
            self._name(name, Value(each, Kind.TEXT))

    def _sort(self, command: Node) -> None:
        wanted = []
        for each in _trees(command):
            value, direction = each.children
            assert isinstance(value, Tree)
            down = direction is not None and str(direction).lower() == "desc"
            wanted += [
                exp.Ordered(this=key, desc=down, nulls_first=not down)
                for key in order_keys(self._value(value))
            ]
        self._rank(wanted)

    def _limit(self, command: Node) -> None:
        (token,) = command.children
        if isinstance(token, Tree):
            raise _unbound(token)
        wanted = int(token)
        if not 1 <= wanted <= MOST_ROWS:
            raise _refused(command, f"limit {wanted}; allowed: 1 to {MOST_ROWS}")
        step = self._all()
        for each in self._ordering():
            step = step.order_by(each)
        self._step(step.limit(wanted))
        self.limited = True

    def _dedup(self, command: Node) -> None:
        keys = [as_text(self._field(_word(each))) for each in _trees(command)]
        first = exp.Window(
            this=exp.RowNumber(),
            partition_by=[each.copy() for each in keys],
            order=exp.Order(expressions=self._ordering() or [exp.Ordered(this=keys[0].copy())]),
        )
        absent = exp.or_(*(each.copy().is_(exp.null()) for each in keys))
        self._step(self._all().qualify(exp.or_(first.eq(1), absent)))
        self.deduplicated = True

    # ---- the relation

    def _all(self) -> exp.Select:
        return exp.select("*").from_(exp.to_identifier(self.source, quoted=True))

    def _step(self, select: exp.Expression) -> None:
        self.source = f"step{len(self.steps)}"
        self.steps.append((self.source, select))

    def _add(self, value: exp.Expression) -> exp.Column:
        column = f"c{next(self.fresh)}"
        step = self._all().select(value.copy().as_(column, quoted=True))
        self._step(step)
        return exp.column(column, quoted=True)

    def _name(self, name: str, value: Value) -> Value:
        self.named[name] = Value(self._add(value.sql), value.kind)
        return self.named[name]

    def _rank(self, wanted: list[exp.Ordered]) -> None:
        ranked = exp.Window(this=exp.RowNumber(), order=exp.Order(expressions=wanted))
        self.order = self._add(ranked).name

    def _ordering(self) -> list[exp.Expression]:
        if self.order:
            return [exp.Ordered(this=exp.column(self.order, quoted=True))]
        if self.has_events:
            return [exp.Ordered(this=exp.column("@timestamp", quoted=True), desc=True)]
        return []

    # ---- values

    def _item(self, item: Node, evaluate: Callable[[Node], Value]) -> tuple[str, Value]:
        label, value = self._labelled(item, evaluate)
        if item.children[1] is None and label in self.named:
            return label, self.named[label]
        if item.children[1] is None and _is_path(item.children[0]):
            return label, value
        return label, self._name(label, value)

    def _labelled(self, item: Node, evaluate: Callable[[Node], Value]) -> tuple[str, Value]:
        wanted, alias = item.children
        assert isinstance(wanted, Tree)
        if isinstance(alias, Tree):
            label = name_of(_word(alias))
        elif _is_path(wanted):
            label = name_of(_word(wanted))
        else:
            label = self.query[wanted.meta.start_pos : wanted.meta.end_pos]
        return label, evaluate(wanted)

    def _field(self, path: str) -> Value:
        name = name_of(path)
        if name in self.named:
            return self.named[name]
        if not self.has_events:
            return Value(sql("CAST(NULL AS VARCHAR)"), Kind.TEXT)
        if name in SYSTEM_FIELDS:
            return Value(exp.column(name, quoted=True), SYSTEM_FIELDS[name])
        return discovered(path, exp.column("@json", quoted=True))

    def _value(self, node: Node) -> Value:
        return self._evaluate(node, self._value)

    def _total(self, node: Node) -> Value:
        """A value of `stats`: an aggregation, or what is computed from some."""
        if node.data == "call":
            name, *arguments = node.children
            total = self._aggregation(str(name).lower(), node, arguments)
            if total:
                return total
        if node.data == "path":
            raise _refused(node, f"stats needs an aggregation of {_word(node)}, such as count(*)")
        return self._evaluate(node, self._total)

    def _evaluate(self, node: Node, inner: Callable[[Node], Value]) -> Value:
        """The value of a node whose parts are evaluated by `inner`."""
        kids = node.children
        match str(node.data):
            case "path":
                return self._field(_word(node))
            case "string":
                return text(patterns.unquoted(_word(node)))
            case "number":
                return number(_word(node))
            case "parameter":
                raise _unbound(node)
            case "call":
                return self._call(node, inner)
            case "either" | "both" as word:
                sides = [as_truth(inner(each), "and" if word == "both" else "or") for each in _trees(node)]
                joined = exp.or_(*sides) if word == "either" else exp.and_(*sides)
                return Value(exp.paren(joined), Kind.TRUTH)
            case "negated":
                (condition,) = _trees(node)
                return Value(sql("(NOT :c)", c=exp.paren(as_truth(inner(condition), "not"))), Kind.TRUTH)
            case "compared":
                left, operator, right = kids
                found = compared(inner(_tree(left)), str(operator), inner(_tree(right)))
                return Value(exp.paren(found.sql), Kind.TRUTH)
            case "like":
                return self._like(inner(_tree(kids[0])), kids[1] is not None, _tree(kids[2]))
            case "matches":
                return self._like(inner(_tree(kids[0])), False, _tree(kids[1]))
            case "within":
                value, negated, *listed = kids
                return self._within(inner(_tree(value)), negated is not None, [_tree(e) for e in listed])
            case "arithmetic":
                left, operator, right = kids
                return _computed(inner(_tree(left)), str(operator), inner(_tree(right)))
            case "minus":
                (value,) = _trees(node)
                return Value(sql("(-:v)", v=as_number(inner(value))), Kind.NUMBER)
        raise _refused(node, "it cannot stand here")

    def _like(self, value: Value, negated: bool, wanted: Node) -> Value:
        if wanted.data == "parameter":
            raise _unbound(wanted)
        if wanted.data == "regex":
            pattern = exp.Literal.string(patterns.expression(_word(wanted)))
            found = sql("REGEXP_MATCHES(:v, :p)", v=as_text(value), p=pattern)
        else:
            part = text(patterns.unquoted(_word(wanted))).sql
            found = sql("CONTAINS(:v, :p)", v=as_text(value), p=part)
        return Value(sql("(NOT :f)", f=found) if negated else found, Kind.TRUTH)

    def _within(self, value: Value, negated: bool, listed: list[Node]) -> Value:
        each = [compared(value, "=", self._value(item)).sql for item in listed]
        found = exp.paren(exp.or_(*each))
        return Value(sql("(NOT :f)", f=found) if negated else found, Kind.TRUTH)

    def _call(self, node: Node, inner: Callable[[Node], Value]) -> Value:
        name, *arguments = node.children
        word = str(name).lower()
        given = [each for each in arguments if isinstance(each, Tree)]
        if word in ("bin", "datefloor"):
            return self._floor(node, word, given, inner)
        if word in {*AGGREGATE, *KEEPS_KIND, "count", "pct"}:
            raise _refused(node, f"{name} is an aggregation; it is allowed in stats only")
        function = SCALAR.get(word)
        if function is None:
            raise _refused(node, f"there is no function {name} here")
        return _applied(node, function, [self._argument(each, inner) for each in given])

    def _argument(self, node: Node, inner: Callable[[Node], Value]) -> Value:
        if node.data in ("star", "duration"):
            raise _refused(node, "it is not allowed in this function")
        return inner(node)

    def _floor(
        self, node: Node, word: str, given: list[Node], inner: Callable[[Node], Value]
    ) -> Value:
        *values, duration = given or [node]
        if duration.data != "duration" or len(values) != (word == "datefloor"):
            allowed = "bin(5m)" if word == "bin" else "datefloor(@timestamp, 5m)"
            raise _refused(node, f"{word} takes a period; allowed: such as {allowed}")
        value = inner(values[0]) if values else self._field("@timestamp")
        if value.kind is not Kind.TIME:
            raise _refused(node, f"{word} needs a time, such as @timestamp")
        floor = f"TIME_BUCKET(INTERVAL '{_period(duration)}', :v, TIMESTAMP '1970-01-01')"
        return Value(sql(floor, v=value.sql), Kind.TIME)

    def _aggregation(self, word: str, node: Node, arguments: list[object]) -> Value | None:
        given = [each for each in arguments if isinstance(each, Tree)]
        if word == "count":
            if len(given) > 1:
                raise _refused(node, "count takes one field, or *")
            if not given or given[0].data == "star":
                return Value(sql("COUNT(*)"), Kind.NUMBER)
            return Value(sql("COUNT(:v)", v=self._value(given[0]).sql), Kind.NUMBER)
        if word == "pct":
            return self._percentile(node, given)
        if word in KEEPS_KIND:
            if len(given) != 1:
                raise _refused(node, f"{word} takes one field")
            if word in ("earliest", "latest") and not self.has_events:
                raise _refused(node, f"{word} needs events; after stats there are none")
            return KEEPS_KIND[word](self._argument(given[0], self._value))
        if word in AGGREGATE:
            return _applied(
                node, AGGREGATE[word], [self._argument(each, self._value) for each in given]
            )
        return None

    def _percentile(self, node: Node, given: list[Node]) -> Value:
        if len(given) != 2 or given[1].data != "number" or not 0 <= float(_word(given[1])) <= 100:
            raise _refused(node, "pct takes a field and a number from 0 to 100")
        part = exp.Literal.number(float(_word(given[1])) / 100)
        value = as_number(self._argument(given[0], self._value))
        return Value(sql("QUANTILE_CONT(:v, :p)", v=value, p=part), Kind.NUMBER)

    def _captured(self, command: Node, pattern: str, aliases: list[str]) -> list[str]:
        captured = patterns.groups(pattern)
        if not captured:
            raise _refused(command, "parse needs a group that captures, such as (?<name>...)")
        if aliases and len(aliases) != len(captured):
            raise _refused(
                command,
                f"parse has {len(captured)} groups and {len(aliases)} names after as; "
                "allowed: as many of one as of the other",
            )
        names = aliases or [each for each in captured if each]
        if len(names) != len(captured):
            raise _refused(command, "parse needs a name for every group, as (?<name>...) or after as")
        return names


def _computed(left: Value, operator: str, right: Value) -> Value:
    one, other = as_number(left), as_number(right)
    if operator in "/%":
        found = sql(f"(:l {operator} NULLIF(:r, 0))", l=one, r=other)
    elif operator == "^":
        found = sql("POWER(:l, :r)", l=one, r=other)
    else:
        found = sql(f"(:l {operator} :r)", l=one, r=other)
    return Value(found, Kind.NUMBER)


def _applied(node: Node, function: Function, values: list[Value]) -> Value:
    if not function.least <= len(values) <= function.most:
        wanted = str(function.least) if function.least == function.most else f"{function.least} or more"
        raise _refused(node, f"{node.children[0]} takes {wanted} values, not {len(values)}")
    return Value(function.build(values), function.kind)


def _period(duration: Node) -> str:
    found = _DURATION.fullmatch(_word(duration))
    assert found
    amount, unit = int(found[1]), found[2].lower()
    for word, spellings in _UNITS.items():
        if amount and unit in {*spellings, *(f"{each}s" for each in spellings if len(each) > 1)}:
            return f"{amount} {word}"
    raise _refused(duration, "allowed: a period of ms, s, m, h or d, such as 5m")


def _trees(node: object) -> list[Node]:
    assert isinstance(node, Tree)
    return [each for each in node.children if isinstance(each, Tree)]


def _tree(node: object) -> Node:
    assert isinstance(node, Tree)
    return node


def _is_path(node: object) -> bool:
    return isinstance(node, Tree) and node.data == "path"


def _word(node: Node) -> str:
    return str(node.children[0])


def _unbound(node: Node) -> MalformedQueryError:
    return _refused(node, f"the parameter {_word(node)} has no value")


def _refused(node: Node, reason: str) -> MalformedQueryError:
    meta = node.meta
    if meta.empty:
        return MalformedQueryError(reason)
    place = f"at line {meta.line} and position {meta.column}"
    return MalformedQueryError(f"{reason} ({place})", meta.start_pos, meta.end_pos)
