"""What happened to EC2 instances: state changes, the calls behind them, calls that were denied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from trailkeeper.events.event import Actor, ApiCall
from trailkeeper.events.principal import short, who
from trailkeeper.words.text import Text

STATE_CHANGE_TYPE = "EC2 Instance State-change Notification"
# Which calls can lead to a state; RunInstances launches, the others name existing instances.
CAUSES: Mapping[str, tuple[str, ...]] = {
    "pending": ("RunInstances", "StartInstances"),
    "running": ("RunInstances", "StartInstances"),
    "stopping": ("StopInstances",),
    "stopped": ("StopInstances",),
    "shutting-down": ("TerminateInstances",),
    "terminated": ("TerminateInstances",),
}
CALLS = frozenset(call for calls in CAUSES.values() for call in calls)

# A guest may take minutes to shut down, so a call may lie this far back; the clocks of EC2 and
# CloudTrail differ by seconds. Outside of this a call is no proof of who did it.
_CALL_BEFORE, _CALL_AFTER = timedelta(minutes=20), timedelta(minutes=1)

# What EC2 itself says about why an instance ended, and no call explains. That a user called is no
# news beside a call, nor beside a group of Auto Scaling, whose calls EC2 takes for a user's.
_BY_A_CALL = frozenset({"Client.UserInitiatedShutdown", "Client.UserInitiatedHibernate"})
TOLD_REASONS = frozenset(
    {
        "Client.InstanceInitiatedShutdown",
        "Client.InternalError",
        "Client.InvalidSnapshot.NotFound",
        "Client.VolumeLimitExceeded",
        "Server.InsufficientInstanceCapacity",
        "Server.InternalError",
        "Server.ScheduledStop",
        "Server.SpotInstanceShutdown",
        "Server.SpotInstanceTermination",
    }
)

_AUTOSCALING = "autoscaling.amazonaws.com"
_INSTANCE_ID = re.compile(r"i-[0-9a-f]{8,17}")
_MOST_INSTANCES = 1000
_LONGEST = 256


@dataclass(frozen=True, slots=True)
class Cause:
    """Who called what, as far as the bus has told; kept until the state change arrives.

    `by_autoscaling`: EC2 Auto Scaling itself made the call, and not somebody whose name says so.
    `user` is the user name that event history knows the call by, `short` the author for a subject.
    """

    call: str
    time: str
    event_id: str
    who: Text
    by_autoscaling: bool = False
    short: Text | None = None
    source_ip: str = ""
    user_agent: str = ""
    user: str = ""

    def explains(self, change: StateChange) -> bool:
        """Whether this call can have led to the change, by its kind and its time."""
        if self.call not in CAUSES.get(change.state, ()):
            return False
        try:
            called = datetime.fromisoformat(self.time)
            changed = datetime.fromisoformat(change.time)
            return changed - _CALL_BEFORE <= called <= changed + _CALL_AFTER
        except (ValueError, TypeError, OverflowError):
            return False


@dataclass(frozen=True, slots=True)
class Details:
    """What EC2 says about an instance; `unknown` says why when it says nothing.

    `reason` is the code of EC2's StateReason for the present state, such as
    `Server.SpotInstanceTermination`.
    """

    name: str = ""
    type: str = ""
    zone: str = ""
    launched: str = ""
    private_address: str = ""
    public_address: str = ""
    lifecycle: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    unknown: str | None = None

    @property
    def scaling_group(self) -> str:
        return self.tags.get("aws:autoscaling:groupName", "")

    @classmethod
    def parse(cls, instance: Mapping[str, Any]) -> Details:
        """Read one instance of DescribeInstances' answer."""
        tags = {
            str(tag.get("Key", "")): str(tag.get("Value", "")) for tag in instance.get("Tags", [])
        }
        launched = instance.get("LaunchTime")
        return cls(
            name=tags.get("Name", ""),
            type=str(instance.get("InstanceType", "")),
            zone=str(instance.get("Placement", {}).get("AvailabilityZone", "")),
            launched=launched.isoformat() if isinstance(launched, datetime) else "",
            private_address=str(instance.get("PrivateIpAddress") or ""),
            public_address=str(instance.get("PublicIpAddress") or ""),
            lifecycle=str(instance.get("InstanceLifecycle") or ""),
            tags=tags,
            reason=str((instance.get("StateReason") or {}).get("Code") or ""),
        )


