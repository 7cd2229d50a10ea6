"""The alert function's log and metrics, made once."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger(service="trailkeeper-alert")
metrics = Metrics(namespace="Trailkeeper", service="trailkeeper-alert")


def count(name: str, amount: int = 1) -> None:
    """Add to a metric of the function."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=amount)
