"""Get rows of Python into DuckDB quickly and with bounded memory."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LARGEST_ROW = 64 * 1024 * 1024


def connect() -> DuckDBPyConnection:
    """A DuckDB in memory that loads no extension from anywhere."""
    import duckdb

    return duckdb.connect(
        ":memory:",
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
    )


def make_table(
    connection: DuckDBPyConnection,
    name: str,
    types: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
) -> int:
    """Make a table of DuckDB's types from rows; answers how many there were.

    The rows pass through a file on disk, so that as many as fit there can be loaded.
    """
    count = 0
    with tempfile.TemporaryDirectory(prefix="rows-") as folder:
        path = Path(folder) / "rows.ndjson"
        with path.open("w", encoding="utf-8", errors="surrogatepass") as out:
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=True, separators=(",", ":")))
                out.write("\n")
                count += 1
        columns = ", ".join(f"{quoted(each)}: {literal(kind)}" for each, kind in types.items())
        source = (
            f"read_json({literal(str(path))}, format = 'newline_delimited', "
            f"maximum_object_size = {LARGEST_ROW}, columns = {{{columns}}})"
            if count
            else "(SELECT "
            + ", ".join(f"CAST(NULL AS {kind}) AS {quoted(each)}" for each, kind in types.items())
            + " LIMIT 0)"
        )
        connection.execute(f"CREATE OR REPLACE TABLE {quoted(name)} AS SELECT * FROM {source}")
    return count


def quoted(name: str) -> str:
    """A name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A text as a literal of DuckDB's SQL."""
    return "'" + value.replace("'", "''") + "'"
