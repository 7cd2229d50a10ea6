"""EventBridge rules and EventBridge Scheduler: putting events in, and handing them to targets."""

from __future__ import annotations

import contextvars
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ministack.services import eventbridge

from embedded.adapter import gateway

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.eventbridge:_dispatch_event(event, view)",
    "ministack.services.eventbridge:_dispatch_to_event_bus"
    "(spec, event, rule, event_path, target_input_payload)",
    "ministack.services.eventbridge:_dispatch_to_lambda(arn, payload)",
    "ministack.services.eventbridge:_dispatch_to_sns(arn, payload)",
    "ministack.services.eventbridge:_dispatch_to_sqs(spec, payload, sqs_parameters)",
    "ministack.services.eventbridge:_event_buses",
    "ministack.services.eventbridge:_invoke_target(target, event, rule, view)",
    "ministack.services.eventbridge:_pattern_event_view(event)",
    "ministack.services.eventbridge:_put_events(data, allow_aws_source)",
)


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one target.

    `source_arn` is the rule's or the schedule's; `role_arn` the role of a schedule or of a rule for
    another bus, empty for rules that need none; `payload` what the target gets; `event` the event
    as it matched, `record` as the emulator keeps it; `hops` how many buses it has come from.
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
    record: dict[str, Any]
    hops: int


# Kept with an event: from how many other buses it has come.
_HOPS = "_EmbeddedHops"

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


def put_on_bus(bus_arn: str, delivery: Delivery) -> bool:
    """Put the event of a delivery on a bus of any region; whether there is such a bus.

    It stays what it was: its account, region, time and id are those of where it arose (EventBridge
    user guide, "Sending and receiving events between AWS Regions").
    """
    _, _, _, region, account, resource = bus_arn.split(":", 5)
    name = resource.partition("/")[2]
    with gateway.scope(account, region):
        if name != "default" and name not in eventbridge._event_buses:
            return False
        forwarded = {**delivery.record, "EventBusName": name, _HOPS: delivery.hops + 1}
        forwarded.pop("_DispatchPath", None)
        eventbridge._dispatch_event(forwarded)
    return True


def install_delivery(deliver: Callable[[Delivery], None]) -> None:
    """Hand every event for a function, a queue, a topic or a bus of any region to `deliver`.

    API destinations stay the emulator's.
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
    eventbridge._dispatch_to_event_bus = (
        lambda spec, event, rule, event_path, target_input_payload=None: deliver(
            _delivery(json.dumps(event, default=str))
        )
    )
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
        record=dict(event),
        hops=int(event.get(_HOPS, 0)),
    )
