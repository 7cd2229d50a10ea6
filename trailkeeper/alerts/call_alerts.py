"""What people are told of a call that was refused or failed."""

from __future__ import annotations

from datetime import datetime

from trailkeeper.alerts import call_facts
from trailkeeper.alerts.alert import Alert, Fact
from trailkeeper.alerts.places import links
from trailkeeper.detections.detection import Detection
from trailkeeper.events.event import ApiCall
from trailkeeper.events.principal import short
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.evidence.outcome import Report
from trailkeeper.words.text import LONGEST_FIELD, Moment, Severity, Text, Value


def attempted(
    call: ApiCall,
    detection: Detection,
    baseline: Baseline,
    now: datetime,
    planned: ExpectedActor | None = None,
) -> Alert:
    """The alert of a call that AWS refused or that failed: nothing changed, but somebody tried.

    The same principal trying the same thing is told once an hour, by our clock. `planned` is the
    entry of the settings that has the call as planned.
    """
    author = call_facts.author(call.actor)
    known: dict[str, Value] = {"who": author, "call": call.name, "at": _moment(call.time)}
    ended = "denied" if call.denied else "failed"
    group = call_facts.folded_under("attempts", call, detection.id, planned=planned is not None)
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
        dedup_key=f"{group}/{call.name}/{ended}/{now:%Y-%m-%dT%H}",
        account=baseline.account,
        region=call.region or baseline.region,
        steps=tuple(call_facts.steps(call, call.at)),
        facts=(
            *call_facts.facts(call),
            Fact("label.error", f"{call.error_code}: {call.error_message}"[:LONGEST_FIELD]),
            *call_facts.plan(planned),
        ),
        links=links(Report(), baseline, call.time),
        evidence=call_facts.evidence(call),
        occurred_at=call.time or None,
        event_id=call.event_id or None,
        group=group,
    )


def _moment(iso: str) -> Value:
    return Moment(iso) if iso else ""
