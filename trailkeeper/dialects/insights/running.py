"""Run a Logs Insights query over log events that DuckDB holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..loading import make_table
from .compiling import LOG_EVENTS, compile_query
from .syntax import MalformedQueryError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One event of a log group; times in epoch milliseconds."""

    timestamp: int
    message: str
    ingestion_time: int = 0
    log: str = ""
    log_stream: str = ""
    pointer: str = ""


@dataclass(frozen=True)
class Answer:
    """The rows of a query: texts by the name of their field, without the fields that are absent.

    `pointers` has the pointer of each row that is an event, and is empty when rows are none.
    """

    labels: tuple[str, ...]
    rows: list[dict[str, str]]
    pointers: tuple[str, ...]


def load(connection: DuckDBPyConnection, events: Iterable[LogEvent]) -> int:
    """Make the relation that queries read; answers how many events it has."""
    count = make_table(
        connection,
        "delivered",
        {
            "t": "BIGINT",
            "i": "BIGINT",
            "m": "VARCHAR",
            "s": "VARCHAR",
            "l": "VARCHAR",
            "p": "VARCHAR",
        },
        (
            {
                "t": each.timestamp,
                "i": each.ingestion_time,
                "m": each.message,
                "s": each.log_stream,
                "l": each.log,
                "p": each.pointer,
            }
            for each in events
        ),
    )
    connection.execute(
        f'CREATE OR REPLACE VIEW {LOG_EVENTS} AS SELECT MAKE_TIMESTAMP_MS(t) AS "@timestamp", '
        'MAKE_TIMESTAMP_MS(i) AS "@ingestionTime", m AS "@message", s AS "@logStream", '
        'l AS "@log", p AS "@ptr", CASE WHEN JSON_VALID(m) THEN CAST(m AS JSON) END AS "@json" '
        "FROM delivered"
    )
    return count


def run(connection: DuckDBPyConnection, query: str) -> Answer:
    """Answer a query over the relation `log_events`.

    Raises:
        MalformedQueryError: the query is not answered.
    """
    import duckdb

    compiled = compile_query(query)
    try:
        found = connection.execute(compiled.sql()).fetchall()
    except (duckdb.InvalidInputException, duckdb.OutOfRangeException) as error:
        first = str(error).partition("\n")[0]
        raise MalformedQueryError(f"the query cannot be run: {first}") from error
    rows = [
        {
            label: value
            for label, value in zip(compiled.labels, row, strict=False)
            if value is not None
        }
        for row in found
    ]
    pointers = tuple(row[-1] for row in found) if compiled.has_pointers else ()
    return Answer(compiled.labels, rows, pointers)
