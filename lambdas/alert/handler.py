"""Lambda entry point of the alert function."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from lambdas.alert.clients import Clients
from lambdas.alert.function import AlertFunction
from lambdas.alert.telemetry import logger, metrics
from trailkeeper.environments.alert import AlertEnviron


@cache
def _function() -> AlertFunction:
    return AlertFunction(AlertEnviron.from_environ(os.environ), Clients())


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Any, context: Any) -> dict[str, Any]:
    """Handle a batch of SQS messages, or a command."""
    return _function().handle(event, context)
