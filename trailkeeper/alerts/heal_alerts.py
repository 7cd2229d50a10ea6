"""What people are told of a reconcile: what a call did, and what was found that nobody explains."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from trailkeeper.alerts import call_facts
from trailkeeper.alerts.alert import Alert, Command, Fact, Step
from trailkeeper.alerts.changes import changes, differences, document_text
from trailkeeper.alerts.commands import shown, window
from trailkeeper.alerts.places import links
from trailkeeper.detections import DETECTIONS
from trailkeeper.detections.detection import Detection
from trailkeeper.events.event import ApiCall
from trailkeeper.events.principal import short
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import RESPONSE_STACK
from trailkeeper.evidence.outcome import Gap, Outcome, Report, Result
from trailkeeper.words.text import LONGEST_FIELD, Duration, Moment, Severity, Text

DRIFT = "drift-found"

_REFUSED = ("AccessDenied", "UnauthorizedOperation", "AuthorizationError")
_LASTING = (Result.TOLD, Result.DEFERRED)
# How long an attacker's call may lie back when nobody knows when all was last in order.
_LOOK_BACK = timedelta(hours=1)
_MARGIN = timedelta(minutes=1)


def of_report(
    report: Report,
    baseline: Baseline,
    now: datetime,
    call: ApiCall | None = None,
    detection: Detection | None = None,
    *,
    last_good: datetime | None = None,
    response_failed: bool = False,
) -> tuple[Alert, ...]:
    """The alerts of a reconcile; none when there is nothing to say.

    With a call, the first says who did what and how it ended, even if all is in order: another run
    may have put it right before this event came. What was found beside it, which the call cannot
    have done, is told by itself, without an author. `last_good` is when all was last seen in order.
    `response_failed`: the baseline is that of the deploy before the last one of the evidence.
    """
    if call is None or detection is None:
        found = _of_drift(report, baseline, now, last_good, response_failed=response_failed)
        return (found,) if found else ()
    of_the_call = tuple(each for each in report.outcomes if detection.can_touch(each.key))
    others = tuple(each for each in report.outcomes if each not in of_the_call)
    open_ = tuple(each for each in others if each.result in _LASTING)
    first = _of_call(
        replace(report, outcomes=of_the_call), baseline, now, call, detection, still_open=open_
    )
    rest = _of_drift(replace(report, outcomes=others, gap=None), baseline, now, last_good)
    return (first, rest) if rest else (first,)


def _of_call(
    report: Report,
    baseline: Baseline,
    now: datetime,
    call: ApiCall,
    detection: Detection,
    *,
    still_open: tuple[Outcome, ...],
) -> Alert:
    author = call_facts.author(call.actor)
    did = Text(detection.did_key, {"resource": call_facts.named(call)})
    story: list[Text] = [Text("story.call", {"who": author, "did": did, "at": Moment(call.time)})]
    if not call.time:
        story = [Text("story.call_untimed", {"who": author, "did": did})]
    unguarded = None if report.outcomes else detection.unguarded_key(call.name)
    ended = Text(unguarded) if unguarded else _ended(report)
    facts = [*call_facts.facts(call), *_call_facts(call), *_gap_facts(report)]
    if still_open:
        documents = _listed([document_text(each) for each in still_open])
        facts.append(Fact("label.still_open", documents))
    return Alert(
        detection=detection.id,
        category=detection.category,
        severity=_severity(report, detection, call, unguarded=unguarded is not None),
        what=Text(detection.subject_key),
        result=Text("result.told") if unguarded else _result(ended),
        who=short(call.actor),
        story=(*story, ended, *_left(report)),
        dedup_key=_dedup_key(report, now, call),
        account=baseline.account,
        region=call.region or baseline.region,
        steps=(
            *_repair_steps(report),
            *(
                [Step(Text("next.organization"))]
                if call.parameters.get("isOrganizationTrail")
                else []
            ),
            *call_facts.steps(call, now),
            *_later_steps(report, baseline),
        ),
        changes=tuple(changes(report)),
        verified=_verified(report),
        facts=tuple(facts),
        links=links(report, baseline, call),
        evidence=call_facts.evidence(call),
        repair=_repair(report, detection),
        differences=tuple(differences(report)),
        occurred_at=call.time or now.isoformat(),
        event_id=call.event_id,
        group=None
        if report.outcomes or still_open or unguarded
        else call_facts.folded_under("calls", call, detection.id),
    )


def _of_drift(
    report: Report,
    baseline: Baseline,
    now: datetime,
    last_good: datetime | None,
    *,
    response_failed: bool = False,
) -> Alert | None:
    if report.found_nothing:
        return None
    what = _found(report)
    ended = _ended(report)
    since = last_good - _MARGIN if last_good else now - _LOOK_BACK
    events = ",".join(dict.fromkeys(_events(report)))
    span = {"region": baseline.region, **_window(since, now + _MARGIN)}
    return Alert(
        detection=DRIFT,
        category="trail",
        severity=_drift_severity(report),
        what=what,
        result=_result(ended),
        who=Text("actor.nobody"),
        story=(
            Text("story.drift", {"at": Moment(now.isoformat()), "count": len(report.outcomes)}),
            ended,
            *(
                [Text("story.last_good", {"at": Moment(last_good.isoformat())})]
                if last_good
                else []
            ),
            *([Text("story.response_failed")] if response_failed and report.healed else []),
        ),
        dedup_key=_dedup_key(report, now, None),
        account=baseline.account,
        region=baseline.region,
        steps=(
            *_repair_steps(report),
            Step(Text("next.find_author")),
            Step(Text("next.own_repairs")),
            *_later_steps(report, baseline),
        ),
        changes=tuple(changes(report)),
        verified=_verified(report),
        facts=tuple(_gap_facts(report)),
        links=links(report, baseline, None, now),
        evidence=shown(Command("calls-named", {"events": events, **span}), Command("writes", span)),
        repair=_repair(report, None),
        differences=tuple(differences(report)),
        occurred_at=now.isoformat(),
    )


def _found(report: Report) -> Text:
    """What differed, for a subject: the first document by name, the others by number."""
    unreadable = [each for each in report.outcomes if each.result is Result.UNREADABLE]
    if len(unreadable) == len(report.outcomes):
        return Text("subject.unreadable_parts", {"count": len(unreadable)})
    first = next((each for each in report.outcomes if each.guard == "logging"), report.outcomes[0])
    if first.guard == "logging" and first.document == "status":
        return Text("subject.found_gone" if first.gone else "subject.found_stopped")
    document = {"document": document_text(first)}
    others = len(report.outcomes) - 1
    if not others:
        return Text("subject.drift", document)
    return Text("subject.drift_more", {**document, "count": others})


def _call_facts(call: ApiCall) -> Iterator[Fact]:
    """Where a trail delivers, when the call says so: the first thing to know of a new one."""
    for label, parameter in (
        ("label.delivers_to", "s3BucketName"),
        ("label.log_group_of_trail", "cloudWatchLogsLogGroupArn"),
        ("label.topic_of_trail", "snsTopicName"),
    ):
        value = call.parameters.get(parameter)
        if isinstance(value, str) and value:
            yield Fact(label, value[:LONGEST_FIELD])


def _result(ended: Text) -> Text:
    """How it ended, in the few words of a subject."""
    return Text(f"result.{ended.key.removeprefix('ended.')}", ended.params)


def _ended(report: Report) -> Text:
    """How it ended, as a sentence."""
    results = {each.result for each in report.outcomes}
    if report.failed:
        return Text("ended.failed")
    if Result.HEALED in results:
        return _healed(report)
    if Result.DEFERRED in results:
        waits = next(each for each in report.outcomes if each.result is Result.DEFERRED)
        return Text("ended.deferred", {"reason": Text(f"reason.{waits.reason}")})
    return Text("ended.told" if results else "ended.in_order")


def _healed(report: Report) -> Text:
    logging = [each for each in report.of("logging") if each.result is Result.HEALED]
    if not logging:
        recreated = any(each.gone for each in report.healed)
        return Text("ended.recreated" if recreated else "ended.healed")
    if any(each.gone for each in logging):
        return Text("ended.recreated")
    seconds = report.gap.seconds if report.gap else None
    if seconds is None:
        return Text("ended.started_again")
    return Text("ended.started", {"duration": Duration(seconds)})


def _left(report: Report) -> Iterator[Text]:
    """What is still to do by people, when part of it was healed."""
    left = [each for each in report.outcomes if each.result is Result.TOLD]
    if report.healed and left:
        yield Text("story.left", {"documents": _listed([document_text(each) for each in left])})


def _severity(report: Report, detection: Detection, call: ApiCall, *, unguarded: bool) -> Severity:
    """What is needed of people: weaker than before and still so is critical, undone a warning."""
    if report.failed or call.actor.kind == "Root" or call.parameters.get("isOrganizationTrail"):
        return Severity.CRITICAL
    told = any(each.result is Result.TOLD for each in report.outcomes)
    if told or unguarded:
        return detection.severity
    return Severity.INFO if detection.severity is Severity.INFO else Severity.WARNING


def _drift_severity(report: Report) -> Severity:
    return Severity.CRITICAL if report.failed else Severity.WARNING


def _verified(report: Report) -> bool | None:
    if any(each.result is Result.FAILED for each in report.outcomes):
        return False
    return True if report.healed else None


def _dedup_key(report: Report, now: datetime, call: ApiCall | None) -> str:
    """The same event, or the same lasting drift within a day, is told once.

    A failure and the later success of a retry are two things to say. What the schedule healed is
    new each time it happens.
    """
    ended = "failed" if report.failed else "ok"
    if call is not None and call.event_id:
        return f"call/{call.event_id}/{ended}"
    if report.healed:
        return f"healed/{now.isoformat()}"
    lasting = sorted(
        [each.guard, each.document, each.result, each.reason, *_paths(each)]
        for each in report.outcomes
    )
    digest = hashlib.sha256(json.dumps(lasting).encode()).hexdigest()[:32]
    return f"drift/{digest}/{now:%Y-%m-%d}"


def _paths(outcome: Outcome) -> Iterable[str]:
    return (f"{change.path}={change.before}" for change in outcome.changes)


def _gap_facts(report: Report) -> Iterator[Fact]:
    if report.gap:
        yield Fact("label.gap", _gap(report.gap))
    if report.paused_until:
        yield Fact("label.paused", Moment(report.paused_until.isoformat()))


def _gap(gap: Gap) -> Text:
    if gap.since is None:
        return Text("gap.unknown")
    since = Moment(gap.since.isoformat())
    if gap.until is None:
        return Text("gap.open", {"since": since})
    return Text(
        "gap.range",
        {
            "since": since,
            "until": Moment(gap.until.isoformat()),
            "duration": Duration(gap.seconds or 0.0),
        },
    )


def _repair_steps(report: Report) -> Iterator[Step]:
    if any(each.reason == "bucket_taken" for each in report.outcomes):
        yield Step(Text("next.bucket"))
    if any(code in each.error for each in report.failed for code in _REFUSED):
        yield Step(Text("next.permissions", {"stack": RESPONSE_STACK}), Command("revert-drift"))
    elif report.failed:
        yield Step(Text("next.repair"))
    if any(each.result is Result.TOLD for each in report.outcomes):
        yield Step(Text("next.look"))


def _later_steps(report: Report, baseline: Baseline) -> Iterator[Step]:
    if report.gap:
        yield Step(Text("next.gap"))
        if baseline.insight_types:
            yield Step(Text("next.insights"))


def _repair(report: Report, detection: Detection | None) -> Command | None:
    """Where our own alarms were changed and nothing puts them back, the deploy that does."""
    if detection is not None and detection.category == "alarm" and report.found_nothing:
        return Command("revert-drift")
    return None


def _events(report: Report) -> Iterator[str]:
    """The calls that can have changed what differed."""
    for outcome in report.outcomes:
        for detection in DETECTIONS:
            if detection.can_touch(outcome.key):
                yield from detection.events


def _listed(texts: list[Text]) -> Text:
    listed = texts[0]
    for each in texts[1:5]:
        listed = Text("many.pair", {"first": listed, "second": each})
    return listed


def _window(since: datetime, until: datetime) -> dict[str, str]:
    return {
        "since": window(since.isoformat(), timedelta(), timedelta())["since"],
        "until": window(until.isoformat(), timedelta(), timedelta())["until"],
    }
