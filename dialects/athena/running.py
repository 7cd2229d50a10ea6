"""Run a query of Athena's over tables that DuckDB holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dialects.athena.translating import RefusedSqlError, translate

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Answer:
    """The columns of a result, and its rows in order."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def run(connection: DuckDBPyConnection, query: str) -> Answer:
    """Answer one SELECT in Athena's dialect; it can read the connection's tables and nothing else.

    Raises:
        RefusedSqlError: it is not answered.
    """
    import duckdb

    translated = translate(query)
    connection.execute("SET enable_external_access = false")
    try:
        found = connection.execute(translated)
        rows = found.fetchall()
    except duckdb.Error as error:
        raise RefusedSqlError(" ".join(str(error).partition("\n")[0].split())) from error
    described = found.description or []
    return Answer(
        tuple(each[0] for each in described), tuple(str(each[1]) for each in described), rows
    )
