"""Which partitions a query can have rows in: what Athena decides before it reads any file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from ..loading import make_table, quoted
from .translating import parsed, rewritten

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Partition = Mapping[str, str]
_PARTITIONS = "partitions"


def table_names(query: str) -> set[tuple[str, str]]:
    """Database and name of each table that a query reads; "" for the database it is asked in.

    What the query itself names with WITH is none of them.

    Raises:
        RefusedSqlError: it is not one SELECT of Athena.
    """
    tree = parsed(query)
    own = {each.alias_or_name for each in tree.find_all(exp.CTE)}
    there = {(each.db, each.name) for each in tree.find_all(exp.Table)}
    return {each for each in there if each[0] or each[1] not in own}


def needed(
    connection: DuckDBPyConnection,
    query: str,
    keys: Sequence[str],
    partitions: Iterable[Partition],
) -> list[Partition]:
    """The partitions that the query's conditions on the keys alone leave over.

    Raises:
        RefusedSqlError: it is not one SELECT of Athena.
    """
    there = list(partitions)
    conditions = [each.sql(dialect="duckdb") for each in _conditions(query, set(keys))]
    types = dict.fromkeys(keys, "VARCHAR") | {"at": "BIGINT"}
    rows = ({**each, "at": at} for at, each in enumerate(there))
    make_table(connection, _PARTITIONS, types, rows)
    where = " AND ".join(f"({each})" for each in conditions) or "true"
    found = connection.execute(
        f"SELECT {quoted('at')} FROM {quoted(_PARTITIONS)} WHERE {where} ORDER BY 1"
    ).fetchall()
    connection.execute(f"DROP TABLE {quoted(_PARTITIONS)}")
    return [there[at] for (at,) in found]


def _conditions(query: str, keys: set[str]) -> list[exp.Expr]:
    """What every row must fulfil and is about nothing but the keys."""
    tree = parsed(query)
    where = tree.args.get("where") if isinstance(tree, exp.Select) else None
    if where is None or len(list(tree.find_all(exp.Table))) != 1:
        return []
    condition = rewritten(where.this.copy())
    every = list(condition.flatten()) if isinstance(condition, exp.And) else [condition]
    return [each for each in every if _is_about(each.unnest(), keys)]


def _is_about(condition: exp.Expr, keys: set[str]) -> bool:
    columns = list(condition.find_all(exp.Column))
    return (
        bool(columns)
        and all(not each.table and each.name.lower() in keys for each in columns)
        and not list(condition.find_all(exp.Subquery, exp.Anonymous, exp.Placeholder))
    )
