"""Lambda's queue of events: retries, maximum age, then the destinations of failure.

Lambda waits one minute before the first retry and two before the second; here the waits are given
at start, in seconds, so that a failure can be watched. The maximum age counts those short waits.
"""

from __future__ import annotations

import contextvars
import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from embedded.adapter import cloudwatch, gateway, lambda_
from embedded.adapter.lambda_ import Function, Result
from embedded.server.work import AbandonedError, Work

_log = logging.getLogger("embedded.invocations")
# arn:aws:lambda:region:account:function:name:qualifier
_COLONS_OF_A_QUALIFIED_ARN = 7


class AsyncInvocations:
    """Takes events for functions; `retry_delays` in seconds, the last one for all that follow."""

    def __init__(
        self,
        *,
        retry_delays: Sequence[float],
        work: Work,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._delays = tuple(retry_delays)
        self._work = work
        self._clock = clock

    def start(self, function: Function, event: Any) -> None:
        """Take an event for a function, and return before it has run."""
        if self._work.is_abandoned:
            return
        context = contextvars.copy_context()
        threading.Thread(
            target=context.run,
            args=(self._run, function, event),
            name=f"invoke-{function.name}",
            daemon=True,
        ).start()

    def _run(self, function: Function, event: Any) -> None:
        _, _, _, region, account, *_ = function.arn.split(":")
        with gateway.scope(account, region), suppress(AbandonedError):
            failure = self.attempt(function, event)
            if failure is not None:
                report_failure(function, failure)

    def attempt(self, function: Function, event: Any) -> Failure | None:
        """Invoke until it succeeds or Lambda would give up; None when it succeeded.

        Raises AbandonedError when the account's work is ended meanwhile. A throttle does not use up
        a retry: Lambda keeps such an event until it is too old.
        """
        request_id = str(uuid.uuid4())
        began = self._clock()
        errors = invocations = attempts = 0
        while True:
            current = lambda_.find(function.arn) or function
            result = lambda_.run(current, event)
            if not result.failed:
                return None
            self._work.pause(0)
            if result.throttled and current.reserved_concurrency == 0:
                return Failure(request_id, event, result, "ZeroReservedConcurrency", invocations)
            if not result.throttled:
                errors += 1
                invocations += 1
                if errors > current.maximum_retries:
                    return Failure(request_id, event, result, "RetriesExhausted", invocations)
            wait = self._delays[min(attempts, len(self._delays) - 1)] if self._delays else 0.0
            attempts += 1
            if self._clock() - began + wait > current.maximum_age_seconds:
                return Failure(request_id, event, result, "EventAgeExceeded", invocations)
            self._work.pause(wait)


@dataclass(frozen=True)
class Failure:
    """An event that a function did not process; `condition` is Lambda's word for why."""

    request_id: str
    event: Any
    result: Result
    condition: str
    invocations: int


def report_failure(function: Function, failure: Failure) -> None:
    """Write the failure where the function's settings say, with the rights of its role."""
    error = failure.result.payload if isinstance(failure.result.payload, dict) else {}
    if function.on_failure:
        record = {
            "version": "1.0",
            "timestamp": datetime.now(UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "requestContext": {
                "requestId": failure.request_id,
                "functionArn": _qualified(function),
                "condition": failure.condition,
                "approximateInvokeCount": failure.invocations,
            },
            "requestPayload": failure.event,
        }
        if failure.invocations:
            record["responseContext"] = {
                "statusCode": 200,
                "executedVersion": function.version,
                "functionError": "Unhandled",
            }
            record["responsePayload"] = failure.result.payload
        _send_as_role(
            function, function.on_failure, json.dumps(record), {}, "DestinationDeliveryFailures"
        )
    if function.dead_letter:
        attributes = {
            "RequestID": failure.request_id,
            "ErrorCode": "429" if failure.result.throttled else "200",
            "ErrorMessage": str(error.get("errorMessage") or error.get("message", ""))[:1024],
        }
        _send_as_role(
            function,
            function.dead_letter,
            json.dumps(failure.event),
            attributes,
            "DeadLetterErrors",
        )


def _qualified(function: Function) -> str:
    is_qualified = function.arn.count(":") == _COLONS_OF_A_QUALIFIED_ARN
    return function.arn if is_qualified else f"{function.arn}:$LATEST"


def failed_items(message_ids: list[str], response: Any) -> set[str]:
    """Which messages of a batch failed, from a partial batch response.

    An answer that Lambda cannot read means that the whole batch failed (Lambda developer guide,
    "Implementing partial batch responses").
    """
    if isinstance(response, str):
        try:
            response = json.loads(response)
        except ValueError:
            return set(message_ids)
    if response is None or response == {}:
        return set()
    if not isinstance(response, dict):
        return set(message_ids)
    failures = response.get("batchItemFailures")
    if not failures:
        return set()
    try:
        failed = {failure["itemIdentifier"] for failure in failures}
    except (TypeError, KeyError):
        return set(message_ids)
    return failed if failed <= set(message_ids) else set(message_ids)


def _send_as_role(
    function: Function, target_arn: str, body: str, attributes: dict[str, str], failed_metric: str
) -> None:
    service = target_arn.split(":")[2]
    action = {"sqs": "sqs:SendMessage", "sns": "sns:Publish"}.get(service)
    if action is None:
        _log.error("%s: %s is not a destination of this account", function.name, target_arn)
    elif not gateway.role_allows(function.role, action, target_arn):
        _log.error("%s: %s may not do %s on %s", function.name, function.role, action, target_arn)
    else:
        try:
            _send(service, target_arn, body, attributes)
            return
        except ClientError as error:
            _log.error("%s: %s", function.name, error)
    cloudwatch.put_metric("AWS/Lambda", failed_metric, {"FunctionName": function.name}, 1)


def _send(service: str, target_arn: str, body: str, attributes: dict[str, str]) -> None:
    sender = gateway.client(service)
    given = message_attributes(attributes)
    if service == "sns":
        sender.publish(TopicArn=target_arn, Message=body, MessageAttributes=given)
        return
    url = sender.get_queue_url(QueueName=target_arn.rsplit(":", 1)[-1])["QueueUrl"]
    sender.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=given)


def message_attributes(values: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Attributes of a message, each a string; an empty one cannot be sent."""
    return {
        name: {"DataType": "String", "StringValue": value}
        for name, value in values.items()
        if value
    }
