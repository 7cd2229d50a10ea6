"""Filter patterns wherever CloudWatch Logs takes one: searches, filters, and their test."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ministack.services import cloudwatch_logs

from embedded.adapter.log_actions import Data, Response, done, refused, take

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.cloudwatch_logs:_compile_filter_pattern(raw)",
    "ministack.services.cloudwatch_logs:_filter_log_events(data)",
    "ministack.services.cloudwatch_logs:_put_metric_filter(data)",
    "ministack.services.cloudwatch_logs:_put_subscription_filter(data)",
    "ministack.services.cloudwatch_logs:_subscription_pattern_matches(pattern, message)",
)

Matcher = Callable[[str], bool]
Compile = Callable[[str], Matcher]
"""Makes a matcher of a pattern; raises ValueError for one that cannot be evaluated."""


def install(compile_pattern: Compile) -> None:
    """Match with these matchers, and refuse patterns that have none."""
    cloudwatch_logs._compile_filter_pattern = compile_pattern
    cloudwatch_logs._subscription_pattern_matches = lambda pattern, message: compile_pattern(
        pattern or ""
    )(message or "")
    for name in ("_filter_log_events", "_put_metric_filter", "_put_subscription_filter"):
        setattr(cloudwatch_logs, name, _checked(getattr(cloudwatch_logs, name), compile_pattern))
    take({"TestMetricFilter": partial(_test, compile_pattern)})


def _checked(
    call: Callable[[Data], Response], compile_pattern: Compile
) -> Callable[[Data], Response]:
    def checked(data: Data) -> Response:
        try:
            compile_pattern(data.get("filterPattern") or "")
        except ValueError as error:
            return _invalid(error)
        return call(data)

    return checked


def _test(compile_pattern: Compile, data: Data) -> Response:
    try:
        matches = compile_pattern(data["filterPattern"])
    except ValueError as error:
        return _invalid(error)
    found = [
        {"eventNumber": number, "eventMessage": message, "extractedValues": {}}
        for number, message in enumerate(data["logEventMessages"], start=1)
        if matches(message)
    ]
    return done({"matches": found})


def _invalid(error: ValueError) -> Response:
    return refused("InvalidParameterException", f"Invalid filter pattern: {error}")
