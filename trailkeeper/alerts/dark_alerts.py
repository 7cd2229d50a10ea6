"""The alert about a time in which the trail did not log and that was over before anybody looked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from trailkeeper.alerts.alert import Alert, Command, Fact, Step
from trailkeeper.alerts.commands import span
from trailkeeper.alerts.heal_alerts import DRIFT, gap_text
from trailkeeper.alerts.places import links
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import Gap, Report
from trailkeeper.words.text import Duration, Moment, Severity, Text

_MARGIN = timedelta(minutes=1)
_LOOK_BACK = timedelta(hours=1)
_EVENTS = "StopLogging,StartLogging,DeleteTrail,CreateTrail"


def was_dark(gap: Gap, baseline: Baseline, now: datetime, *, said: bool = False) -> Alert:
    """Between two times that the trail's status gives, nothing was recorded and nobody was told.

    `gap` has an end; its beginning is not known of a trail that was deleted and made again. Who did
    either is not known. `said`: people heard of it by a call, which event history has not
    confirmed.
    """
    until = gap.until or now
    since = gap.since or until - _LOOK_BACK
    around = span(since.isoformat(), until.isoformat(), _MARGIN, _MARGIN)
    what, result, story = _said(gap.since, until)
    return Alert(
        detection=DRIFT,
        category="trail",
        severity=Severity.WARNING,
        what=what,
        result=result,
        who=Text("actor.nobody"),
        story=(story, Text("story.was_dark_said" if said else "story.was_dark_by")),
        dedup_key=f"dark/{until.isoformat()}",
        account=baseline.account,
        region=baseline.region,
        steps=(
            Step(Text("next.find_author")),
            Step(Text("next.gap")),
            *((Step(Text("next.insights")),) if baseline.insight_types else ()),
        ),
        facts=(Fact("label.gap", gap_text(replace(gap, until=until))),),
        links=links(Report(gap=gap), baseline, now.isoformat()),
        evidence=Command("calls-named", {"events": _EVENTS, "region": baseline.region, **around}),
        occurred_at=(gap.since or until).isoformat(),
    )


def _said(since: datetime | None, until: datetime) -> tuple[Text, Text, Text]:
    """What happened, how it ended, and both in a sentence."""
    at = Moment(until.isoformat())
    if since is None:
        story = Text("story.was_gone", {"until": at})
        return Text("subject.was_gone"), Text("result.recreated"), story
    duration = Duration((until - since).total_seconds())
    story = Text("story.was_dark", {"since": Moment(since.isoformat()), "until": at})
    return Text("subject.was_dark"), Text("result.logs_again", {"duration": duration}), story
