"""What CloudFormation does to stacks: each status that one gets to, for whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ministack.services.cloudformation import changesets, handlers, stacks

from embedded.adapter import gateway

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.cloudformation.changesets:_add_event",
    "ministack.services.cloudformation.handlers:_add_event",
    "ministack.services.cloudformation.stacks:_add_event"
    "(stack_id, stack_name, logical_id, resource_type, status, reason, physical_id,"
    " detailed_status)",
    "ministack.services.cloudformation.stacks:CLIENT_REQUEST_TOKEN",
)

_STACK = "AWS::CloudFormation::Stack"


@dataclass(frozen=True)
class StackStatus:
    """A stack that has got to a status; `reason` and `token` are "" if there is none."""

    stack_id: str
    status: str
    reason: str
    token: str


def install(tell: Callable[[StackStatus], None]) -> None:
    """Call `tell` for each status, in the stack's account and region."""
    add = stacks._add_event

    def added(  # noqa: PLR0917 - the emulator calls it so
        stack_id: str,
        stack_name: str,
        logical_id: str,
        resource_type: str,
        status: str,
        reason: str = "",
        *more: Any,
        **named: Any,
    ) -> None:
        add(stack_id, stack_name, logical_id, resource_type, status, reason, *more, **named)
        if resource_type == _STACK and logical_id == stack_name:
            _, _, _, region, account, _ = stack_id.split(":", 5)
            token = stacks.CLIENT_REQUEST_TOKEN.get()
            with gateway.scope(account, region):
                tell(StackStatus(stack_id, status, reason, token))

    for module in (stacks, changesets, handlers):
        module._add_event = added
