"""CloudWatch: metric points in, metric points out, and the alarms that are stored."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ministack.services import cloudwatch

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.cloudwatch:_dims_key(dims)",
    "ministack.services.cloudwatch:_metric_bucket(key)",
)


def put_metric(
    namespace: str,
    name: str,
    dimensions: Mapping[str, str],
    value: float,
    *,
    unit: str = "Count",
    at: float | None = None,
) -> None:
    """Store one point in the account and region in scope; `at` is in seconds since 1970."""
    known = dict(dimensions)
    point: dict[str, Any] = {
        "Timestamp": time.time() if at is None else at,
        "Value": float(value),
        "Unit": unit,
        "Dimensions": known,
    }
    key = (namespace, name, cloudwatch._dims_key(known))
    cloudwatch._metric_bucket(key).append(point)
