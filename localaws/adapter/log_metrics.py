"""Every log event as it is stored, for whoever makes metrics of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import cloudwatch_logs

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.cloudwatch_logs:_append_log_events(stream, events)",
)


def install(on_message: Callable[[str], None]) -> None:
    """Show every log message, of functions and of PutLogEvents, in the scope of its log group."""
    append = cloudwatch_logs._append_log_events

    def append_log_events(stream: dict[str, Any], events: list[dict[str, Any]]) -> None:
        append(stream, events)
        for event in events:
            on_message(event["message"])

    cloudwatch_logs._append_log_events = append_log_events
