"""What an invocation asks of the heal function, as its event says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trailkeeper.detections.catalogue import API_CALL
from trailkeeper.detections.stack_events import STATUS_CHANGE
from trailkeeper.events.event import ApiCall


def command_of(event: Any) -> Mapping[str, Any] | None:
    """The command in an invocation, None if it is an event or the schedule."""
    command = event.get("trailkeeper") if isinstance(event, Mapping) else None
    return command if isinstance(command, Mapping) and "command" in command else None


def call_of(event: Any) -> ApiCall | None:
    """The API call that an event is about, None if it is about something else.

    Raises:
        MalformedEventError: it should be about one, and cannot be read.
    """
    is_call = isinstance(event, Mapping) and event.get("detail-type") == API_CALL
    return ApiCall.parse(event) if is_call else None


def tells_of_a_stack(event: Any) -> bool:
    """Whether CloudFormation tells of one of its stacks, as far as the event says."""
    return isinstance(event, Mapping) and event.get("detail-type") == STATUS_CHANGE
