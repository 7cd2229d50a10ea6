"""CloudWatch Logs Insights: queries answered by a real grammar, and query definitions.

The emulator reads `fields` and little else, and answers the rest wrongly without a word.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from typing import TYPE_CHECKING

from ministack.services import cloudwatch_logs

from embedded.adapter import gateway
from embedded.adapter.log_actions import Data, Response, done, refused, take

if TYPE_CHECKING:
    from embedded.dialects import insights

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.cloudwatch_logs:_collect_query_records"
    "(group_names, start_time_s, end_time_s)",
    "ministack.services.cloudwatch_logs:_log_groups",
    "ministack.services.cloudwatch_logs:_queries",
    "ministack.services.cloudwatch_logs:_resolve_query_log_groups(data)",
)

# StartQuery: at most 50 log groups, 10000 rows; DescribeQueryDefinitions: at most 1000 a page.
_MOST_GROUPS = 50
_MOST_ROWS = 10_000
_PAGE = 1000
_RUNNING = "Running"

_definitions: dict[tuple[str, str], dict[str, Data]] = {}
_tasks: set[asyncio.Task[None]] = set()


def install() -> None:
    """Answer the actions of Logs Insights here and not in the emulator."""
    take(
        {
            "StartQuery": _start,
            "StopQuery": _stop,
            "PutQueryDefinition": _put_definition,
            "DescribeQueryDefinitions": _describe_definitions,
            "DeleteQueryDefinition": _delete_definition,
        }
    )


async def _start(data: Data) -> Response:
    # Late, here and below: what reads queries takes half a second to import.
    from embedded.dialects import insights

    groups = cloudwatch_logs._resolve_query_log_groups(data)
    problem = _problem(data, groups)
    if problem:
        return problem
    text = data.get("queryString", "")
    if data.get("queryLanguage", "CWLI") != "CWLI":
        return refused("InvalidParameterException", "Only the query language CWLI is answered.")
    try:
        insights.compile_query(text)
    except insights.MalformedQueryError as error:
        return _malformed(error)
    records = cloudwatch_logs._collect_query_records(groups, data["startTime"], data["endTime"])
    events = [_event(each) for each in records]
    query_id = str(uuid.uuid4())
    query = {
        "queryId": query_id,
        "queryString": text,
        "status": _RUNNING,
        "results": [],
        "statistics": {
            "recordsMatched": 0.0,
            "recordsScanned": float(len(events)),
            "bytesScanned": float(sum(len(each.message.encode()) for each in events)),
        },
    }
    cloudwatch_logs._queries[query_id] = query
    task = asyncio.create_task(_run(query, text, events, data.get("limit")))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return done({"queryId": query_id})


async def _run(query: Data, text: str, events: list[insights.LogEvent], limit: int | None) -> None:
    from embedded.dialects import insights

    try:
        answer = await asyncio.to_thread(_answered, text, events)
    except insights.MalformedQueryError:
        query["status"] = "Failed"
        return
    if query["status"] != _RUNNING:
        return
    rows = [[{"field": name, "value": value} for name, value in row.items()] for row in answer.rows]
    # Every row that is an event ends with what GetLogRecord takes.
    for row, pointer in zip(rows, answer.pointers, strict=False):
        row.append({"field": "@ptr", "value": pointer})
    query["results"] = rows[:limit] if limit else rows
    query["statistics"]["recordsMatched"] = float(len(answer.rows))
    query["status"] = "Complete"


def _answered(text: str, events: list[insights.LogEvent]) -> insights.Answer:
    from embedded.dialects import insights
    from embedded.dialects.loading import connect

    with connect() as connection:
        insights.load(connection, events)
        return insights.run(connection, text)


async def _stop(data: Data) -> Response:
    query = cloudwatch_logs._queries.get(data.get("queryId"))
    if query is None:
        return refused("ResourceNotFoundException", "The specified query does not exist.")
    if query["status"] != _RUNNING:
        # CloudWatch Logs API reference, StopQuery: an error when the query has already ended.
        return refused("InvalidParameterException", "The query is not running.")
    query["status"] = "Cancelled"
    return done({"success": True})


async def _put_definition(data: Data) -> Response:
    kept = _kept()
    given = data.get("queryDefinitionId")
    if given and given not in kept:
        return refused("ResourceNotFoundException", "The query definition does not exist.")
    for name in ("name", "queryString"):
        if not data.get(name):
            return refused("InvalidParameterException", f"{name} is missing.")
    definition: Data = {
        name: data[name]
        for name in ("name", "queryString", "queryLanguage", "logGroupNames")
        if name in data
    }
    query_id = given or str(uuid.uuid4())
    kept[query_id] = {
        "queryLanguage": "CWLI",
        **definition,
        "queryDefinitionId": query_id,
        "lastModified": int(time.time() * 1000),
    }
    return done({"queryDefinitionId": query_id})


async def _describe_definitions(data: Data) -> Response:
    prefix = data.get("queryDefinitionNamePrefix", "")
    found = [each for each in _kept().values() if each["name"].startswith(prefix)]
    start = int(data.get("nextToken") or 0)
    end = start + min(int(data.get("maxResults") or _PAGE), _PAGE)
    answer: Data = {"queryDefinitions": found[start:end]}
    if end < len(found):
        answer["nextToken"] = str(end)
    return done(answer)


async def _delete_definition(data: Data) -> Response:
    if _kept().pop(data.get("queryDefinitionId", ""), None) is None:
        return refused("ResourceNotFoundException", "The query definition does not exist.")
    return done({"success": True})


def _kept() -> dict[str, Data]:
    return _definitions.setdefault((gateway.account(), gateway.region()), {})


def _problem(data: Data, groups: list[str]) -> Response | None:
    if not 1 <= len(groups) <= _MOST_GROUPS:
        return refused(
            "InvalidParameterException", f"A query needs 1 to {_MOST_GROUPS} log groups."
        )
    for name in groups:
        if name not in cloudwatch_logs._log_groups:
            return refused("ResourceNotFoundException", f"Log group '{name}' does not exist.")
    start, end = data.get("startTime"), data.get("endTime")
    if not isinstance(start, int) or not isinstance(end, int) or start > end:
        return refused(
            "InvalidParameterException", "startTime and endTime are whole seconds, in this order."
        )
    limit = data.get("limit")
    if limit is not None and not 1 <= limit <= _MOST_ROWS:
        return refused("InvalidParameterException", f"limit is 1 to {_MOST_ROWS}.")
    return None


def _event(record: Data) -> insights.LogEvent:
    from embedded.dialects import insights

    return insights.LogEvent(
        timestamp=record["_timestamp_ms"],
        message=record["@message"],
        ingestion_time=record["_timestamp_ms"],
        log=f"{gateway.account()}:{record['@log']}",
        log_stream=str(record.get("@logStream", "")),
        pointer=str(record.get("@ptr", "")),
    )


def _malformed(error: insights.MalformedQueryError) -> Response:
    status, headers, body = refused("MalformedQueryException", str(error))
    answer = json.loads(body)
    answer["queryCompileError"] = {"message": str(error)}
    if error.start is not None:
        answer["queryCompileError"]["location"] = {
            "startCharOffset": error.start,
            "endCharOffset": error.end,
        }
    return status, headers, json.dumps(answer).encode()
