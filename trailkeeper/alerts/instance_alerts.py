"""What happened to instances as alerts, and which of it people want to hear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trailkeeper.alerts import history
from trailkeeper.alerts.alert import Alert, Fact, Link
from trailkeeper.alerts.console import Console
from trailkeeper.events.instances import DeniedCall, Details, StateChange
from trailkeeper.events.principal import who
from trailkeeper.evidence.defaults import AutoScaling
from trailkeeper.words.text import Moment, Severity, Text, Value

CATEGORY = "instances"
STATE_CHANGED = "ec2-state-change"
CALL_DENIED = "ec2-call-denied"
SUMMARY = "ec2-summary"

Happening = StateChange | DeniedCall

_TOLD_STATES = frozenset(
    {"pending", "running", "stopping", "stopped", "shutting-down", "terminated"}
)
_UNKNOWN_ACTOR = Text("actor.unknown")


@dataclass(frozen=True, slots=True)
class Interest:
    """Which instance alerts people want; the settings of the same names explain each."""

    states: tuple[str, ...]
    regions: tuple[str, ...]
    tags: Mapping[str, tuple[str, ...]]
    owner_tag: str
    autoscaling: AutoScaling

    def why_not_before_details(self, change: StateChange) -> str | None:
        """Why a change is of no interest, by what its event says; None when it is."""
        if change.state not in self.states:
            return f"state {change.state} is not in ec2_states ({', '.join(self.states)})"
        return self.why_not_region(change.region)

    def why_not_region(self, region: str) -> str | None:
        """Why nothing of a region is of interest; None when it is."""
        if self.regions and region not in self.regions:
            return f"region {region} is not in ec2_regions ({', '.join(self.regions)})"
        return None

    def why_not(self, change: StateChange) -> str | None:
        """Why a change is of no interest, with its details; None when it is.

        Without details the tags are not known, and then people are told.
        """
        if (reason := self.why_not_before_details(change)) is not None:
            return reason
        if self.autoscaling == "ignore" and change.scaled:
            return "Auto Scaling did it, and autoscaling is ignore"
        if change.details.unknown is not None:
            return None
        for key, values in self.tags.items():
            given = change.details.tags.get(key)
            if given is None:
                return f"the instance has no tag {key}, which ec2_tags asks for"
            if values and given not in values:
                return f"tag {key} is {given}, and ec2_tags asks for {' or '.join(values)}"
        return None

    def only_counted(self, happening: Happening) -> bool:
        """Whether it is told in summaries only, never by itself."""
        return (
            self.autoscaling == "summary"
            and isinstance(happening, StateChange)
            and happening.scaled
        )


def group_of(happening: Happening) -> str:
    """What is counted together: one state, or one call, of one account and region."""
    what = happening.call if isinstance(happening, DeniedCall) else happening.state
    return f"{CATEGORY}/{happening.account}/{happening.region}/{what}"


def author(happening: Happening) -> Text:
    """Who did it, the Auto Scaling group it was done for, or what EC2 says came over it."""
    if isinstance(happening, DeniedCall):
        return who(happening.actor)
    return _cause(happening) or Text("actor.nobody_known")


def _cause(change: StateChange) -> Text | None:
    group = change.details.scaling_group
    if change.scaled and group:
        return Text("origin.scaling", {"group": group})
    if change.cause:
        return change.cause.who
    return Text(f"cause.{change.reason}") if change.reason else None


def change_of(happening: Happening) -> Text:
    """What was done, in a word or two."""
    if isinstance(happening, DeniedCall):
        return Text("change.denied", {"action": happening.call})
    if happening.state in _TOLD_STATES:
        return Text(f"change.{happening.state}")
    return Text("change.other", {"state": happening.state})


def example_of(happening: Happening) -> Value:
    """What it happened to."""
    if isinstance(happening, DeniedCall):
        return happening.instances[0] if happening.instances else happening.instance_type
    return instance_name(happening.instance, happening.details)


def instance_name(instance: str, details: Details) -> Value:
    """Name and id, or the id when there is no name."""
    return (
        Text("instance.named", {"name": details.name, "id": instance}) if details.name else instance
    )


def alert_of(happening: Happening, interest: Interest) -> Alert:
    """One happening as an alert of its own."""
    if isinstance(happening, DeniedCall):
        return _denied(happening)
    return _changed(happening, interest)


def _changed(change: StateChange, interest: Interest) -> Alert:
    known = change.state in _TOLD_STATES
    headline = Text(
        f"instance.{change.state}" if known else "instance.other",
        {
            "instance": instance_name(change.instance, change.details),
            "region": change.region,
            **({} if known else {"state": change.state}),
        },
    )
    if cause := _cause(change):
        headline = Text("instance.by", {"headline": headline, "who": cause})
    gone = change.state in {"shutting-down", "terminated"}
    console = Console(change.region)
    return Alert(
        detection=STATE_CHANGED,
        category=CATEGORY,
        severity=Severity.INFO,
        headline=headline,
        dedup_key=f"{STATE_CHANGED}/{change.event_id}",
        account=change.account,
        region=change.region,
        facts=tuple(_facts(change, interest)),
        next_steps=(Text(_next(change, gone=gone)),),
        links=_links(("link.instance", console.instance(change.instance))),
        command=history.calls_about(change.instance, change.region, change.time),
        occurred_at=change.time or None,
        event_id=change.event_id,
        group=group_of(change),
    )


def _next(change: StateChange, *, gone: bool) -> str:
    if change.reason:
        return f"cause.next.{change.reason}"
    return "instance.next_gone" if gone else "instance.next"


def _facts(change: StateChange, interest: Interest) -> Iterator[Fact]:
    details = change.details
    yield Fact("label.who", _cause(change) or _UNKNOWN_ACTOR)
    if change.cause:
        yield Fact("label.what", change.cause.call)
    yield Fact("label.instance", change.instance)
    state = Text(f"change.{change.state}") if change.state in _TOLD_STATES else change.state
    yield Fact("label.state", state)
    if details.unknown is not None:
        gone = Text("details.gone")
        why = Text("details.unknown", {"reason": details.unknown}) if details.unknown else gone
        yield Fact("label.details", why)
        return
    yield Fact("label.name", details.name)
    yield Fact("label.type", details.type)
    yield Fact("label.zone", details.zone)
    if details.launched:
        yield Fact("label.launched", Moment(details.launched))
    yield Fact("label.origin", _origin(details))
    yield Fact("label.owner", details.tags.get(interest.owner_tag, ""))
    yield Fact("label.private_address", details.private_address)
    yield Fact("label.public_address", details.public_address)


def _origin(details: Details) -> Text:
    """Which service launched it: by the tags that AWS sets and nobody else may set."""
    if details.scaling_group:
        origin = Text("origin.scaling", {"group": details.scaling_group})
    elif fleet := details.tags.get("aws:ec2:fleet-id"):
        origin = Text("origin.fleet", {"fleet": fleet})
    elif fleet := details.tags.get("aws:ec2spot:fleet-request-id"):
        return Text("origin.spot_fleet", {"fleet": fleet})
    elif details.lifecycle in {"spot", "scheduled"}:
        return Text(f"origin.{details.lifecycle}")
    else:
        return Text("origin.direct")
    if details.lifecycle == "spot":
        return Text("many.pair", {"first": origin, "second": Text("origin.spot")})
    return origin


def _denied(call: DeniedCall) -> Alert:
    author_ = author(call)
    if author_ == _UNKNOWN_ACTOR:
        author_ = Text("actor.somebody")
    facts = (
        Fact("label.who", author_),
        Fact("label.what", call.call),
        Fact("label.error", call.error),
        Fact("label.instance", ", ".join(call.instances[:5])),
        Fact("label.type", call.instance_type),
        Fact("label.image", call.image),
        Fact("label.source_ip", call.source_ip),
        Fact("label.user_agent", call.user_agent),
    )
    user = call.actor.session or call.actor.name
    return Alert(
        detection=CALL_DENIED,
        category=CATEGORY,
        severity=Severity.WARNING,
        headline=Text("denied.one", {"who": author_, "action": call.call, "region": call.region}),
        dedup_key=f"{CALL_DENIED}/{call.event_id}",
        account=call.account,
        region=call.region,
        facts=facts,
        next_steps=(Text("denied.next"),),
        links=_links(("link.event_history", Console(call.region).event_history(user=user))),
        command=history.calls_of(call.actor, call.region, call.time),
        occurred_at=call.time or None,
        event_id=call.event_id,
        group=group_of(call),
    )


def _links(*pairs: tuple[str, str]) -> tuple[Link, ...]:
    return tuple(Link(label, url) for label, url in pairs if url)
