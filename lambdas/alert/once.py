"""Does a thing once per key, and does it anyway when nobody can tell whether it was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import IdempotencyPersistenceLayerError

from lambdas.alert.telemetry import count, logger
from trailkeeper.evidence.metrics import ALERT_TROUBLED
from trailkeeper.state.alert_items import ONCE, SENT_KEPT
from trailkeeper.state.table import EXPIRY, PARTITION_KEY, SORT_KEY


class Once:
    """Powertools' idempotency over the state table, made to fail open.

    A second run while the first is still going on raises IdempotencyAlreadyInProgressError: the
    queue then brings the message again, when the outcome of the first is known.
    """

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._store = DynamoDBPersistenceLayer(
            table_name=table,
            key_attr=PARTITION_KEY,
            sort_key_attr=SORT_KEY,
            static_pk_value=ONCE,
            expiry_attr=EXPIRY,
            boto3_client=dynamodb,
        )
        self._config = IdempotencyConfig(expires_after_seconds=int(SENT_KEPT.total_seconds()))

    def register(self, context: Any) -> None:
        """Take the time that is left from this invocation: a crash blocks a key no longer."""
        if context is not None:
            self._config.register_lambda_context(context)

    def run(self, key: str, action: Callable[[], None]) -> None:
        """Do `action` unless it was done for this key within a day.

        Raises:
            IdempotencyAlreadyInProgressError: another invocation is doing it at this moment.
            Exception: whatever `action` raises; then the key stays free for a retry.
        """
        failure: Exception | None = None
        done = False

        def act(key: str) -> None:
            nonlocal done, failure
            try:
                action()
                done = True
            except Exception as error:
                failure = error
                raise

        once = idempotent_function(
            act,
            data_keyword_argument="key",
            persistence_store=self._store,
            config=self._config,
            key_prefix="alert",
        )
        try:
            once(key=key)
        except IdempotencyPersistenceLayerError as error:
            count(ALERT_TROUBLED)
            logger.warning("The state table cannot be reached; sending anyway", error=str(error))
            if failure is not None:
                raise failure from error
            if not done:
                action()
