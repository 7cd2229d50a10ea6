"""Run a query of Athena's over tables that DuckDB holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .translating import RefusedSqlError, translate

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def shown(value: Any) -> str | None:
    """A value as Athena writes it into a result; None for null."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case datetime():
            # What comes of an ISO time is a time with its zone.
            return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d} UTC"
        case list():
            return f"[{', '.join(_inner(each) for each in value)}]"
        case dict():
            return f"{{{', '.join(f'{name}={_inner(each)}' for name, each in value.items())}}}"
    return str(value)


def _inner(value: Any) -> str:
    written = shown(value)
    return "null" if written is None else written


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
        tuple(each[0].lower() for each in described),
        tuple(str(each[1]) for each in described),
        rows,
    )
