"""Filter patterns wherever CloudWatch Logs takes one: searches, filters, and their test."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import cloudwatch_logs

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.responses:error_response_json",
    "ministack.core.responses:json_response",
    "ministack.services.cloudwatch_logs:_compile_filter_pattern(raw)",
    "ministack.services.cloudwatch_logs:_filter_log_events(data)",
    "ministack.services.cloudwatch_logs:_put_metric_filter(data)",
    "ministack.services.cloudwatch_logs:_put_subscription_filter(data)",
    "ministack.services.cloudwatch_logs:_subscription_pattern_matches(pattern, message)",
    "ministack.services.cloudwatch_logs:handle_request(method, path, headers, body, query_params)",
)

Response = tuple[int, dict[str, str], bytes]
Matcher = Callable[[str], bool]
Compile = Callable[[str], Matcher]
"""Makes a matcher of a pattern; raises ValueError for one that cannot be evaluated."""

_TEST = "Logs_20140328.TestMetricFilter"


def install(compile_pattern: Compile) -> None:
    """Match with these matchers, and refuse patterns that have none."""
    cloudwatch_logs._compile_filter_pattern = compile_pattern
    cloudwatch_logs._subscription_pattern_matches = lambda pattern, message: compile_pattern(
        pattern or ""
    )(message or "")
    for name in ("_filter_log_events", "_put_metric_filter", "_put_subscription_filter"):
        setattr(cloudwatch_logs, name, _checked(getattr(cloudwatch_logs, name), compile_pattern))
    _install_test(compile_pattern)


def _checked(
    call: Callable[[dict[str, Any]], Response], compile_pattern: Compile
) -> Callable[[dict[str, Any]], Response]:
    def checked(data: dict[str, Any]) -> Response:
        try:
            compile_pattern(data.get("filterPattern") or "")
        except ValueError as error:
            return _invalid(error)
        return call(data)

    return checked


def _install_test(compile_pattern: Compile) -> None:
    handle = cloudwatch_logs.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: Any
    ) -> Response:
        if headers.get("x-amz-target") != _TEST:
            answered: Response = await handle(method, path, headers, body, query_params)
            return answered
        data = json.loads(body)
        try:
            matches = compile_pattern(data["filterPattern"])
        except ValueError as error:
            return _invalid(error)
        found = [
            {"eventNumber": number, "eventMessage": message, "extractedValues": {}}
            for number, message in enumerate(data["logEventMessages"], start=1)
            if matches(message)
        ]
        return json_response({"matches": found})  # type: ignore[no-any-return]

    cloudwatch_logs.handle_request = handle_request


def _invalid(error: ValueError) -> Response:
    return error_response_json(  # type: ignore[no-any-return]
        "InvalidParameterException", f"Invalid filter pattern: {error}", 400
    )
