"""Athena's dialect to DuckDB's, by sqlglot, with what it leaves over or gets differently."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ..insights.values import sql
from .certain import sure


class RefusedSqlError(ValueError):
    """SQL that is not answered here; the message says why, on one line."""


def parsed(query: str) -> exp.Query:
    """The tree of one SELECT of Athena.

    Raises:
        RefusedSqlError: it is something else.
    """
    try:
        statements = sqlglot.parse(query, dialect="athena")
    except SqlglotError as error:
        raise RefusedSqlError(f"it is not Athena's SQL: {_first_line(error)}") from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise RefusedSqlError("only one SELECT is answered")
    return statements[0]


def translate(query: str, *, now: datetime | None = None) -> str:
    """DuckDB's SQL for one SELECT of Athena.

    Raises:
        RefusedSqlError: it is not one SELECT, or uses what has no sure counterpart.
    """
    tree = parsed(query)
    for node in tree.walk():
        if not sure(node):
            raise RefusedSqlError(f"{_called(node)} is not answered here")
    _name_columns(tree)
    return rewritten(tree, now).sql(dialect="duckdb")


def rewritten(tree: exp.Expr, now: datetime | None = None) -> exp.Expr:
    """A tree of Athena's dialect with what sqlglot leaves over put into DuckDB's terms."""
    at = now or datetime.now(UTC)
    # From the leaves up, so that what is put in keeps its parts rewritten.
    for node in reversed(list(tree.walk())):
        replacement = _rewritten(node, at)
        if replacement is node:
            continue
        if node is tree:
            tree = replacement
        else:
            node.replace(replacement)
    return tree


def _name_columns(query: exp.Query) -> None:
    """Call what has no name `_col0` and so on, as Athena does."""
    first = query
    while isinstance(first, exp.SetOperation):
        first = first.left
    if not isinstance(first, exp.Select):
        return
    for place, item in enumerate(first.expressions):
        if not isinstance(item, exp.Alias | exp.Column | exp.Dot | exp.Star):
            item.replace(exp.alias_(item.copy(), f"_col{place}"))


def _rewritten(node: exp.Expr, now: datetime) -> exp.Expr:
    if isinstance(node, exp.CurrentTimestamp):
        return exp.cast(exp.Literal.string(f"{now:%Y-%m-%d %H:%M:%S}"), "timestamp")
    if isinstance(node, exp.CurrentDate):
        return exp.cast(exp.Literal.string(f"{now:%Y-%m-%d}"), "date")
    if isinstance(node, exp.Cast):
        return _cast(node)
    if isinstance(node, exp.Anonymous):
        by_name = _FUNCTIONS.get(node.name.lower())
        return by_name(node) if by_name else node
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        # The connection has the tables of one database alone.
        node.set("db", None)
        node.set("catalog", None)
        return node
    rewrite = _NODES.get(type(node))
    return rewrite(node) if rewrite else node


def _scalar(node: exp.JSONExtractScalar) -> exp.Expr:
    """Trino answers null for an object, an array and what is no JSON."""
    value, path = node.this, exp.Literal.string(_path(node))
    return sql(
        "CASE WHEN JSON_VALID(:v) AND JSON_TYPE(:v, :p) NOT IN ('OBJECT', 'ARRAY') "
        "THEN JSON_EXTRACT_STRING(:v, :p) END",
        v=value,
        p=path,
    )


def _path(node: exp.JSONExtractScalar) -> str:
    path = node.expression
    if isinstance(path, exp.JSONPath):
        return str(path.sql(dialect="duckdb")).strip("'")
    if isinstance(path, exp.Literal) and path.is_string:
        return path.name
    raise RefusedSqlError("json_extract_scalar needs a path written out")


def _cast(node: exp.Cast) -> exp.Expr:
    if node.to.this == exp.DataType.Type.JSON:
        return exp.Anonymous(this="TO_JSON", expressions=[node.this])
    if isinstance(node.this, exp.JSONExtract | exp.ParseJSON):
        # Trino casts what the JSON says, DuckDB its text, with quotation marks.
        node.this.replace(sql("JSON_EXTRACT_STRING(:v, '$')", v=node.this.copy()))
    return node


def _unnest(node: exp.Unnest) -> exp.Expr:
    """Trino makes a column of every member of a row, DuckDB only when it is told to."""
    alias = node.args.get("alias")
    if alias is None or len(alias.columns) < 2 or len(node.expressions) != 1:
        return node
    members = sql("SELECT UNNEST(:v, max_depth := 2)", v=node.expressions[0].copy())
    return exp.Lateral(this=exp.Subquery(this=members), alias=alias.copy())


def _regexp_extract(node: exp.RegexpExtract) -> exp.Expr:
    """Trino answers null where nothing matches, DuckDB the empty text."""
    group = node.args.get("group") or exp.Literal.number(0)
    return sql(
        "CASE WHEN REGEXP_MATCHES(:v, :p) THEN REGEXP_EXTRACT(:v, :p, :g) END",
        v=node.this,
        p=node.expression,
        g=group,
    )


def _any_match(node: exp.Anonymous) -> exp.Expr:
    found, condition = node.expressions
    kept = exp.Anonymous(this="LIST_FILTER", expressions=[found, condition])
    counted = exp.Anonymous(this="LEN", expressions=[kept])
    return sql(":n > 0", n=counted)


def _map_filter(node: exp.Anonymous) -> exp.Expr:
    entries, condition = node.expressions
    if not isinstance(condition, exp.Lambda) or len(condition.expressions) != 2:
        raise RefusedSqlError("map_filter needs a lambda of a key and a value")
    key, value = (each.name for each in condition.expressions)
    parts = {key: "key", value: "value"}

    def renamed(part: exp.Expr) -> exp.Expr:
        if isinstance(part, exp.Column | exp.Identifier) and part.name in parts:
            return exp.Dot(
                this=exp.to_identifier("entry"), expression=exp.to_identifier(parts[part.name])
            )
        return part

    kept = exp.Lambda(
        this=condition.this.transform(renamed), expressions=[exp.to_identifier("entry")]
    )
    listed = exp.Anonymous(this="MAP_ENTRIES", expressions=[entries])
    filtered = exp.Anonymous(this="LIST_FILTER", expressions=[listed, kept])
    return exp.Anonymous(this="MAP_FROM_ENTRIES", expressions=[filtered])


_NODES: dict[type[exp.Expr], Callable[[Any], exp.Expr]] = {
    exp.JSONExtractScalar: _scalar,
    exp.FromISO8601Timestamp: lambda node: sql(_ISO_TIME, v=node.this),
    exp.RegexpExtract: _regexp_extract,
    exp.Unnest: _unnest,
    exp.JSONFormat: lambda node: exp.cast(node.this, "varchar"),
}
_FUNCTIONS: dict[str, Callable[[exp.Anonymous], exp.Expr]] = {
    "any_match": _any_match,
    "map_filter": _map_filter,
}


# Only UTC, as CloudTrail writes; another zone is an error and not another time.
_ISO_TIME = "STRPTIME(:v, ['%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%S.%gZ'])"


def _called(node: exp.Expr) -> str:
    """What a person calls a part of the query."""
    if isinstance(node, exp.Placeholder | exp.Parameter):
        return "a parameter"
    if isinstance(node, exp.Div):
        return "a division of whole numbers (cast one to double)"
    name = node.name if isinstance(node, exp.Anonymous) else node.sql(dialect="athena")
    return f"the function {name.partition('(')[0].lower()}"


def _first_line(error: Exception) -> str:
    return " ".join(str(error).partition("\n")[0].split())
