"""EventBridge rules and EventBridge Scheduler: putting events in, and handing them to targets."""

from __future__ import annotations

import contextvars
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ministack.services import eventbridge, scheduler

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.eventbridge:_dispatch_to_lambda(arn, payload)",
    "ministack.services.eventbridge:_dispatch_to_sns(arn, payload)",
    "ministack.services.eventbridge:_dispatch_to_sqs(spec, payload, sqs_parameters)",
    "ministack.services.eventbridge:_invoke_target(target, event, rule, view)",
    "ministack.services.eventbridge:_pattern_event_view(event)",
    "ministack.services.eventbridge:_put_events(data, allow_aws_source)",
    "ministack.services.scheduler:_SCHEDULE_TICK_INTERVAL",
    "ministack.services.scheduler:_schedule_last_fired",
    "ministack.services.scheduler:_schedules",
    "ministack.services.scheduler:_tick_schedules()",
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


def begin_rates_at_once() -> None:
    """Let a rate schedule without a start date invoke its target as soon as it is made.

    Source: EventBridge Scheduler user guide, "Schedule types", rate-based schedules.
    """
    tick = scheduler._tick_schedules

    def with_new_rates() -> None:
        for key, schedule in list(scheduler._schedules._data.items()):
            is_rate = str(schedule.get("ScheduleExpression", "")).startswith("rate(")
            if is_rate and not schedule.get("StartDate"):
                scheduler._schedule_last_fired.setdefault(key, 0.0)
        tick()

    scheduler._tick_schedules = with_new_rates


def tick_schedules_each(seconds: int) -> None:
    """How often due schedules are looked for; a schedule starts at most this late."""
    scheduler._SCHEDULE_TICK_INTERVAL = seconds


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
