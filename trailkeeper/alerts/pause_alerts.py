"""What people are told of a pause of the repairs: who wanted it and why, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from trailkeeper.alerts import heal_alerts
from trailkeeper.alerts.alert import Alert, Command, Fact, Step
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import Report, Result
from trailkeeper.words.text import LONGEST_FIELD, Duration, Moment, Severity, Text, Value


def begun(author: str, reason: str, until: datetime, baseline: Baseline, now: datetime) -> Alert:
    """The alert that repairs other than logging wait until `until`."""
    who: Value = author or Text("actor.somebody")
    end = Moment(until.isoformat())
    return Alert(
        detection="repairs-paused",
        category="pause",
        severity=Severity.WARNING,
        what=Text("subject.paused", {"until": end}),
        who=_short(author),
        story=(Text("story.paused", {"who": who, "until": end, "reason": reason}),),
        dedup_key=f"pause/{until.isoformat()}",
        account=baseline.account,
        region=baseline.region,
        steps=(Step(Text("next.pause"), Command("resume")),),
        facts=(
            Fact("label.who", who),
            Fact("label.reason", reason),
            Fact("label.paused", end),
        ),
        repair=Command("status"),
        occurred_at=now.isoformat(),
    )


def no_pause(
    author: str, version: int, why: str, baseline: Baseline, now: datetime, *, parameter: str
) -> Alert:
    """The alert that what somebody wrote into the parameter asks for no pause that can be."""
    who: Value = author or Text("actor.somebody")
    return Alert(
        detection="pause-refused",
        category="pause",
        severity=Severity.WARNING,
        what=Text("subject.no_pause"),
        result=Text("result.repairs_go_on"),
        who=_short(author),
        story=(Text("story.no_pause", {"who": who, "parameter": parameter}),),
        dedup_key=f"pause-refused/{version}/{now:%Y-%m-%d}",
        account=baseline.account,
        region=baseline.region,
        steps=(Step(Text("next.no_pause"), Command("resume")),),
        facts=(Fact("label.who", who), Fact("label.reason", why[:LONGEST_FIELD])),
        occurred_at=now.isoformat(),
    )


class Paused(Protocol):
    """A pause that is over: `end` is when it ended by itself at the latest."""

    @property
    def author(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def started(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A call whose effect was left to wait for the end of the pause."""

    call: str
    author: str
    at: datetime


def _how_it_ended(found: Alert) -> tuple[Text, ...]:
    """What was done about what was found; how much it was is said before."""
    return tuple(each for each in found.story[1:] if each.key != "story.last_good")


def ended(
    pause: Paused,
    report: Report,
    baseline: Baseline,
    now: datetime,
    *,
    resumed_by: str = "",
    meanwhile: Sequence[Meanwhile] = (),
) -> Alert:
    """The alert that repairs go on, with what was changed while they waited, and by whom.

    `resumed_by` is who ended the pause before its time, "" if nobody did.
    """
    found = next(iter(heal_alerts.of_report(report, baseline, now, last_good=pause.started)), None)
    differing = sum(1 for each in report.outcomes if each.result is not Result.UNREADABLE)
    count: dict[str, Value] = {"count": differing}
    clean = "story.resumed_undone" if meanwhile else "story.resumed_clean"
    paused = (
        Text("story.resumed", {"at": Moment(now.isoformat())}),
        *((Text("story.resumed_drift", count),) if differing else ()),
        *(_how_it_ended(found) if found else (Text(clean),)),
    )
    facts = (
        Fact("label.paused_by", pause.author or Text("actor.somebody")),
        Fact("label.reason", pause.reason),
        Fact("label.paused_from", Text("gap.range", _span(pause.started, min(pause.end, now)))),
        *((Fact("label.resumed_by", resumed_by),) if resumed_by else ()),
        *(Fact("label.meanwhile", _call(each)) for each in meanwhile),
    )
    alert = found or Alert(
        detection="repairs-resumed",
        category="pause",
        severity=Severity.INFO,
        what=Text("subject.resumed"),
        dedup_key="",
        account=baseline.account,
        region=baseline.region,
        occurred_at=now.isoformat(),
    )
    return replace(
        alert,
        detection="repairs-resumed",
        category="pause",
        what=Text("subject.resumed_drift", count) if differing else Text("subject.resumed"),
        result=Text("result.unreadable") if found and not differing else alert.result,
        who=_short(resumed_by or pause.author),
        story=paused,
        facts=(*facts, *alert.facts),
        dedup_key=f"resumed/{pause.end.isoformat()}",
    )


def _call(each: Meanwhile) -> Text:
    who: Value = each.author or Text("actor.somebody")
    at = Moment(each.at.isoformat())
    return Text("meanwhile.call", {"call": each.call, "who": who, "at": at})


def _short(author: str) -> Text:
    """Whoever it is as a subject names him: AWS says an ARN, whose end is the name."""
    name = author.rpartition("/")[2]
    return Text("actor.short", {"name": name}) if name else Text("actor.nobody")


def _span(since: datetime, until: datetime) -> dict[str, Value]:
    return {
        "since": Moment(since.isoformat()),
        "until": Moment(until.isoformat()),
        "duration": Duration((until - since).total_seconds()),
    }
