"""A table over CloudTrail's records, filled as Hive's JSON SerDe fills it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from ..loading import make_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TEXTS = (exp.DataType.Type.TEXT, exp.DataType.Type.VARCHAR)


@dataclass(frozen=True)
class Table:
    """What Glue says of a table: the types of its columns and of its partition keys, as in Hive."""

    name: str
    columns: Mapping[str, str]
    partition_keys: Mapping[str, str]

    @cached_property
    def types(self) -> dict[str, exp.DataType]:
        """The types of the columns by their names in lower case."""
        return {
            name.lower(): exp.DataType.build(kind.lower(), dialect="hive")
            for name, kind in self.columns.items()
        }

    def row(self, record: Mapping[str, Any], partition: Mapping[str, str]) -> dict[str, Any]:
        """A record's row: names match in any case, an object in a column of text is its JSON."""
        lowered = {name.lower(): value for name, value in record.items()}
        row = {name: _fitted(lowered.get(name), kind) for name, kind in self.types.items()}
        return row | {name.lower(): partition.get(name) for name in self.partition_keys}


def load(
    connection: DuckDBPyConnection,
    table: Table,
    records: Iterable[tuple[Mapping[str, Any], Mapping[str, str]]],
) -> int:
    """Make the table from records, each with the values of its partition; answers how many."""
    types = {name: kind.sql(dialect="duckdb") for name, kind in table.types.items()}
    types |= {
        name.lower(): exp.DataType.build(kind.lower(), dialect="hive").sql(dialect="duckdb")
        for name, kind in table.partition_keys.items()
    }
    rows = (table.row(record, partition) for record, partition in records)
    return make_table(connection, table.name, types, rows)


def _fitted(value: Any, kind: exp.DataType) -> Any:
    """A value as the SerDe reads it into a column; what does not fit is null."""
    if value is None:
        return None
    if kind.this in _TEXTS:
        return value if isinstance(value, str) else _json(value)
    inner = kind.expressions
    fitted: Any = None if kind.args.get("nested") else value
    if kind.this == exp.DataType.Type.STRUCT and isinstance(value, dict):
        lowered = {name.lower(): each for name, each in value.items()}
        fitted = {each.name: _fitted(lowered.get(each.name), each.args["kind"]) for each in inner}
    elif kind.this == exp.DataType.Type.ARRAY and isinstance(value, list):
        fitted = [_fitted(each, inner[0]) for each in value]
    elif kind.this == exp.DataType.Type.MAP and isinstance(value, dict):
        fitted = {name: _fitted(each, inner[1]) for name, each in value.items()}
    return fitted


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
