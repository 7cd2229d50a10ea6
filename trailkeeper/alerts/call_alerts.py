"""What people are told of a call on its own: one that was refused, one against another trail."""

from __future__ import annotations

from datetime import UTC, datetime

from trailkeeper.alerts import call_facts
from trailkeeper.alerts.alert import Alert, Fact, Link, known
from trailkeeper.alerts.console import Console
from trailkeeper.alerts.places import links
from trailkeeper.detections.detection import Detection
from trailkeeper.events.event import ApiCall
from trailkeeper.events.principal import short
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.evidence.outcome import Report
from trailkeeper.words.text import LONGEST_FIELD, Moment, Severity, Text, Value


def attempted(
    call: ApiCall, detection: Detection, baseline: Baseline, planned: ExpectedActor | None = None
) -> Alert:
    """The alert of a call that AWS refused or that failed: nothing changed, but somebody tried.

    The same author trying the same thing is told once an hour. `planned` is the entry of the
    settings that has the call as planned.
    """
    author = call_facts.author(call.actor)
    known: dict[str, Value] = {"who": author, "call": call.name, "at": _moment(call.time)}
    ended = "denied" if call.denied else "failed"
    return Alert(
        detection="attempt-refused" if call.denied else "attempt-failed",
        category=detection.category,
        severity=Severity.WARNING if call.denied and planned is None else Severity.INFO,
        what=Text(
            f"subject.attempt.{ended}",
            {"call": call.name, "kind": Text(f"kind.{detection.category}")},
        ),
        result=Text("result.nothing_changed"),
        who=short(call.actor),
        story=(
            Text(f"story.attempt.{ended}", known),
            Text("story.attempt.nothing"),
            *call_facts.planned_story(planned),
        ),
        dedup_key=f"attempt/{call.actor.arn}/{call.name}/{call.error_code}/{call.time[:13]}",
        account=baseline.account,
        region=call.region or baseline.region,
        steps=tuple(call_facts.steps(call, _time(call.time))),
        facts=(
            *call_facts.facts(call),
            Fact("label.error", f"{call.error_code}: {call.error_message}"[:LONGEST_FIELD]),
            *call_facts.plan(planned),
        ),
        links=links(Report(), baseline, call),
        evidence=call_facts.evidence(call),
        occurred_at=call.time or None,
        event_id=call.event_id or None,
    )


def other_trail(
    call: ApiCall, baseline: Baseline, arn: str, outcome: str, error: str, *, verified: bool | None
) -> Alert:
    """The alert of another trail of the account that somebody stopped.

    `outcome` is `started_again`, `ignored` or `failed`, `error` AWS's words when starting failed.
    """
    author = call_facts.author(call.actor)
    name = arn.rsplit("/", 1)[-1]
    failed = verified is False
    ending = {
        "started_again": Text("ended.started_again"),
        "ignored": Text("ended.ignored"),
    }.get(outcome, Text("ended.other_failed", {"why": error}))
    return Alert(
        detection="trail-stopped",
        category="trail",
        severity=Severity.CRITICAL if failed else Severity.WARNING,
        what=Text("subject.other_trail_stopped", {"trail": name}),
        result=Text("result.failed") if failed else Text(f"result.{outcome}"),
        who=short(call.actor),
        story=(
            Text("story.other_trail", {"who": author, "trail": name, "at": _moment(call.time)}),
            ending,
        ),
        dedup_key=f"other-trail/{arn}/{call.event_id}/{'failed' if failed else 'ok'}",
        account=baseline.account,
        region=call.region or baseline.region,
        steps=tuple(call_facts.steps(call, _time(call.time))),
        verified=verified,
        facts=tuple(call_facts.facts(call)),
        links=known(Link("link.trail", Console(baseline.region).trail(arn))),
        evidence=call_facts.evidence(call),
        occurred_at=call.time or None,
        event_id=call.event_id or None,
    )


def _moment(iso: str) -> Value:
    return Moment(iso) if iso else ""


def _time(iso: str) -> datetime:
    """The time of a call, before which sessions are revoked; without one, no session is."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
