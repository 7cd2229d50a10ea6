"""Who called what from where: the facts, the evidence and the next steps of every call's alert."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from trailkeeper.alerts import access
from trailkeeper.alerts.alert import Command, Fact, Step
from trailkeeper.alerts.commands import shown, window
from trailkeeper.alerts.tools import tool
from trailkeeper.detections import hints
from trailkeeper.events.event import Actor, ApiCall
from trailkeeper.events.principal import who
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.words.text import LONGEST_FIELD, Moment, Text, Value

_AROUND = timedelta(minutes=30)
_LONGEST_PRINCIPAL = 200
_SOMEBODY = Text("actor.somebody")


def author(actor: Actor) -> Text:
    """The author, or somebody where the event names nobody."""
    found = who(actor)
    return _SOMEBODY if found.key == "actor.unknown" else found


def named(call: ApiCall) -> Value:
    """The resource that a call names; a text that says so where it names none."""
    resource = hints.resource(call)
    if resource:
        name = resource.rpartition("/")[2] if ":trail/" in resource else resource
        more = len(hints.resources(call)) - 1
        return Text("resource.and_more", {"name": name, "count": more}) if more > 0 else name
    return Text("resource.omitted" if call.parameters_omitted else "resource.unnamed")


def mentioned(call: ApiCall) -> Value:
    """The resource that a call names, for the middle of a sentence."""
    return named(call) if hints.resource(call) else Text("resource.unnamed_here")


def omitted(call: ApiCall) -> Iterator[Text]:
    """That CloudTrail left out what the call was about."""
    if call.parameters_omitted and not hints.resource(call):
        yield Text("story.omitted")


def facts(call: ApiCall) -> Iterator[Fact]:
    """Who, from where, which call; what identifies the caller last."""
    actor = call.actor
    yield Fact("label.who", author(actor))
    yield Fact("label.source_ip", origin(call.source_ip, call.user_agent))
    yield Fact("label.call", f"{call.source.removesuffix('.amazonaws.com')}:{call.name}")
    yield Fact("label.resource", named(call))
    if actor.mfa is not None:
        yield Fact("label.mfa", Text("mfa.yes" if actor.mfa else "mfa.no"))
    if actor.session_since:
        yield Fact("label.session_since", Moment(actor.session_since))
    yield Fact("label.key", actor.access_key_id[:LONGEST_FIELD])
    yield Fact("label.principal", actor.arn[:LONGEST_FIELD])


def planned_story(planned: ExpectedActor | None) -> Iterator[Text]:
    """That the settings have the call as planned."""
    if planned is not None:
        yield Text("story.planned")


def plan(planned: ExpectedActor | None) -> Iterator[Fact]:
    """What the settings say of a planned call: why, and until when."""
    if planned is not None and (planned.reason or planned.until):
        key = "planned.until" if planned.until else "planned.always"
        known = {"reason": planned.reason or Text("planned.no_reason"), "until": planned.until}
        yield Fact("label.planned", Text(key, known))


def origin(source_ip: str, user_agent: str) -> str:
    """From where and with what: `198.51.100.24, aws-cli 2.31 on macOS`."""
    used = "" if source_ip == user_agent else tool(user_agent)
    return ", ".join(each for each in (source_ip[:LONGEST_FIELD], used) if each)


def folded_under(kind: str, call: ApiCall, what: str, *, planned: bool) -> str:
    """Under which name `attempts`, `calls`, `claims`, `fights` or `losses` are counted together.

    `calls` changed nothing, of `claims` nobody but the event tells, of `losses` nothing can be put
    back; `what` was done, or lost.

    Whoever makes up a session name for each call is one principal all the same. What is planned is
    counted apart, as it is told quietly.
    """
    actor = call.actor
    service = actor.invoked_by if actor.is_service else ""
    without_arn = (actor.kind, actor.account, service, actor.name)
    principal = actor.principal_arn or "/".join(filter(None, without_arn)) or "nobody"
    name = f"{kind}/{what}/{principal[:_LONGEST_PRINCIPAL]}"
    return f"{name}/planned" if planned else name


def steps(call: ApiCall, since: datetime | None) -> Iterator[Step]:
    """Ask the author, and what cuts the author off if it was not meant.

    `since` is when older sessions are revoked at, None if nobody can tell.
    """
    asked = author(call.actor)
    if asked != _SOMEBODY:
        yield Step(Text("next.ask", {"who": asked}))
        yield access.cut(call.actor, since, call.region)
    else:
        yield Step(Text("next.find_author"))


def evidence(call: ApiCall) -> Command | None:
    """What else the author did around the call; the call itself is in what it lists."""
    span = {"region": call.region, **window(call.time, _AROUND, _AROUND)}
    return shown(
        Command("calls-of-user", {"user": call.actor.history_name, **span}),
        Command("calls-of-key", {"key": call.actor.access_key_id, **span}),
        Command("calls-named", {"events": call.name, **span}),
    )
