"""Metric filters: what a log message makes of a metric."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from embedded.dialects import filter_patterns
from embedded.server.measurement import Measurement

_compiled = lru_cache(maxsize=256)(filter_patterns.compile_pattern)


def measurements(
    messages: list[str], metric_filter: dict[str, Any], at: float
) -> Iterator[Measurement]:
    """The metrics that one filter makes of a batch of messages at a time in epoch seconds.

    A default value counts once for a batch in which nothing matches. Source: CloudWatch Logs
    guide, "Configuring metric values for a metric filter".
    """
    matches = _compiled(metric_filter["filterPattern"])
    matching = [message for message in messages if matches(message)]
    for transformation in metric_filter["metricTransformations"]:
        name, namespace = transformation["metricName"], transformation["metricNamespace"]
        unit = transformation.get("unit") or "None"
        if not matching and transformation.get("defaultValue") is not None:
            value = float(transformation["defaultValue"])
            yield Measurement(
                namespace=namespace, name=name, dimensions=(), value=value, unit=unit, at=at
            )
        for message in matching:
            found = _value(transformation["metricValue"], message)
            dimensions = _dimensions(transformation.get("dimensions") or {}, message)
            if found is not None and dimensions is not None:
                yield Measurement(
                    namespace=namespace,
                    name=name,
                    dimensions=dimensions,
                    value=found,
                    unit=unit,
                    at=at,
                )


def _value(metric_value: str, message: str) -> float | None:
    """The number, or what the message has where a selector points; None when that is no number."""
    if not metric_value.startswith("$"):
        return float(metric_value)
    found = _select(metric_value, message)
    return float(found) if isinstance(found, int | float) else None


def _dimensions(wanted: dict[str, str], message: str) -> tuple[tuple[str, str], ...] | None:
    """None when the message lacks one: then it makes no metric."""
    found = {name: _select(selector, message) for name, selector in wanted.items()}
    if any(value is None for value in found.values()):
        return None
    return tuple((name, str(value)) for name, value in found.items())


def _select(selector: str, message: str) -> Any:
    try:
        document = json.loads(message)
    except ValueError:
        return None
    return next(iter(filter_patterns.select(selector, document)), None)
