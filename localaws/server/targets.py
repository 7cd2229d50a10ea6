"""Delivery as AWS does it: EventBridge and Scheduler to their targets, events to functions.

EventBridge asks the target's resource policy, Scheduler its execution role. A hand-over that cannot
succeed (no permission, no such target) goes to the dead-letter queue of the rule or schedule at
once, as AWS documents; what a function does with the event is Lambda's business: two retries, a
maximum age, then the on-failure destination and the function's dead-letter queue.

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
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from localaws.adapter import (
    cloudwatch,
    event_sources,
    eventbridge,
    gateway,
    lambda_,
    sns_publishing,
)
from localaws.adapter.eventbridge import Delivery
from localaws.adapter.lambda_ import Function, Result

EVENTS = "events.amazonaws.com"
SCHEDULER = "scheduler.amazonaws.com"
SCHEDULE_TICK_SECONDS = 1

_log = logging.getLogger("localaws.targets")


class HandOverError(Exception):
    """When a target does not take an event.

    `code` is one that EventBridge writes to dead letters (EventBridge user guide, "Using
    dead-letter queues to process undelivered events").
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def install(*, retry_delays: Sequence[float]) -> AsyncInvocations:
    """Put these deliveries in place of the emulator's; `retry_delays` as the module says.

    The answer is for whoever else invokes functions without waiting.
    """
    invocations = AsyncInvocations(retry_delays=retry_delays)
    lambda_.install_async_invoke(invocations.start)
    event_sources.install(failed_items)
    lambda_.install_metrics(cloudwatch.put_metric)
    eventbridge.install_delivery(Targets(invoke=invocations.start).deliver)
    eventbridge.tick_schedules_each(SCHEDULE_TICK_SECONDS)
    return invocations


class Targets:
    """Hands events of rules and schedules to their targets."""

    def __init__(self, *, invoke: Callable[[Function, Any], None]) -> None:
        self._invoke = invoke

    def deliver(self, delivery: Delivery) -> None:
        """Hand one event over, or write it to the dead-letter queue with the reason."""
        _count(delivery, "Invocations")
        try:
            self._hand_over(delivery)
        except HandOverError as error:
            _log.warning("%s -> %s: %s", delivery.source_arn, delivery.target_arn, error)
            _count(delivery, "FailedInvocations")
            _bury(delivery, error)

    def _hand_over(self, delivery: Delivery) -> None:
        service = delivery.target_arn.split(":")[2]
        if service == "lambda":
            self._to_function(delivery)
        elif service == "sqs":
            _to_queue(delivery, delivery.target_arn, delivery.payload)
        elif service == "sns":
            _to_topic(delivery)
        else:
            raise HandOverError("INVALID_PARAMETER", f"{service} is not a target of this account")

    def _to_function(self, delivery: Delivery) -> None:
        function = lambda_.find(delivery.target_arn)
        if function is None:
            raise HandOverError("NO_RESOURCE", f"Function not found: {delivery.target_arn}")
        _require_permission(delivery, "lambda:InvokeFunction", function.arn, function.policy)
        self._invoke(function, json.loads(_filled(delivery)))


class AsyncInvocations:
    """Lambda's queue of events: retries, maximum age, then the destinations of failure."""

    def __init__(
        self,
        *,
        retry_delays: Sequence[float],
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._delays = tuple(retry_delays)
        self._clock = clock
        self._pause = pause

    def start(self, function: Function, event: Any) -> None:
        """Take an event for a function, and return before it has run."""
        context = contextvars.copy_context()
        threading.Thread(
            target=context.run,
            args=(self._run, function, event),
            name=f"invoke-{function.name}",
            daemon=True,
        ).start()

    def _run(self, function: Function, event: Any) -> None:
        _, _, _, region, account, *_ = function.arn.split(":")
        with gateway.scope(account, region):
            failure = self.attempt(function, event)
            if failure is not None:
                report_failure(function, failure)

    def attempt(self, function: Function, event: Any) -> Failure | None:
        """Invoke until it succeeds or Lambda would give up; None when it succeeded.

        A throttle does not use up a retry: Lambda keeps such an event until it is too old.
        """
        request_id = str(uuid.uuid4())
        began = self._clock()
        errors = invocations = attempts = 0
        while True:
            current = lambda_.find(function.arn) or function
            result = lambda_.run(current, event)
            if not result.failed:
                return None
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
            self._pause(wait)


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
                "functionArn": f"{function.arn}:$LATEST",
                "condition": failure.condition,
                "approximateInvokeCount": failure.invocations,
            },
            "requestPayload": failure.event,
        }
        if failure.invocations:
            record["responseContext"] = {
                "statusCode": 200,
                "executedVersion": "$LATEST",
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


def _require_permission(
    delivery: Delivery, action: str, resource: str, policy: Mapping[str, Any] | str
) -> None:
    if delivery.is_schedule:
        allowed = gateway.service_may_assume(delivery.role_arn, SCHEDULER) and gateway.role_allows(
            delivery.role_arn, action, resource
        )
        reason = f"the execution role {delivery.role_arn} does not let Scheduler do {action}"
    else:
        allowed = gateway.resource_policy_allows(
            policy if isinstance(policy, str) else dict(policy),
            service=EVENTS,
            action=action,
            resource=resource,
            source_arn=delivery.source_arn,
        )
        reason = f"the resource policy of {resource} does not let EventBridge do {action}"
    if not allowed:
        raise HandOverError("NO_PERMISSIONS", reason)


def _to_queue(
    delivery: Delivery, queue_arn: str, body: str, attributes: Mapping[str, str] | None = None
) -> None:
    queues = gateway.client("sqs")
    try:
        url = queues.get_queue_url(QueueName=queue_arn.rsplit(":", 1)[-1])["QueueUrl"]
    except ClientError as error:
        raise HandOverError("NO_RESOURCE", f"The queue does not exist: {queue_arn}") from error
    known = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    policy = known.get("Attributes", {}).get("Policy", "")
    _require_permission(delivery, "sqs:SendMessage", queue_arn, policy)
    queues.send_message(
        QueueUrl=url, MessageBody=body, MessageAttributes=_message_attributes(attributes or {})
    )


def _to_topic(delivery: Delivery) -> None:
    """Publish without a source ARN, as EventBridge does: conditions on it can never hold."""
    problem = sns_publishing.publish_as_service(
        delivery.target_arn, "", delivery.payload, service=EVENTS
    )
    if problem:
        code = "NO_RESOURCE" if "does not exist" in problem else "NO_PERMISSIONS"
        raise HandOverError(code, problem)


def _bury(delivery: Delivery, error: HandOverError) -> None:
    if not delivery.dead_letter:
        return
    source = "SCHEDULE_ARN" if delivery.is_schedule else "RULE_ARN"
    attributes = {
        source: delivery.source_arn,
        "TARGET_ARN": delivery.target_arn,
        "ERROR_CODE": error.code,
        "ERROR_MESSAGE": str(error),
    }
    body = delivery.payload if delivery.is_schedule else delivery.event
    try:
        _to_queue(delivery, delivery.dead_letter, body, attributes)
    except HandOverError as lost:
        _log.error("%s: the event is lost: %s", delivery.source_arn, lost)
        _count(delivery, "InvocationsFailedToBeSentToDlq")
    else:
        _count(delivery, "InvocationsSentToDlq")


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
    given = _message_attributes(attributes)
    if service == "sns":
        sender.publish(TopicArn=target_arn, Message=body, MessageAttributes=given)
        return
    url = sender.get_queue_url(QueueName=target_arn.rsplit(":", 1)[-1])["QueueUrl"]
    sender.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=given)


def _message_attributes(values: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {
        name: {"DataType": "String", "StringValue": value}
        for name, value in values.items()
        if value
    }


def _filled(delivery: Delivery) -> str:
    """A schedule's input with Scheduler's context attributes filled in."""
    if not delivery.is_schedule:
        return delivery.payload
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        delivery.payload.replace("<aws.scheduler.schedule-arn>", delivery.source_arn)
        .replace("<aws.scheduler.scheduled-time>", now)
        .replace("<aws.scheduler.execution-id>", str(uuid.uuid4()))
        .replace("<aws.scheduler.attempt-number>", "1")
    )


def _count(delivery: Delivery, metric: str) -> None:
    if delivery.is_schedule:
        return
    cloudwatch.put_metric("AWS/Events", metric, {"RuleName": delivery.source_name}, 1)
