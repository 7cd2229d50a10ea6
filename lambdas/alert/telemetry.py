"""The alert function's log and metrics, made once."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from trailkeeper.evidence.metrics import NAMESPACE, Metric
from trailkeeper.evidence.names import ALERT_FUNCTION

logger = Logger(service=ALERT_FUNCTION)
metrics = Metrics(namespace=NAMESPACE, service=ALERT_FUNCTION)


def count(metric: Metric) -> None:
    """Add one to a metric of the function."""
    metrics.add_metric(name=metric.name, unit=MetricUnit.Count, value=1)
