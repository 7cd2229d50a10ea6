"""EventBridge rules and EventBridge Scheduler: putting events in, and handing them to targets."""

from __future__ import annotations

import contextvars
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ministack.services import eventbridge

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.eventbridge:_dispatch_to_lambda(arn, payload)",
    "ministack.services.eventbridge:_dispatch_to_sns(arn, payload)",
    "ministack.services.eventbridge:_dispatch_to_sqs(spec, payload, sqs_parameters)",
    "ministack.services.eventbridge:_invoke_target(target, event, rule, view)",
    "ministack.services.eventbridge:_pattern_event_view(event)",
    "ministack.services.eventbridge:_put_events(data, allow_aws_source)",
)


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one target.

    `source_arn` is the rule's or the schedule's; `role_arn` the schedule's execution role, empty
    for rules that need none; `payload` what the target gets; `event` the event as it matched.
    """

    source_arn: str
    source_name: str
    is_schedule: bool
    target_arn: str
    role_arn: str
    payload: str
    event: str
    maximum_retries: int
    maximum_age_seconds: int
    dead_letter: str


_under_way: contextvars.ContextVar[tuple[Any, Any, Any]] = contextvars.ContextVar("under_way")


def put_event(
    *, source: str, detail_type: str, detail: dict[str, Any], resources: tuple[str, ...] = ()
) -> None:
    """Put an event of an AWS service on the default bus of the current account and region."""
    entry = {
        "Source": source,
        "DetailType": detail_type,
        "Detail": json.dumps(detail),
        "Resources": list(resources),
    }
    eventbridge._put_events({"Entries": [entry]}, True)


def install_delivery(deliver: Callable[[Delivery], None]) -> None:
    """Hand every event for a Lambda function, SQS queue or SNS topic to `deliver`.

    Other kinds of targets (event buses, API destinations) stay the emulator's.
    """
    choose = eventbridge._invoke_target

    def invoke_target(
        target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any = None
    ) -> None:
        token = _under_way.set((target, event, rule))
        try:
            choose(target, event, rule, view)
        finally:
            _under_way.reset(token)

    eventbridge._invoke_target = invoke_target
    eventbridge._dispatch_to_lambda = lambda arn, payload: deliver(_delivery(payload))
    eventbridge._dispatch_to_sns = lambda arn, payload: deliver(_delivery(payload))
    eventbridge._dispatch_to_sqs = lambda spec, payload, sqs_parameters=None: deliver(
        _delivery(payload)
    )


def _delivery(payload: str) -> Delivery:
    target, event, rule = _under_way.get()
    retry = target.get("RetryPolicy") or {}
    is_schedule = "EventPattern" not in rule and "FlexibleTimeWindow" in rule
    return Delivery(
        source_arn=rule["Arn"],
        source_name=rule["Name"],
        is_schedule=is_schedule,
        target_arn=target["Arn"],
        role_arn=target.get("RoleArn", ""),
        payload=payload,
        event=json.dumps(eventbridge._pattern_event_view(event).event_with_detail()),
        maximum_retries=int(retry.get("MaximumRetryAttempts", 185)),
        maximum_age_seconds=int(retry.get("MaximumEventAgeInSeconds", 86400)),
        dead_letter=(target.get("DeadLetterConfig") or {}).get("Arn", ""),
    )
