"""Named queries over events that an engine found: DuckDB answers either of the twins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import queries
from queries import Query, Span
from trailkeeper.search.errors import SearchError
from trailkeeper.search.event import Event
from trailkeeper.search.record import account, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, str]
_EXTRA = "pip install 'trailkeeper[queries]'"


def rows_in_insights(
    query: Query, values: Mapping[str, str], span: Span, events: Iterable[Event]
) -> list[Row]:
    """The rows of the Logs Insights twin.

    Raises:
        SearchError: what runs queries is not installed.
    """
    with _connection() as connection:
        from dialects import insights

        insights.load(connection, _log_events(events))
        return insights.run(connection, query.in_insights(values, span)).rows


def rows_in_athena(
    query: Query, values: Mapping[str, str], span: Span, events: Iterable[Event]
) -> list[Row]:
    """The rows of the SQL twin.

    Raises:
        SearchError: what runs queries is not installed.
    """
    with _connection() as connection:
        from dialects import athena

        table = athena.Table(queries.TABLE, queries.columns(), queries.PARTITION_KEYS)
        athena.load(connection, table, ((e.record, _partition(e.record)) for e in events))
        answer = athena.run(connection, query.in_athena(values, span))
    return [
        {
            name: cell
            for name, cell in zip(answer.columns, map(athena.shown, row), strict=True)
            if cell is not None
        }
        for row in answer.rows
    ]


def _connection() -> DuckDBPyConnection:
    try:
        from dialects.loading import connect

        return connect()
    except ImportError as error:
        raise SearchError(
            f"Queries over files need {error.name}, which is not installed: {_EXTRA}"
        ) from error


def _log_events(events: Iterable[Event]) -> Iterator[Any]:
    from dialects.insights import LogEvent

    for event in events:
        try:
            when = datetime.fromisoformat(text(event.record, "eventTime"))
        except ValueError:
            continue
        yield LogEvent(int(when.timestamp() * 1000), event.raw.decode("utf-8", "replace"))


def _partition(record: Mapping[str, Any]) -> dict[str, str]:
    return {
        "account": account(record),
        "region": text(record, "awsRegion"),
        "day": text(record, "eventTime")[:10].replace("-", "/"),
    }
