"""How CloudWatch Logs gets actions that the emulator lacks, and groups what it does not show."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import cloudwatch_logs

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.responses:error_response_json",
    "ministack.core.responses:json_response",
    "ministack.services.cloudwatch_logs:_describe_log_groups(data)",
    "ministack.services.cloudwatch_logs:_log_groups",
    "ministack.services.cloudwatch_logs:handle_request(method, path, headers, body, query_params)",
)

Data = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]
Action = Callable[[Data], Response | Awaitable[Response]]

TARGET = "Logs_20140328."
"""What the header X-Amz-Target says before the name of an action."""


def take(actions: Mapping[str, Action]) -> None:
    """Answer these actions, by name, instead of the emulator; each gets the request's document."""
    handle = cloudwatch_logs.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: Any
    ) -> Response:
        action = actions.get(headers.get("x-amz-target", "").removeprefix(TARGET))
        if action is None:
            plain: Response = await handle(method, path, headers, body, query_params)
            return plain
        answer = action(json.loads(body or b"{}"))
        return await answer if inspect.isawaitable(answer) else answer

    cloudwatch_logs.handle_request = handle_request


def show(complete: Callable[[Data, Data], None]) -> None:
    """Complete each group of DescribeLogGroups: `complete` gets what is shown and what is kept."""
    describe = cloudwatch_logs._describe_log_groups

    def described(data: Data) -> Response:
        status, headers, body = describe(data)
        if status >= 400:
            return status, headers, body
        answer = json.loads(body)
        for shown in answer["logGroups"]:
            complete(shown, cloudwatch_logs._log_groups[shown["logGroupName"]])
        return status, headers, json.dumps(answer).encode()

    cloudwatch_logs._describe_log_groups = described


def done(document: Data) -> Response:
    """The answer of an action that succeeded."""
    return json_response(document)  # type: ignore[no-any-return]


def refused(code: str, message: str) -> Response:
    """The answer of an action that did not: the code of the error and what to tell."""
    return error_response_json(code, message, 400)  # type: ignore[no-any-return]
