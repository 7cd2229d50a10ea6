"""The state-change events of EC2 instances that an API call sets in motion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

DETAIL_TYPE = "EC2 Instance State-change Notification"
SOURCE = "aws.ec2"

_STATES: Mapping[str, tuple[str, ...]] = {
    "RunInstances": ("pending", "running"),
    "StartInstances": ("pending", "running"),
    "StopInstances": ("stopping", "stopped"),
    "TerminateInstances": ("shutting-down", "terminated"),
}


@dataclass(frozen=True)
class StateChange:
    """One instance that has got to a state."""

    instance_arn: str
    detail: Mapping[str, str]


def state_changes(record: Mapping[str, Any]) -> Iterator[StateChange]:
    """The states that the instances of a recorded EC2 call go through, in order.

    A stop or start of an instance that is already there changes nothing and gives no event.
    """
    if record["eventSource"] != "ec2.amazonaws.com" or "errorCode" in record:
        return
    states = _STATES.get(record["eventName"], ())
    answered = record["responseElements"] or {}
    items = answered.get("instancesSet", {}).get("items", ())
    prefix = f"arn:aws:ec2:{record['awsRegion']}:{record['recipientAccountId']}:instance/"
    for state in states:
        for item in items:
            if item.get("previousState", {}).get("name") == states[-1]:
                continue
            identifier = item["instanceId"]
            yield StateChange(prefix + identifier, {"instance-id": identifier, "state": state})
