"""What people are told of who stopped the trail, where events named somebody else for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trailkeeper.alerts import call_facts
from trailkeeper.alerts.alert import Alert, Command, Fact, Link, Step, known
from trailkeeper.alerts.commands import shown, span
from trailkeeper.alerts.console import Console
from trailkeeper.events.event import ApiCall
from trailkeeper.events.principal import short
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import HEAL_FUNCTION
from trailkeeper.words.text import LONGEST_FIELD, Moment, Severity, Text, Value

DETECTION = "stop-caller"

_MOST_SHOWN = 5
_MARGIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StopCaller:
    """A stop of the trail at the time that its status says, the calls that event history has of it.

    `others` are whom events named for it and the history does not, untrusted: ARNs, or names.
    """

    stopped: datetime
    calls: tuple[ApiCall, ...]
    others: tuple[str, ...]


def of_stops(found: Sequence[StopCaller], baseline: Baseline, now: datetime) -> Alert:
    """The alert of who stopped the trail, at least one time, as event history says."""
    calls = [call for each in found for call in each.calls]
    callers = len({call.actor.principal_arn or call.actor.display for call in calls})
    by_one = callers == 1
    last = calls[-1]
    first, until = found[0].stopped, found[-1].stopped
    since = Moment(first.isoformat())
    count: dict[str, Value] = {"count": len(found)}
    digest = hashlib.sha256("\n".join(each.stopped.isoformat() for each in found).encode())
    around = {
        "region": baseline.region,
        **span(first.isoformat(), until.isoformat(), _MARGIN, _MARGIN),
    }
    console = Console(baseline.region)
    return Alert(
        detection=DETECTION,
        category="trail",
        severity=Severity.CRITICAL,
        what=Text("subject.callers", count),
        who=short(last.actor) if by_one else Text("folded.principals", {"count": callers}),
        story=(
            Text("story.callers_once", {"since": since})
            if len(found) == 1
            else Text("story.callers", {**count, "since": since}),
            Text("story.callers_named"),
        ),
        dedup_key=f"{DETECTION}/{digest.hexdigest()[:32]}",
        account=baseline.account,
        region=baseline.region,
        steps=(
            *(call_facts.steps(last, now) if by_one else [Step(Text("next.callers"))]),
            Step(Text("next.callers_innocent")),
            Step(Text("next.forged", {"function": HEAL_FUNCTION})),
        ),
        facts=(
            *_stops(found),
            *_others(found),
            *(call_facts.facts(last) if by_one else ()),
        ),
        links=known(
            Link("link.trail", console.trail(baseline.names.trail_arn)),
            Link("link.event_history", console.event_history(around=last.time)),
        ),
        evidence=call_facts.evidence(last)
        if by_one
        else shown(Command("calls-named", {"events": "StopLogging,DeleteTrail", **around})),
        occurred_at=now.isoformat(),
    )


def _stops(found: Sequence[StopCaller]) -> Iterator[Fact]:
    """The stops and their callers, the first ones."""
    for each in found[:_MOST_SHOWN]:
        for call in each.calls[:_MOST_SHOWN]:
            params: dict[str, Value] = {
                "at": Moment(each.stopped.isoformat()),
                "call": call.name,
                "who": call_facts.author(call.actor),
            }
            yield Fact("label.stopped_by", Text("callers.stop", params))
    if (left := len(found) - _MOST_SHOWN) > 0:
        yield Fact("label.stopped_by", Text("change.more", {"count": left}))


def _others(found: Sequence[StopCaller]) -> Iterator[Fact]:
    others = tuple(dict.fromkeys(name for each in found for name in each.others))
    for name in others[:_MOST_SHOWN]:
        yield Fact("label.claimed", name[:LONGEST_FIELD])
    if (left := len(others) - _MOST_SHOWN) > 0:
        yield Fact("label.claimed", Text("change.more", {"count": left}))
