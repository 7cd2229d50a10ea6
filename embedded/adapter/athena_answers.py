"""Answers queries over CloudTrail's log files: the documented SerDe and partition projection.

A module of its own, imported with the first query: what reads SQL takes half a second to import.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ministack.services import athena, glue, s3

from embedded.dialects.athena import (
    Answer,
    RefusedSqlError,
    Table,
    load,
    needed,
    run,
    shown,
    table_names,
    translate,
)
from embedded.dialects.loading import connect

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.athena:_executions",
    "ministack.services.athena:_save_query_results(query_id)",
    "ministack.services.athena:_workgroups",
    "ministack.services.glue:_tables",
    "ministack.services.s3:_buckets",
    "ministack.services.s3:_get_object_data(bucket_name, key, version_id)",
)

# Athena user guide, "Create the table for CloudTrail logs".
INPUT_FORMAT = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
_VARIABLE = re.compile(r"\\\$\\\{(\w+)\\\}")
_SELECT = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
# A whole result of these types is shown as Athena calls them; everything else here is text.
_TYPES = {"BIGINT": "bigint", "INTEGER": "integer", "DOUBLE": "double", "BOOLEAN": "boolean"}

Data = dict[str, Any]


class ScanLimitError(Exception):
    """When a query would read more than its work group allows."""


@dataclass(frozen=True)
class _File:
    key: str
    size: int
    partition: Mapping[str, str]


def problem(data: Data) -> str | None:
    """What StartQueryExecution refuses at once: a malformed statement."""
    database = data.get("QueryExecutionContext", {}).get("Database", "default")
    query = data.get("QueryString", "")
    try:
        if cloudtrail_table(query, database):
            translate(query)
    except RefusedSqlError as error:
        return f"Queries of this type are not supported: {error}"
    return None


def cloudtrail_table(query: str, database: str) -> Data | None:
    """The table over CloudTrail's files that a query is about; None when it is about others.

    Raises:
        RefusedSqlError: it is malformed, or about other tables as well.
    """
    if not _SELECT.match(query):
        return None
    names = table_names(query)
    found = [glue._tables.get(f"{place or database}/{name}") for place, name in names]
    known = [each for each in found if each and _is_cloudtrail(each)]
    if known and len(found) > 1:
        raise RefusedSqlError("CloudTrail's table together with other tables is not answered here")
    return known[0] if known else None


def _is_cloudtrail(table: Data) -> bool:
    return (table.get("StorageDescriptor") or {}).get("InputFormat") == INPUT_FORMAT


async def execute(query_id: str, query: str, table: Data) -> None:
    """Run a query to its end, whichever that is, and keep its state and its results."""
    execution = athena._executions[query_id]
    status, statistics = execution["Status"], execution["Statistics"]
    status["State"] = "RUNNING"
    began = time.monotonic()
    group = athena._workgroups[execution["WorkGroup"]].get("Configuration", {})
    limit = int(group.get("BytesScannedCutoffPerQuery") or 0)
    try:
        files = list(_files(table))
        bucket = _location(table)[0]
        contents = {each.key: s3._get_object_data(bucket, each.key) or b"" for each in files}
        answer, scanned = await asyncio.to_thread(_answered, query, table, files, contents, limit)
    except ScanLimitError as error:
        status |= {"State": "CANCELLED", "StateChangeReason": str(error)}
    except RefusedSqlError as error:
        status |= {"State": "FAILED", "StateChangeReason": str(error)}
    else:
        if status["State"] != "RUNNING":
            return
        execution["_results"] = {
            "columns": list(answer.columns),
            "rows": [[shown(each) for each in row] for row in answer.rows],
        }
        execution["_column_types"] = [_TYPES.get(each, "varchar") for each in answer.types]
        statistics["DataScannedInBytes"] = scanned
        await athena._save_query_results(query_id)
        if status["State"] == "RUNNING":
            status["State"] = "SUCCEEDED"
    elapsed = int((time.monotonic() - began) * 1000)
    statistics["EngineExecutionTimeInMillis"] = statistics["TotalExecutionTimeInMillis"] = elapsed
    status["CompletionDateTime"] = int(time.time())


def _answered(
    query: str, table: Data, files: list[_File], contents: Mapping[str, bytes], limit: int
) -> tuple[Answer, int]:
    keys = [each["Name"] for each in table.get("PartitionKeys") or []]
    with connect() as connection:
        there = {tuple(each.partition.items()): each.partition for each in files}
        left = [dict(each) for each in needed(connection, query, keys, there.values())]
        read = [each for each in files if each.partition in left]
        scanned = sum(each.size for each in read)
        if limit and scanned > limit:
            raise ScanLimitError("Query cancelled! : Bytes scanned limit was exceeded")
        load(connection, _shape(table), _records(read, contents))
        return run(connection, query), scanned


def _records(
    files: list[_File], contents: Mapping[str, bytes]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, str]]]:
    for each in files:
        data = contents[each.key]
        try:
            text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
            records = json.loads(text).get("Records", [])
        except (OSError, EOFError, zlib.error, ValueError, AttributeError) as error:
            raise RefusedSqlError(f"HIVE_CURSOR_ERROR: {each.key}: {error}") from error
        for record in records:
            yield record, each.partition


def _shape(table: Data) -> Table:
    columns = {each["Name"]: each["Type"] for each in table["StorageDescriptor"]["Columns"]}
    keys = {each["Name"]: each["Type"] for each in table.get("PartitionKeys") or []}
    return Table(table["Name"], columns, keys)


def _location(table: Data) -> tuple[str, str]:
    parameters = table.get("Parameters") or {}
    location = parameters.get("storage.location.template") or table["StorageDescriptor"]["Location"]
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    return bucket, prefix.rstrip("/") + "/"


def _files(table: Data) -> Iterator[_File]:
    """The table's files: those in a folder that the projection makes a partition of."""
    bucket, template = _location(table)
    kept = s3._buckets.get(bucket)
    if kept is None:
        raise RefusedSqlError(f"The bucket {bucket} does not exist.")
    # A date's format may hold slashes, so that its folder is several.
    pattern = _VARIABLE.sub(lambda found: f"(?P<{found[1]}>.+?)", re.escape(template))
    inside = re.compile(f"{pattern}[^/]+")
    for key in sorted(kept["objects"]):
        found = inside.fullmatch(key)
        if found and _is_projected(table.get("Parameters") or {}, found.groupdict()):
            size = len(s3._get_object_data(bucket, key) or b"")
            yield _File(key, size, found.groupdict())


def _is_projected(parameters: Mapping[str, str], partition: Mapping[str, str]) -> bool:
    return all(_is_value(parameters, key, value) for key, value in partition.items())


def _is_value(parameters: Mapping[str, str], key: str, value: str) -> bool:
    kind = parameters.get(f"projection.{key}.type")
    if kind == "enum":
        return value in parameters[f"projection.{key}.values"].split(",")
    if kind == "date":
        # Only the form that CloudTrail's folders have.
        if parameters[f"projection.{key}.format"] != "yyyy/MM/dd":
            raise RefusedSqlError("A date is projected as yyyy/MM/dd here.")
        first, _, last = parameters[f"projection.{key}.range"].partition(",")
        today = datetime.now(UTC).strftime("%Y/%m/%d")
        return bool(re.fullmatch(r"\d{4}/\d\d/\d\d", value)) and first <= value <= (
            today if last == "NOW" else last
        )
    return kind is None
