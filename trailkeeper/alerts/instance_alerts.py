"""What happened to instances as alerts, and which of it people want to hear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from trailkeeper.alerts.alert import Alert, Command, Fact, Link, Step, known
from trailkeeper.alerts.call_facts import author as author_of
from trailkeeper.alerts.call_facts import origin
from trailkeeper.alerts.commands import shown, window
from trailkeeper.alerts.console import Console
from trailkeeper.events.instances import DeniedCall, Details, StateChange
from trailkeeper.events.principal import short, who
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


@dataclass(frozen=True, slots=True)
class Interest:
    """Which instance alerts people want; the settings explain each.

    `regions` are the home region and those of `ec2_regions`: a stack that was left behind in
    another one may still send its events.
    """

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
        if region not in self.regions:
            home, *others = self.regions
            return (
                f"region {region} is neither home_region ({home}) nor in ec2_regions "
                f"({', '.join(others) or 'none'})"
            )
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
    instance = {"instance": change.details.name or change.instance}
    cause = _cause(change)
    return Alert(
        detection=STATE_CHANGED,
        category=CATEGORY,
        severity=Severity.INFO,
        what=Text(
            _worded("subject", change), {**instance, "region": change.region, **_state(change)}
        ),
        who=_short(change),
        story=_story(change, cause, interest),
        dedup_key=f"{STATE_CHANGED}/{change.event_id}",
        account=change.account,
        region=change.region,
        steps=tuple(_steps(change, interest)),
        facts=tuple(_facts(change, cause, interest)),
        links=known(Link("link.instance", Console(change.region).instance(change.instance))),
        evidence=_calls(change),
        occurred_at=change.time or None,
        event_id=change.event_id,
        group=group_of(change),
    )


def _short(change: StateChange) -> Text:
    """The author as a subject names them."""
    cause = _cause(change)
    if change.cause and cause == change.cause.who:
        return change.cause.short or change.cause.who
    return cause or Text("actor.nobody")


def _worded(prefix: str, change: StateChange) -> str:
    return f"{prefix}.instance.{change.state if change.state in _TOLD_STATES else 'other'}"


def _state(change: StateChange) -> dict[str, Value]:
    return {} if change.state in _TOLD_STATES else {"state": change.state}


def _story(change: StateChange, cause: Text | None, interest: Interest) -> tuple[Text, ...]:
    what: dict[str, Value] = {
        "instance": _described(change.instance, change.details, interest),
        "region": change.region,
        "at": Moment(change.time),
        **_state(change),
    }
    if change.cause and cause == change.cause.who and change.state in _TOLD_STATES:
        return (Text(f"story.instance.{change.state}", {**what, "who": cause}),)
    found = Text(_worded("found", change), what)
    if cause and change.reason and not change.cause:
        return (found, Text("story.instance.cause", {"cause": cause}))
    if cause:
        return (found, Text("story.instance.by", {"who": cause}))
    return (
        found,
        Text("story.instance.nobody_called" if change.by_a_call else "story.instance.nobody"),
    )


def _described(instance: str, details: Details, interest: Interest) -> Value:
    """`web-1 (t3.micro, owner payments@example.com)`: what people know an instance by."""
    owner = details.tags.get(interest.owner_tag, "")
    name = details.name or instance
    if details.type and owner:
        return Text("instance.owned", {"name": name, "type": details.type, "owner": owner})
    return Text("instance.typed", {"name": name, "type": details.type}) if details.type else name


def _steps(change: StateChange, interest: Interest) -> Iterator[Step]:
    if change.reason and not change.cause:
        yield Step(Text(f"cause.next.{change.reason}"))
        return
    owner = change.details.tags.get(interest.owner_tag, "")
    asked: list[Value] = [
        *([change.cause.who] if change.cause and not change.scaled else []),
        *([owner] if owner else []),
    ]
    if len(asked) == 2:
        yield Step(Text("next.ask_either", {"first": asked[0], "second": asked[1]}))
    elif asked:
        yield Step(Text("next.ask", {"who": asked[0]}))
    else:
        yield Step(Text("next.find_caller"))
    at = {"instance": change.instance, "region": change.region}
    match change.state:
        case "pending" | "running":
            yield Step(Text("next.stop_instance"), Command("stop-instance", at))
        case "stopping" | "stopped":
            yield Step(Text("next.start_instance"), Command("start-instance", at))
        case "shutting-down" | "terminated":
            volumes = Command("left-volumes", {"region": change.region})
            yield Step(Text("next.gone_instance"), volumes)


def _facts(change: StateChange, cause: Text | None, interest: Interest) -> Iterator[Fact]:
    details = change.details
    yield Fact("label.who", cause or Text("actor.nobody_in_time"))
    if change.cause:
        yield Fact("label.source_ip", origin(change.cause.source_ip, change.cause.user_agent))
        yield Fact("label.call", f"ec2:{change.cause.call}")
    yield Fact("label.instance", change.instance)
    if details.unknown is not None:
        gone = Text("details.gone")
        why = Text("details.unknown", {"reason": details.unknown}) if details.unknown else gone
        yield Fact("label.details", why)
        return
    yield Fact("label.type", details.type)
    yield Fact("label.zone", details.zone)
    if details.launched:
        yield Fact("label.launched", Moment(details.launched))
    yield Fact("label.origin", _origin(details))
    yield Fact("label.owner", details.tags.get(interest.owner_tag, ""))
    yield Fact("label.private_address", details.private_address)
    yield Fact("label.public_address", details.public_address or Text("instance.no_address"))


def _calls(change: StateChange) -> Command | None:
    """The calls about the instance; a shutdown may follow its call by minutes."""
    span = window(change.time, timedelta(minutes=60), timedelta(minutes=30))
    where = {"region": change.region, **span}
    return shown(Command("calls-about", {"resource": change.instance, **where}))


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
    author_ = author_of(call.actor)
    what: dict[str, Value] = {"action": call.call, "region": call.region}
    span = window(call.time, timedelta(minutes=30), timedelta(minutes=30))
    where = {"region": call.region, **span}
    user = call.actor.history_name
    return Alert(
        detection=CALL_DENIED,
        category=CATEGORY,
        severity=Severity.WARNING,
        what=Text("subject.denied", what),
        result=Text("result.nothing_changed"),
        who=short(call.actor),
        story=(
            Text("denied.one", {**what, "who": author_, "at": Moment(call.time)}),
            Text("denied.nothing"),
        ),
        dedup_key=f"{CALL_DENIED}/{call.event_id}",
        account=call.account,
        region=call.region,
        steps=(
            Step(Text("next.ask", {"who": author_})),
            Step(Text("denied.next")),
        ),
        facts=(
            Fact("label.who", author_),
            Fact("label.source_ip", origin(call.source_ip, call.user_agent)),
            Fact("label.call", f"ec2:{call.call}"),
            Fact("label.error", call.error),
            Fact("label.instance", ", ".join(call.instances[:5])),
            Fact("label.type", call.instance_type),
            Fact("label.image", call.image),
            Fact("label.key", call.actor.access_key_id),
            Fact("label.principal", call.actor.arn),
        ),
        links=known(Link("link.event_history", Console(call.region).event_history(user=user))),
        evidence=shown(
            Command("calls-of-user", {"user": user, **where}),
            Command("calls-of-key", {"key": call.actor.access_key_id, **where}),
            Command("calls-named", {"events": call.call, **where}),
        ),
        occurred_at=call.time or None,
        event_id=call.event_id,
        group=group_of(call),
    )
