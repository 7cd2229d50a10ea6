"""Athena over CloudTrail's log files, and work groups that hold callers to their settings.

The emulator reads a JSON file as rows, so that a log file with its `Records` would be one row; it
has no partition projection, and lets a caller put results where the work group forbids it.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import athena

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.responses:error_response_json",
    "ministack.services.athena:_execute_query(query_id, query, database, ddl, catalog)",
    "ministack.services.athena:_start_query_execution(data)",
    "ministack.services.athena:_workgroups",
)

Data = dict[str, Any]


def install() -> None:
    """Answer queries over CloudTrail tables here, and hold work groups to their settings."""
    start, execute = athena._start_query_execution, athena._execute_query

    def started(data: Data) -> Any:
        from embedded.adapter import athena_answers

        group = athena._workgroups.get(data.get("WorkGroup", "primary"))
        if group is None:
            return _refused(f"WorkGroup {data.get('WorkGroup')} is not found.")
        given = dict(data)
        if group.get("Configuration", {}).get("EnforceWorkGroupConfiguration"):
            # Work group settings override client-side settings (EnforceWorkGroupConfiguration).
            given.pop("ResultConfiguration", None)
        problem = athena_answers.problem(given)
        return _refused(problem) if problem else start(given)

    async def executed(
        query_id: str, query: str, database: str, ddl: Any, catalog: Any = None
    ) -> None:
        from embedded.adapter import athena_answers

        found = None if ddl is not None else athena_answers.cloudtrail_table(query, database)
        if found is None:
            await execute(query_id, query, database, ddl, catalog)
        else:
            await athena_answers.execute(query_id, query, found)

    athena._start_query_execution = started
    athena._execute_query = executed


def _refused(message: str) -> Any:
    return error_response_json("InvalidRequestException", message, 400)
