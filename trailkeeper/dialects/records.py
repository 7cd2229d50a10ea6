"""CloudTrail records in a file, one a line, as what both languages read: nothing is copied."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from .athena.tables import Table
from .insights.compiling import LOG_EVENTS
from .loading import LARGEST_ROW, literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_RECORDS = "records"
_WHEN = "TRY_STRPTIME(JSON_EXTRACT_STRING(record, '/eventTime'), '%Y-%m-%dT%H:%M:%SZ')"


def open_records(connection: DuckDBPyConnection, path: Path) -> None:
    """Let the connection read this file and, from now on, nothing else outside of it."""
    connection.execute(f"SET allowed_paths = [{literal(str(path))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute(
        f"CREATE VIEW {_RECORDS} AS SELECT json AS record FROM read_json_objects("
        f"{literal(str(path))}, format = 'newline_delimited', maximum_object_size = {LARGEST_ROW})"
    )


def as_log_events(connection: DuckDBPyConnection) -> None:
    """Make the relation that Logs Insights queries read; an event's time is its timestamp."""
    connection.execute(
        f'CREATE VIEW {LOG_EVENTS} AS SELECT {_WHEN} AS "@timestamp", {_WHEN} AS "@ingestionTime", '
        'CAST(record AS VARCHAR) AS "@message", \'\' AS "@logStream", \'\' AS "@log", '
        f'\'\' AS "@ptr", record AS "@json" FROM {_RECORDS} WHERE {_WHEN} IS NOT NULL'
    )


def as_table(connection: DuckDBPyConnection, table: Table, partitions: Mapping[str, str]) -> None:
    """Make the table that Athena's queries read.

    Its columns are named as CloudTrail spells the members of a record; `partitions` says by SQL of
    DuckDB what a record's partition is.
    """
    parts = [
        f"{_column(name, exp.DataType.build(kind, dialect='hive'))} AS {quoted(name.lower())}"
        for name, kind in table.columns.items()
    ]
    parts += [f"{value} AS {quoted(name)}" for name, value in partitions.items()]
    connection.execute(
        f"CREATE VIEW {quoted(table.name)} AS SELECT {', '.join(parts)} FROM {_RECORDS}"
    )


def _column(name: str, kind: exp.DataType) -> str:
    pointer = literal(f"/{name}")
    if not kind.expressions:
        return f"JSON_EXTRACT_STRING(record, {pointer})"
    shape = literal(json.dumps(_shape(kind)))
    return f"FROM_JSON(JSON_EXTRACT(record, {pointer}), {shape})"


def _shape(kind: exp.DataType) -> object:
    """A type as `from_json` wants it written; what does not fit it is null."""
    inner = kind.expressions
    if kind.this == exp.DataType.Type.STRUCT:
        return {each.name: _shape(each.args["kind"]) for each in inner}
    if kind.this == exp.DataType.Type.ARRAY:
        return [_shape(inner[0])]
    return kind.sql(dialect="duckdb")