@dataclass(frozen=True, slots=True)
class StateChange:
    """One EC2 Instance State-change Notification."""

    event_id: str
    instance: str
    state: str
    account: str
    region: str
    time: str
    details: Details = field(default_factory=Details)
    cause: Cause | None = None

    @classmethod
    def parse(cls, envelope: Mapping[str, Any]) -> StateChange | None:
        """Read an EventBridge envelope; None when it is not a state change of an instance."""
        detail = envelope.get("detail")
        if envelope.get("detail-type") != STATE_CHANGE_TYPE or not isinstance(detail, Mapping):
            return None
        instance, state = detail.get("instance-id"), detail.get("state")
        if not isinstance(instance, str) or not isinstance(state, str):
            return None
        return cls(
            event_id=str(envelope.get("id") or f"{instance}/{state}/{envelope.get('time')}"),
            instance=instance,
            state=state,
            account=str(envelope.get("account", "")),
            region=str(envelope.get("region", "")),
            time=str(envelope.get("time", "")),
        )

    @property
    def scaled(self) -> bool:
        """Whether Auto Scaling did it: by the caller, or by the instance's tag while none is known.

        A person's call on an instance of a group is the person's.
        """
        if self.cause is not None:
            return self.cause.by_autoscaling
        return bool(self.details.scaling_group) and not self.reason

    @property
    def reason(self) -> str:
        """Why EC2 says it came to this, where that names a cause better than nobody; else "".

        Source: EC2 API reference, StateReason. A reason belongs to the state at the time of asking.
        """
        has_told = self._has_ended and self.details.reason in TOLD_REASONS
        return self.details.reason if has_told else ""

    @property
    def by_a_call(self) -> bool:
        """Whether EC2 says that somebody's call ended it, and not AWS or the instance itself."""
        return self._has_ended and self.details.reason in _BY_A_CALL

    @property
    def _has_ended(self) -> bool:
        return self.state in {"stopping", "stopped", "shutting-down", "terminated"}


@dataclass(frozen=True, slots=True)
class DeniedCall:
    """A call to launch, start, stop or terminate instances that IAM refused."""

    event_id: str
    call: str
    account: str
    region: str
    time: str
    actor: Actor
    error: str
    source_ip: str
    user_agent: str
    instance_type: str = ""
    image: str = ""
    instances: tuple[str, ...] = ()

    @classmethod
    def parse(cls, call: ApiCall) -> DeniedCall | None:
        """The call as a denied one; None when it is another call, or AWS carried it out."""
        if call.source != "ec2.amazonaws.com" or call.name not in CALLS or not call.denied:
            return None
        return cls(
            event_id=call.event_id or f"{call.name}/{call.time}/{call.actor.arn[:200]}",
            call=call.name,
            account=call.account,
            region=call.region,
            time=call.time,
            actor=call.actor,
            error=call.error_code,
            source_ip=call.source_ip,
            user_agent=call.user_agent,
            instance_type=str(call.parameters.get("instanceType") or ""),
            image=_image(call.parameters),
            instances=tuple(_instance_ids(call.parameters)),
        )


def is_instance_id(text: str) -> bool:
    """Whether a text from an event may go into a call to EC2."""
    return bool(_INSTANCE_ID.fullmatch(text))


def caused(call: ApiCall) -> Iterator[tuple[str, Cause]]:
    """The instances that a successful call was about, with the cause it is for them."""
    if call.source != "ec2.amazonaws.com" or call.name not in CALLS or not call.succeeded:
        return
    scaled = call.actor.is_service and (
        call.actor.invoked_by == _AUTOSCALING
        or f":role/aws-service-role/{_AUTOSCALING}/" in call.actor.principal_arn
    )
    cause = Cause(
        call.name,
        call.time,
        call.event_id,
        who(call.actor),
        by_autoscaling=scaled,
        short=short(call.actor),
        source_ip=call.source_ip[:_LONGEST],
        user_agent=call.user_agent[:_LONGEST],
        user=call.actor.history_name[:_LONGEST],
    )
    for instance in _instance_ids(call.response) or _instance_ids(call.parameters):
        yield instance, cause


def _instance_ids(element: Mapping[str, Any]) -> list[str]:
    instances = element.get("instancesSet")
    items = instances.get("items") if isinstance(instances, Mapping) else None
    ids = [
        each.get("instanceId")
        for each in (items if isinstance(items, list) else [])[:_MOST_INSTANCES]
        if isinstance(each, Mapping)
    ]
    return [each for each in ids if isinstance(each, str) and is_instance_id(each)]


def _image(parameters: Mapping[str, Any]) -> str:
    """RunInstances has the image at the top, or in instancesSet."""
    instances = parameters.get("instancesSet")
    items = instances.get("items") if isinstance(instances, Mapping) else None
    first = items[0] if isinstance(items, list) and items and isinstance(items[0], Mapping) else {}
    return str(parameters.get("imageId") or first.get("imageId") or "")
