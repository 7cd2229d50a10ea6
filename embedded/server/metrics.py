"""Metrics that AWS makes by itself: of log lines (embedded format, metric filters) and SQS queues.

Not made: AWS/SQS counts of sent, received and deleted messages.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Iterator
from numbers import Real
from typing import Any

from embedded.adapter import cloudwatch, gateway, log_filters, log_metrics, sqs
from embedded.dialects import filter_patterns
from embedded.server import metric_filters
from embedded.server.measurement import Measurement

QUEUE_INTERVAL_SECONDS = 15.0
"""A queue's depth is measured at least this often, and at once when it has changed."""

_log = logging.getLogger("embedded.metrics")


class UnreadableMetricsError(ValueError):
    """When a log line has an _aws member that is not the embedded metric format."""


class QueueMeter:
    """Measures the depth of every queue."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str, str], tuple[float, tuple[int, int, int]]] = {}

    def measure(self, now: float) -> None:
        """Store the depths at a time, in seconds since 1970, where that is due."""
        for depth in sqs.depths(now):
            queue = (depth.account, depth.region, depth.name)
            counts = (depth.visible, depth.in_flight, depth.delayed)
            measured_at, measured = self._last.get(queue, (0.0, None))
            if counts == measured and now - measured_at < QUEUE_INTERVAL_SECONDS:
                continue
            self._last[queue] = (now, counts)
            with gateway.scope(depth.account, depth.region):
                for name, value, unit in (
                    ("ApproximateNumberOfMessagesVisible", depth.visible, "Count"),
                    ("ApproximateNumberOfMessagesNotVisible", depth.in_flight, "Count"),
                    ("ApproximateNumberOfMessagesDelayed", depth.delayed, "Count"),
                    ("ApproximateAgeOfOldestMessage", depth.oldest_age, "Seconds"),
                ):
                    cloudwatch.put_metric(
                        "AWS/SQS", name, {"QueueName": depth.name}, value, unit=unit, at=now
                    )

    def forget(self) -> None:
        """Measure every queue the next time, as time was moved on."""
        self._last.clear()


def install() -> None:
    """Make metrics of log lines, and let filter patterns match as CloudWatch Logs does."""
    log_filters.install(filter_patterns.compile_pattern)
    log_metrics.install(_measure)


def measurements(line: str) -> Iterator[Measurement]:
    """The metrics in one log line, none when it is not in embedded metric format.

    Raises UnreadableMetricsError. Source: CloudWatch guide, "Embedded metric format specification".
    """
    if not line.startswith("{") or '"_aws"' not in line:
        return
    try:
        root = json.loads(line)
    except ValueError:
        return
    if not isinstance(root.get("_aws"), dict):
        return
    try:
        at = root["_aws"]["Timestamp"] / 1000
        for directive in root["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"] or [[]]:
                dimensions = tuple((name, _dimension(root, name)) for name in names)
                for metric in directive["Metrics"]:
                    for value in _values(root, metric["Name"]):
                        yield Measurement(
                            namespace=directive["Namespace"],
                            name=metric["Name"],
                            dimensions=dimensions,
                            value=value,
                            unit=metric.get("Unit", "None"),
                            at=at,
                        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableMetricsError(f"not the embedded metric format: {error!r}") from error


def _measure(messages: list[str], filters: list[log_metrics.Filter]) -> None:
    for message in messages:
        try:
            _store(measurements(message))
        except UnreadableMetricsError as error:
            _log.warning("a log line made no metric: %s", error)
    for each in filters:
        _store(metric_filters.measurements(messages, each, at=time.time()))


def _store(measured: Iterable[Measurement]) -> None:
    for each in measured:
        cloudwatch.put_metric(
            each.namespace,
            each.name,
            dict(each.dimensions),
            each.value,
            unit=each.unit,
            at=each.at,
        )


def _dimension(root: dict[str, Any], name: str) -> str:
    value = root[name]
    if not isinstance(value, str):
        raise TypeError(f"dimension {name} is {value!r}, not a text")
    return value


def _values(root: dict[str, Any], name: str) -> list[float]:
    given = root[name]
    values = given if isinstance(given, list) else [given]
    if not all(isinstance(value, Real) and not isinstance(value, bool) for value in values):
        raise TypeError(f"metric {name} is {given!r}, not a number or a list of numbers")
    return [float(value) for value in values]
