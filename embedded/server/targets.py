"""Delivery as AWS does it: EventBridge and Scheduler to their targets, events to functions.

EventBridge asks the target's resource policy, or the rule's role where the target is a bus of
another region; Scheduler asks its execution role. A hand-over that cannot succeed (no permission,
no such target) goes to the dead-letter queue of the rule or schedule at once, as AWS documents;
what a function does with the event is Lambda's business.

Any other failure is tried again as the target's retry policy says. EventBridge waits longer before
each retry, for up to a day; here the waits are those of Lambda's retries, given at start.
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
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from embedded.adapter import (
    cloudwatch,
    event_sources,
    eventbridge,
    gateway,
    lambda_,
    schedules,
    sns_publishing,
)
from embedded.adapter.eventbridge import Delivery
from embedded.adapter.lambda_ import Function
from embedded.server.invocations import AsyncInvocations, failed_items, message_attributes
from embedded.server.work import AbandonedError, Work

EVENTS = "events.amazonaws.com"
SCHEDULER = "scheduler.amazonaws.com"

_log = logging.getLogger("embedded.targets")


class HandOverError(Exception):
    """When a target does not take an event.

    `code` is one that EventBridge writes to dead letters (EventBridge user guide, "Using
    dead-letter queues to process undelivered events"); `is_final` when another try is in vain.
    """

    def __init__(self, code: str, message: str, *, is_final: bool = True) -> None:
        super().__init__(message)
        self.code = code
        self.is_final = is_final


def install(*, retry_delays: Sequence[float], work: Work) -> None:
    """Put these deliveries in place of the emulator's; `retry_delays` as the module says."""
    invocations = AsyncInvocations(retry_delays=retry_delays, work=work)
    lambda_.install_aliases()
    lambda_.install_async_invoke(invocations.start)
    event_sources.install(failed_items, work.turn)
    schedules.install(work.turn)
    lambda_.install_metrics(cloudwatch.put_metric)
    lambda_.install_logs()
    eventbridge.install_delivery(
        Targets(invoke=invocations.start, retry_delays=retry_delays, work=work).deliver
    )


class Targets:
    """Hands events of rules and schedules to their targets."""

    def __init__(
        self, *, invoke: Callable[[Function, Any], None], retry_delays: Sequence[float], work: Work
    ) -> None:
        self._invoke = invoke
        self._work = work
        self._delays = tuple(retry_delays)

    def deliver(self, delivery: Delivery) -> None:
        """Hand one event over, or write it to the dead-letter queue with the reason."""
        _count(delivery, "Invocations")
        try:
            self._hand_over(delivery)
        except HandOverError as error:
            if error.is_final:
                _give_up(delivery, error, {})
            else:
                context = contextvars.copy_context()
                arguments = (self._try_until_given_up, delivery, error)
                threading.Thread(target=context.run, args=arguments, daemon=True).start()

    def _try_until_given_up(self, delivery: Delivery, error: HandOverError) -> None:
        with suppress(AbandonedError):
            self._try_again(delivery, error)

    def _try_again(self, delivery: Delivery, error: HandOverError) -> None:
        began = time.monotonic()
        attempts, exhausted = 0, "MaximumRetryAttempts"
        while attempts < delivery.maximum_retries and not error.is_final:
            wait = self._delays[min(attempts, len(self._delays) - 1)]
            if time.monotonic() - began + wait > delivery.maximum_age_seconds:
                exhausted = "MaximumEventAgeInSeconds"
                break
            self._work.pause(wait)
            attempts += 1
            try:
                self._hand_over(delivery)
            except HandOverError as again:
                error = again
            else:
                return
        details = {"RETRY_ATTEMPTS": str(attempts), "EXHAUSTED_RETRY_CONDITION": exhausted}
        _give_up(delivery, error, details)

    def _hand_over(self, delivery: Delivery) -> None:
        service = delivery.target_arn.split(":")[2]
        if service == "lambda":
            self._to_function(delivery)
        elif service == "sqs":
            _to_queue(delivery, delivery.target_arn, delivery.payload)
        elif service == "sns":
            _to_topic(delivery)
        elif service == "events":
            _to_bus(delivery)
        else:
            raise HandOverError("INVALID_PARAMETER", f"{service} is not a target of this account")

    def _to_function(self, delivery: Delivery) -> None:
        function = lambda_.find(delivery.target_arn)
        if function is None:
            raise HandOverError("NO_RESOURCE", f"Function not found: {delivery.target_arn}")
        _require_permission(delivery, "lambda:InvokeFunction", function.arn, function.policy)
        self._invoke(function, json.loads(_filled(delivery)))


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
    try:
        queues.send_message(
            QueueUrl=url, MessageBody=body, MessageAttributes=message_attributes(attributes or {})
        )
    except ClientError as error:
        raise HandOverError("SDK_CLIENT_ERROR", str(error), is_final=False) from error


def _to_topic(delivery: Delivery) -> None:
    """Publish without a source ARN, as EventBridge does: conditions on it can never hold."""
    problem = sns_publishing.publish_as_service(
        delivery.target_arn, "", delivery.payload, service=EVENTS
    )
    if problem:
        code = "NO_RESOURCE" if "does not exist" in problem else "NO_PERMISSIONS"
        raise HandOverError(code, problem)


def _to_bus(delivery: Delivery) -> None:
    """To a bus of the account, by the rule's role; what has come from another bus goes no further.

    Source: EventBridge user guide, "Sending and receiving events between event buses": an event is
    not sent on from the bus that received it. AWS drops it without a word, and so does this.
    """
    if delivery.hops:
        _log.info("%s: not sent on from a second bus", delivery.source_arn)
        return
    bus = delivery.target_arn
    here = bus.split(":")[3:5] == [gateway.region(), gateway.account()]
    role = delivery.role_arn
    if not (here and not role) and not (
        gateway.service_may_assume(role, EVENTS)
        and gateway.role_allows(role, "events:PutEvents", bus)
    ):
        raise HandOverError(
            "NO_PERMISSIONS", f"the role {role} does not let EventBridge put events on {bus}"
        )
    if not eventbridge.put_on_bus(bus, delivery):
        raise HandOverError("NO_RESOURCE", f"The event bus does not exist: {bus}")


def _give_up(delivery: Delivery, error: HandOverError, details: Mapping[str, str]) -> None:
    _log.warning("%s -> %s: %s", delivery.source_arn, delivery.target_arn, error)
    _count(delivery, "FailedInvocations")
    if not delivery.dead_letter:
        return
    source = "SCHEDULE_ARN" if delivery.is_schedule else "RULE_ARN"
    attributes = {
        source: delivery.source_arn,
        "TARGET_ARN": delivery.target_arn,
        "ERROR_CODE": error.code,
        "ERROR_MESSAGE": str(error),
        **details,
    }
    body = delivery.payload if delivery.is_schedule else delivery.event
    try:
        _to_queue(delivery, delivery.dead_letter, body, attributes)
    except HandOverError as lost:
        _log.error("%s: the event is lost: %s", delivery.source_arn, lost)
        _count(delivery, "InvocationsFailedToBeSentToDlq")
    else:
        _count(delivery, "InvocationsSentToDlq")


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
