"""Log events as they are stored, with the metric filters of their group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import cloudwatch_logs

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.cloudwatch_logs:_append_log_events(stream, events)",
    "ministack.services.cloudwatch_logs:_log_groups",
    "ministack.services.cloudwatch_logs:_metric_filters",
)

Filter = dict[str, Any]


def install(on_messages: Callable[[list[str], list[Filter]], None]) -> None:
    """Show every batch of messages and their metric filters, in the scope of the log group.

    The messages are those of functions, of PutLogEvents, and of services that deliver logs.
    """
    append = cloudwatch_logs._append_log_events

    def append_log_events(stream: dict[str, Any], events: list[dict[str, Any]]) -> None:
        append(stream, events)
        on_messages([event["message"] for event in events], _filters(stream))

    cloudwatch_logs._append_log_events = append_log_events


def _filters(stream: dict[str, Any]) -> list[Filter]:
    return [
        each
        for (group, _), each in cloudwatch_logs._metric_filters.items()
        if any(known is stream for known in cloudwatch_logs._log_groups[group]["streams"].values())
    ]
