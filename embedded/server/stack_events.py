"""The events by which CloudFormation itself tells of its stacks, whether or not a trail logs.

Source: CloudFormation user guide, "Stack Status Change event detail". AWS says there that the token
of a call is in all events of its operation; without one this account leaves the field out.
"""

from __future__ import annotations

from embedded.adapter import eventbridge, stack_events
from embedded.adapter.stack_events import StackStatus

SOURCE = "aws.cloudformation"
DETAIL_TYPE = "CloudFormation Stack Status Change"


def install() -> None:
    """Put an event on the bus for each status that a stack gets to."""
    stack_events.install(_tell)


def _tell(change: StackStatus) -> None:
    token = {"client-request-token": change.token} if change.token else {}
    eventbridge.put_event(
        source=SOURCE,
        detail_type=DETAIL_TYPE,
        detail={
            "stack-id": change.stack_id,
            "status-details": {"status": change.status, "status-reason": change.reason},
            **token,
        },
        resources=(change.stack_id,),
    )
