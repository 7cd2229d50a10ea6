"""A syntax tree of Logs Insights to one SELECT in DuckDB's SQL.

Every command becomes a common table expression over the one before it. Columns have names of their
own (`c0`, `c1` ...), so that what a person calls a field never meets an identifier of SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from lark import Tree
from sqlglot import exp

from . import patterns
from .expressions import Expressions
from .nodes import Node, is_path, refused, tree, trees, unbound, word
from .paths import discovered, name_of
from .syntax import parse
from .values import Kind, Value, as_text, as_truth, order_keys, sql

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
_SHOWN_BY_ITSELF = ("@timestamp", "@message")


@dataclass(frozen=True)
class Compiled:
    """A query as SQL over `log_events`, and what its columns are called, in order.

    When its rows are events, one more column follows: the pointer to the event (@ptr).
    """

    select: exp.Expr
    labels: tuple[str, ...]
    has_pointers: bool

    def sql(self) -> str:
        return self.select.sql(dialect="duckdb")


def compile_query(query: str) -> Compiled:
    """Translate a Logs Insights query.

    Raises:
        MalformedQueryError: the query is not of the language, or not of the part answered here.
    """
    pipeline = _Pipeline(query)
    for command in trees(parse(query)):
        pipeline.run(command)
    return pipeline.finish()


@dataclass
class _Pipeline:
    """The query so far: which relation it stands on, which fields have a name, what is shown."""

    query: str
    source: str = LOG_EVENTS
    steps: list[tuple[str, exp.Expr]] = field(default_factory=list)
    named: dict[str, Value] = field(default_factory=dict)
    shown: dict[str, Value] = field(default_factory=dict)
    order: str | None = None
    has_events: bool = True
    limited: bool = False
    stats_seen: int = 0
    deduplicated: bool = False
    fresh: Iterator[int] = field(default_factory=count)
    expressions: Expressions = field(init=False)

    def __post_init__(self) -> None:
        self.expressions = Expressions(self)

    def run(self, command: Node) -> None:
        name = str(command.data)
        if self.deduplicated and name != "limit":
            raise refused(command, f"after dedup only limit is allowed, not {name}")
        getattr(self, f"_{name}")(command)

    def finish(self) -> Compiled:
        shown = self.shown or {each: self.field(each) for each in _SHOWN_BY_ITSELF}
        select = exp.select(
            *(as_text(value).copy().as_(f"r{at}") for at, value in enumerate(shown.values()))
        ).from_(self._relation())
        if self.has_events:
            select = select.select(exp.column("@ptr", quoted=True))
        for each in self._ordering():
            select = select.order_by(each)
        if not self.limited:
            select = select.limit(MOST_ROWS)
        for alias, step in self.steps:
            select = select.with_(exp.to_identifier(alias, quoted=True), as_=step)
        return Compiled(select, tuple(shown), self.has_events)

    def field(self, path: str) -> Value:
        """What a path means here: a name given before, a field of the event, or nothing."""
        name = name_of(path)
        if name in self.named:
            return self.named[name]
        if not self.has_events:
            return Value(sql("CAST(NULL AS VARCHAR)"), Kind.TEXT)
        if name in SYSTEM_FIELDS:
            return Value(exp.column(name, quoted=True), SYSTEM_FIELDS[name])
        return discovered(path, exp.column("@json", quoted=True))

    def _fields(self, command: Node) -> None:
        for item in trees(command):
            label, value = self._labelled(item, self.expressions.value)
            shown_as_it_is = item.children[1] is None and is_path(item.children[0])
            self.shown[label] = value if shown_as_it_is else self._name(label, value)

    def _display(self, command: Node) -> None:
        paths = [word(each) for each in trees(command)]
        self.shown = {name_of(each): self.field(each) for each in paths}

    def _filter(self, command: Node) -> None:
        (condition,) = trees(command)
        kept = as_truth(self.expressions.value(condition), "filter")
        self._step(self._all().where(kept))

    def _stats(self, command: Node) -> None:
        self.stats_seen += 1
        if self.stats_seen > _MOST_STATS:
            raise refused(command, f"a query has at most {_MOST_STATS} stats commands")
        wanted, by = command.children
        keys = [self._labelled(e, self.expressions.value) for e in trees(by)] if by else []
        totals = [self._labelled(each, self.expressions.total) for each in trees(wanted)]
        columns = {label: (f"c{next(self.fresh)}", value) for label, value in (*keys, *totals)}
        select = exp.select(
            *(value.sql.copy().as_(column) for column, value in columns.values())
        ).from_(self._relation())
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
        source = as_text(self.field(word(path) if isinstance(path, Tree) else "@message"))
        literal, *paths = trees(how)
        names = [name_of(word(each)) for each in paths]
        if tree(how).data == "glob":
            pattern = patterns.glob(patterns.unquoted(word(literal)), len(names))
        else:
            pattern = patterns.expression(word(literal))
            names = _captured(command, pattern, names)
        for at, name in enumerate(names, 1):
            part = sql(
                f"CASE WHEN REGEXP_MATCHES(:source, :pattern) "
                f"THEN REGEXP_EXTRACT(:source, :pattern, {at}) END",
                source=source,
                pattern=exp.Literal.string(pattern),
            )
            self._name(name, Value(part, Kind.TEXT))

    def _sort(self, command: Node) -> None:
        wanted = []
        for each in trees(command):
            value, direction = each.children
            down = direction is not None and str(direction).lower() == "desc"
            wanted += [
                exp.Ordered(this=key, desc=down, nulls_first=not down)
                for key in order_keys(self.expressions.value(tree(value)))
            ]
        ranked = exp.Window(this=exp.RowNumber(), order=exp.Order(expressions=wanted))
        self.order = self._add(ranked)

    def _limit(self, command: Node) -> None:
        (given,) = command.children
        if isinstance(given, Tree):
            raise unbound(given)
        wanted = int(given)
        if not 1 <= wanted <= MOST_ROWS:
            raise refused(command, f"limit {wanted}; allowed: 1 to {MOST_ROWS}")
        step = self._all()
        for each in self._ordering():
            step = step.order_by(each)
        self._step(step.limit(wanted))
        self.limited = True

    def _dedup(self, command: Node) -> None:
        keys = [as_text(self.field(word(each))) for each in trees(command)]
        first = exp.Window(
            this=exp.RowNumber(),
            partition_by=[each.copy() for each in keys],
            order=exp.Order(expressions=self._ordering() or [exp.Ordered(this=keys[0].copy())]),
        )
        absent = exp.or_(*(each.copy().is_(exp.null()) for each in keys))
        self._step(self._all().qualify(exp.or_(first.eq(1), absent)))
        self.deduplicated = True

    def _relation(self) -> exp.Identifier:
        return exp.to_identifier(self.source, quoted=True)

    def _all(self) -> exp.Select:
        return exp.select("*").from_(self._relation())

    def _step(self, select: exp.Expr) -> None:
        self.source = f"step{len(self.steps)}"
        self.steps.append((self.source, select))

    def _add(self, value: exp.Expr) -> str:
        column = f"c{next(self.fresh)}"
        self._step(self._all().select(value.copy().as_(column, quoted=True)))
        return column

    def _name(self, name: str, value: Value) -> Value:
        column = exp.column(self._add(value.sql), quoted=True)
        self.named[name] = Value(column, value.kind)
        return self.named[name]

    def _ordering(self) -> list[exp.Expr]:
        if self.order:
            return [exp.Ordered(this=exp.column(self.order, quoted=True))]
        if self.has_events:
            return [exp.Ordered(this=exp.column("@timestamp", quoted=True), desc=True)]
        return []

    def _labelled(self, item: Node, evaluate: Callable[[Node], Value]) -> tuple[str, Value]:
        wanted, alias = item.children
        node = tree(wanted)
        if isinstance(alias, Tree):
            label = name_of(word(alias))
        elif is_path(node):
            label = name_of(word(node))
        else:
            label = self.query[node.meta.start_pos : node.meta.end_pos]
        return label, evaluate(node)


def _captured(command: Node, pattern: str, aliases: list[str]) -> list[str]:
    captured = patterns.groups(pattern)
    if not captured:
        raise refused(command, "parse needs a group that captures, such as (?<name>...)")
    if aliases and len(aliases) != len(captured):
        raise refused(
            command,
            f"parse has {len(captured)} groups and {len(aliases)} names after as; "
            "allowed: as many of one as of the other",
        )
    names = aliases or [each for each in captured if each]
    if len(names) != len(captured):
        raise refused(command, "parse needs a name for every group: (?<name>...), or after as")
    return names
