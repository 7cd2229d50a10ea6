"""The alert of a CIS control: what its alarm means, and who made which calls from where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from trailkeeper.alerts import call_facts
from trailkeeper.alerts.alert import Alert, Command, Fact, Link, Step, known
from trailkeeper.alerts.commands import shown
from trailkeeper.alerts.console import Console
from trailkeeper.events.event import ApiCall
from trailkeeper.events.principal import short
from trailkeeper.evidence.controls import Control
from trailkeeper.evidence.names import LOG_GROUP
from trailkeeper.words.text import LONGEST_FIELD, Moment, Severity, Text, Value

CATEGORY = "monitoring"
# More lines than these are not read; the command shows them all.
MOST_SHOWN = 10
_SIGN_IN = "response.ConsoleLogin"
# CloudWatch looks at an alarm's metric about once a minute, and the log events of a call may carry
# a time some minutes before they arrived.
_BEFORE, _AFTER = timedelta(minutes=10), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when the calls behind an alarm are looked for."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """One call behind an alarm, without its bodies; `resource` is what it was about, untrusted."""

    call: ApiCall
    resource: str

    @classmethod
    def of(cls, record: Mapping[str, Any], control: Control) -> Found:
        """Read a record of the log group."""
        call = ApiCall.parse({"detail": record})
        named = (_at(path, call) for path in control.resources)
        resource = next((each for each in named if isinstance(each, str) and each), "")
        # A sign-in that fails has no error code (CloudTrail user guide, "Console sign-in events").
        failed = call.error_code or ("Failure" if _at(_SIGN_IN, call) == "Failure" else "")
        bare = replace(call, parameters={}, response={}, error_code=failed)
        return cls(bare, resource[:LONGEST_FIELD])


@dataclass(frozen=True, slots=True)
class Behind:
    """The calls behind an alarm; `complete` says whether these are all, `error` why there are none.

    They are in the order of the log group.
    """

    found: tuple[Found, ...] = ()
    complete: bool = True
    error: str = ""


def span_of(message: Mapping[str, Any]) -> Span | None:
    """When the calls behind an alarm were made, as its message says; None when it does not."""
    trigger = message.get("Trigger")
    trigger = trigger if isinstance(trigger, Mapping) else {}
    try:
        changed = datetime.fromisoformat(str(message.get("StateChangeTime"))).astimezone(UTC)
        judged = int(trigger.get("Period", 300)) * int(trigger.get("EvaluationPeriods", 1))
        return Span(changed - timedelta(seconds=judged) - _BEFORE, changed + _AFTER)
    except (ValueError, TypeError, OverflowError):
        return None


def control_alert(alarm: Alert, control: Control, span: Span | None, behind: Behind) -> Alert:
    """The alert of an alarm, with the calls behind it; `alarm` is what the alarm's message says."""
    calls = [each.call for each in behind.found]
    groups = _groups(behind.found)
    newest = max(calls, key=lambda call: call.time, default=None)
    detection = f"cis-{control.id}"
    return replace(
        alarm,
        detection=detection,
        category=CATEGORY,
        severity=Severity.WARNING,
        what=Text(f"subject.{detection}"),
        who=_who(calls),
        story=(Text(f"story.{detection}"), _counted(calls, behind)),
        steps=tuple(_steps(groups, newest)),
        facts=(
            *_facts(groups),
            Fact("label.control", Text("control.benchmark", {"number": control.number})),
            Fact("label.alarm", control.alarm),
        ),
        links=known(
            *alarm.links,
            Link("link.log_group", Console(alarm.region).log_group(LOG_GROUP)),
        ),
        evidence=_query(control, span, alarm.region),
        repair=None,
        occurred_at=newest.time if newest and newest.time else alarm.occurred_at,
        event_id=newest.event_id or None if newest and len(calls) == 1 else None,
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """Calls that read alike: the newest, how many, and from when."""

    newest: Found
    count: int
    since: str


def _groups(found: Iterable[Found]) -> list[_Group]:
    """Calls of one author, name, outcome and address together, those of the newest first."""
    groups: dict[tuple[str, ...], _Group] = {}
    for each in sorted(found, key=lambda one: one.call.time):
        call = each.call
        key = (_author(call), call.source, call.name, call.error_code, call.source_ip)
        before = groups.pop(key, None)
        groups[key] = _Group(
            each, before.count + 1 if before else 1, before.since if before else call.time
        )
    return list(reversed(groups.values()))


def _author(call: ApiCall) -> str:
    """What calls of one author have in common; a service has no ARN."""
    return call.actor.arn or call.actor.display


def _who(calls: Sequence[ApiCall]) -> Text | None:
    authors = {_author(call): call.actor for call in calls}
    if not authors:
        return None
    if len(authors) == 1:
        return short(next(iter(authors.values())))
    return Text("control.who_several", {"count": len(authors)})


def _counted(calls: Sequence[ApiCall], behind: Behind) -> Text:
    if behind.error:
        return Text("control.unread", {"why": behind.error})
    if not calls:
        return Text("control.none")
    times = sorted(call.time for call in calls)
    first, last = Moment(times[0]), Moment(times[-1])
    if not behind.complete:
        key = "control.counted_at_least"
    elif len(calls) == 1:
        return Text("control.counted_one", {"since": first})
    else:
        key = "control.counted"
    return Text(key, {"count": len(calls), "since": first, "until": last})


def _steps(groups: Sequence[_Group], newest: ApiCall | None) -> Iterator[Step]:
    if newest is None:
        yield Step(Text("control.next_unread"))
    elif len({_author(each.newest.call) for each in groups}) == 1:
        yield from call_facts.steps(newest, newest.at)
    else:
        yield Step(Text("control.next"))


def _facts(groups: Sequence[_Group]) -> Iterator[Fact]:
    if len(groups) == 1:
        yield from _of_one(groups[0].newest)
        return
    for each in groups[:MOST_SHOWN]:
        yield Fact("label.calls", _line(each))
    if left := sum(each.count for each in groups[MOST_SHOWN:]):
        yield Fact("label.more_calls", Text("control.not_shown", {"count": left}))


def _of_one(found: Found) -> Iterator[Fact]:
    call = found.call
    for fact in call_facts.facts(call):
        if fact.label != "label.resource":
            yield fact
        elif found.resource:
            yield Fact("label.resource", found.resource)
    if call.error_code:
        yield Fact("label.error", f"{call.error_code}: {call.error_message}"[:LONGEST_FIELD])


def _line(group: _Group) -> Text:
    call = group.newest.call
    name: Value = f"{call.source.removesuffix('.amazonaws.com')}:{call.name}"
    if call.error_code:
        name = Text("control.call_failed", {"call": name, "error": call.error_code})
    said: dict[str, Value] = {
        "who": call_facts.author(call.actor),
        "call": name,
        "origin": call.source_ip,
    }
    if group.count > 1:
        span = {"since": Moment(group.since), "until": Moment(call.time)}
        return Text("control.many", {**said, "count": group.count, **span})
    said["at"] = Moment(call.time)
    if group.newest.resource:
        return Text("control.one_of", {**said, "resource": group.newest.resource})
    return Text("control.one", said)


def _query(control: Control, span: Span | None, region: str) -> Command | None:
    if span is None:
        return None
    since, until = (f"{each:%Y-%m-%dT%H:%M:%S}Z" for each in (span.since, span.until))
    asked = {"control": control.id, "region": region, "since": since, "until": until}
    return shown(Command("control", asked))


def _at(path: str, call: ApiCall) -> Any:
    """What a path finds in a call's parameters, or behind "response." in its answer."""
    value: Any = call.response if path.startswith("response.") else call.parameters
    for name in path.removeprefix("response.").split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
