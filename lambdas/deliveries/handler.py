"""Lambda entry point of the deliveries function: counts what is in each delivered log file."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger

from lambdas.deliveries.deliveries import Deliveries
from trailkeeper.environments.deliveries import DeliveriesEnviron
from trailkeeper.evidence.names import DELIVERIES_FUNCTION

logger = Logger(service=DELIVERIES_FUNCTION)


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Count one log file, which an "Object Created" event of S3 names.

    Raises:
        ClientError, BotoCoreError: the file could not be had, so Lambda retries.
    """
    answer = _deliveries().take(event)
    logger.info("A log file was taken", **answer)
    return answer


@cache
def _deliveries() -> Deliveries:
    client: Callable[[str], Any] = boto3.client  # type: ignore[assignment]
    return Deliveries(
        DeliveriesEnviron.from_environ(os.environ),
        s3=client("s3"),
        sqs=client("sqs"),
        dynamodb=client("dynamodb"),
        write=lambda line: print(line, flush=True),
        clock=time.time,
        now=lambda: datetime.now(UTC),
        warn=logger.warning,
    )
