"""Named queries over events that an engine found: DuckDB answers either of the twins."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from trailkeeper import queries
from trailkeeper.queries import Query, Span
from trailkeeper.search.errors import SearchError
from trailkeeper.search.event import Event

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, str]
_EXTRA = "pip install 'trailkeeper[queries]'"
# Line ends and other controls, and halves of surrogate pairs: DuckDB takes none of them.
_ODD = re.compile(rb"[\x00-\x1f]|\\u[dD][89a-fA-F]")
_PARTITIONS = {
    "account": "COALESCE(JSON_EXTRACT_STRING(record, '/recipientAccountId'), "
    "JSON_EXTRACT_STRING(record, '/userIdentity/accountId'))",
    "region": "JSON_EXTRACT_STRING(record, '/awsRegion')",
    "day": "REPLACE(SUBSTR(JSON_EXTRACT_STRING(record, '/eventTime'), 1, 10), '-', '/')",
}


def rows_in_insights(
    query: Query, values: Mapping[str, str], span: Span, events: Iterable[Event]
) -> list[Row]:
    """The rows of the Logs Insights twin.

    Raises:
        SearchError: it cannot be run, or what runs queries is not installed.
    """
    with _over(events) as connection:
        from trailkeeper.dialects import insights, records

        records.as_log_events(connection)
        try:
            return insights.run(connection, query.in_insights(values, span)).rows
        except insights.MalformedQueryError as error:
            raise SearchError(str(error)) from error


def rows_in_athena(
    query: Query, values: Mapping[str, str], span: Span, events: Iterable[Event]
) -> list[Row]:
    """The rows of the SQL twin.

    Raises:
        SearchError: it cannot be run, or what runs queries is not installed.
    """
    with _over(events) as connection:
        from trailkeeper.dialects import athena, records

        table = athena.Table(queries.TABLE, queries.columns(), queries.PARTITION_KEYS)
        records.as_table(connection, table, _PARTITIONS)
        try:
            answer = athena.run(connection, query.in_athena(values, span))
        except athena.RefusedSqlError as error:
            raise SearchError(str(error)) from error
        return [
            {
                name: cell
                for name, cell in zip(answer.columns, map(athena.shown, row), strict=True)
                if cell is not None
            }
            for row in answer.rows
        ]


@contextmanager
def _over(events: Iterable[Event]) -> Iterator[DuckDBPyConnection]:
    """A connection to the events, which pass through a file, so that memory stays bounded."""
    try:
        from trailkeeper.dialects.loading import connect
        from trailkeeper.dialects.records import open_records

        connection = connect()
    except ImportError as error:
        raise SearchError(
            f"Queries over files need {error.name}, which is not installed: {_EXTRA}"
        ) from error
    with TemporaryDirectory(prefix="trailkeeper-") as folder, connection:
        path = Path(folder) / "records.ndjson"
        with path.open("wb") as out:
            out.writelines(map(_line, events))
        open_records(connection, path)
        yield connection


def _line(event: Event) -> bytes:
    raw = event.raw
    if _ODD.search(raw) or not _is_utf8(raw):
        text = json.dumps(event.record, ensure_ascii=False, separators=(",", ":"))
        raw = text.encode("utf-8", "replace")
    return raw + b"\n"


def _is_utf8(raw: bytes) -> bool:
    if raw.isascii():
        return True
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
