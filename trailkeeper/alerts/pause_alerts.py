"""What people are told of a pause of the repairs: who wanted it and why, and how it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from trailkeeper.alerts import heal_alerts
from trailkeeper.alerts.alert import Alert, Fact
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import Report
from trailkeeper.words.text import Moment, Severity, Text


def begun(author: str, reason: str, until: datetime, baseline: Baseline, now: datetime) -> Alert:
    """The alert that repairs other than logging wait until `until`."""
    return Alert(
        detection="repairs-paused",
        category="pause",
        severity=Severity.WARNING,
        headline=Text(
            "headline.paused",
            {"who": author or Text("actor.somebody"), "until": Moment(until.isoformat())},
        ),
        dedup_key=f"pause/{now.isoformat()}",
        account=baseline.account,
        region=baseline.region,
        facts=(
            Fact("label.who", author or Text("actor.somebody")),
            Fact("label.reason", reason),
            Fact("label.paused", Moment(until.isoformat())),
        ),
        next_steps=(Text("next.pause"),),
        command="trailkeeper status",
        occurred_at=now.isoformat(),
    )


def ended(end: datetime, report: Report, baseline: Baseline, now: datetime) -> Alert:
    """The alert that repairs go on, with what was changed while they waited."""
    found = heal_alerts.of_report(report, baseline, now)
    outcome = found.headline.params["outcome"] if found else Text("found.nothing")
    alert = found or Alert(
        detection="repairs-resumed",
        category="pause",
        severity=Severity.INFO,
        headline=Text("found.nothing"),
        dedup_key="",
        account=baseline.account,
        region=baseline.region,
        occurred_at=now.isoformat(),
    )
    return replace(
        alert,
        detection="repairs-resumed",
        category="pause",
        headline=Text("headline.resumed", {"outcome": outcome}),
        dedup_key=f"resumed/{end.isoformat()}",
    )
