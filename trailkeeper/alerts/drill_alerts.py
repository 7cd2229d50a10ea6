"""What people are told of a drill: that one comes, that a stop was one, and tests of the alerts.

Every alert of a drill has a key that begins with `KEY`, by which its way to people is measured.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from trailkeeper.alerts.alert import Alert, Fact, Step
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.words.text import Moment, Severity, Text, Value

KEY = "drill"
ANNOUNCED, STOPPED, FOUND, TEST = "announced", "stopped", "found", "test"

CATEGORY = "drill"


def key(drill: str, what: str) -> str:
    """The key of an alert of a drill: what of it the alert is about."""
    return f"{KEY}/{drill}/{what}"


def of_key(dedup_key: str) -> tuple[str, str] | None:
    """The drill that an alert is of, and what of it, None if it is of none."""
    first, _, rest = dedup_key.partition("/")
    drill, found, what = rest.partition("/")
    return (drill, what.partition("/")[0]) if first == KEY and found else None


def announced(drill: str, author: str, until: datetime, baseline: Baseline, now: datetime) -> Alert:
    """The alert that somebody will stop the trail on purpose before `until`."""
    who = _name(author)
    return Alert(
        detection="drill-announced",
        category=CATEGORY,
        severity=Severity.INFO,
        what=Text("subject.drill_announced"),
        who=_short(author),
        story=(
            Text("story.drill_announced", {"who": who, "until": Moment(until.isoformat())}),
            Text("story.drill_others", {"who": who}),
        ),
        dedup_key=key(drill, ANNOUNCED),
        account=baseline.account,
        region=baseline.region,
        steps=(Step(Text("next.drill", {"who": who})),),
        facts=(Fact("label.announced_by", author or who),),
        occurred_at=now.isoformat(),
    )


def stopped(alert: Alert, drill: str, author: str, at: datetime) -> Alert:
    """The alert of a stop that is a drill: the same as of any other, and that it is one.

    What was put right is no reason to be loud; what was not stays as loud as it is.
    """
    who = _name(author)
    calm = alert.verified is not False and alert.severity is not Severity.CRITICAL
    return replace(
        alert,
        severity=Severity.INFO if calm else alert.severity,
        what=Text("subject.drill", {"what": alert.what}),
        story=(*alert.story, Text("story.drill", {"who": who, "at": Moment(at.isoformat())})),
        steps=(Step(Text("next.drill", {"who": who})), *_other_steps(alert)),
        dedup_key=f"{key(drill, STOPPED)}/{alert.dedup_key}",
    )


def found(alert: Alert, drill: str, author: str, at: datetime) -> Alert:
    """The alert of a trail that was found stopped while a drill was announced: it may be that."""
    said = {"who": _name(author), "at": Moment(at.isoformat())}
    return replace(
        alert,
        story=(*alert.story, Text("story.drill_perhaps", said)),
        dedup_key=f"{key(drill, FOUND)}/{alert.dedup_key}",
    )


def test(drill: str, author: str, baseline: Baseline, now: datetime) -> Alert:
    """An alert that says nothing but that it came."""
    who = _name(author)
    return Alert(
        detection="alerts-tested",
        category=CATEGORY,
        severity=Severity.INFO,
        what=Text("subject.alert_test"),
        result=Text("result.alert_test"),
        who=_short(author),
        story=(Text("story.alert_test", {"who": who, "at": Moment(now.isoformat())}),),
        dedup_key=key(drill, TEST),
        account=baseline.account,
        region=baseline.region,
        facts=(Fact("label.sent_by", author or who),),
        occurred_at=now.isoformat(),
    )


def _other_steps(alert: Alert) -> tuple[Step, ...]:
    """What else to do; that the author is to be asked is said already."""
    return tuple(each for each in alert.steps if each.text.key != "next.ask")


def _name(author: str) -> Value:
    """What an ARN ends with: the name of a user or a session, or root."""
    return author.rpartition("/")[2].rpartition(":")[2] or Text("actor.somebody")


def _short(author: str) -> Text:
    return Text("actor.short", {"name": _name(author)}) if author else Text("actor.nobody")
