"""What people are told of a reconcile: what a call did, and what was found that nobody explains."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from trailkeeper.alerts import call_facts
from trailkeeper.alerts.alert import Alert, Command, Difference, Fact, Link, Step
from trailkeeper.alerts.commands import shown, window
from trailkeeper.alerts.console import Console
from trailkeeper.detections import DETECTIONS
from trailkeeper.detections.detection import Detection
from trailkeeper.events.event import ApiCall
from trailkeeper.events.principal import short
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import ABSENT, Change
from trailkeeper.evidence.names import LOG_GROUP, RESPONSE_STACK
from trailkeeper.evidence.outcome import Gap, Outcome, Report, Result
from trailkeeper.words.text import LONGEST_FIELD, Duration, Moment, Severity, Text, Value

DRIFT = "drift-found"

_MOST_CHANGES, _MOST_DIFFERENCES = 10, 40
_SHOWN_VALUE = 80
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
) -> tuple[Alert, ...]:
    """The alerts of a reconcile; none when there is nothing to say.

    With a call, the first says who did what and how it ended, even if all is in order: another run
    may have put it right before this event came. What was found beside it, which the call cannot
    have done, is told by itself, without an author. `last_good` is when all was last seen in order.
    """
    if call is None or detection is None:
        found = _of_drift(report, baseline, now, last_good)
        return (found,) if found else ()
    of_the_call = tuple(each for each in report.outcomes if detection.can_touch(each.key))
    others = tuple(each for each in report.outcomes if each not in of_the_call)
    open_ = tuple(each for each in others if each.result in _LASTING)
    first = _of_call(
        replace(report, outcomes=of_the_call), baseline, now, call, detection, still_open=open_
    )
    rest = _of_drift(replace(report, outcomes=others, gap=None), baseline, now, last_good)
    return (first, rest) if rest else (first,)


def attempted(call: ApiCall, detection: Detection, baseline: Baseline) -> Alert:
    """The alert of a call that AWS refused or that failed: nothing changed, but somebody tried.

    The same author trying the same thing is told once an hour.
    """
    author = call_facts.author(call.actor)
    known: dict[str, Value] = {"who": author, "call": call.name, "at": _moment(call.time)}
    ended = "denied" if call.denied else "failed"
    return Alert(
        detection="attempt-refused" if call.denied else "attempt-failed",
        category=detection.category,
        severity=Severity.WARNING if call.denied else Severity.INFO,
        what=Text(
            f"subject.attempt.{ended}",
            {"call": call.name, "kind": Text(f"kind.{detection.category}")},
        ),
        result=Text("result.nothing_changed"),
        who=short(call.actor),
        story=(Text(f"story.attempt.{ended}", known), Text("story.attempt.nothing")),
        dedup_key=f"attempt/{call.actor.arn}/{call.name}/{call.error_code}/{call.time[:13]}",
        account=baseline.account,
        region=call.region or baseline.region,
        steps=tuple(call_facts.steps(call, _time(call.time))),
        facts=(
            *call_facts.facts(call),
            Fact("label.error", f"{call.error_code}: {call.error_message}"[:LONGEST_FIELD]),
        ),
        links=_links(Report(), baseline, call),
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
        links=tuple(
            each for each in (Link("link.trail", Console(baseline.region).trail(arn)),) if each.url
        ),
        evidence=call_facts.evidence(call),
        occurred_at=call.time or None,
        event_id=call.event_id or None,
    )


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
    story: list[Text] = [Text("story.call", {"who": author, "did": did, "at": _moment(call.time)})]
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
            *call_facts.steps(call, now),
            *_later_steps(report, baseline),
        ),
        changes=tuple(_changes(report)),
        verified=_verified(report),
        facts=tuple(facts),
        links=_links(report, baseline, call),
        evidence=call_facts.evidence(call),
        repair=_repair(report, detection),
        differences=tuple(_differences(report)),
        occurred_at=call.time or now.isoformat(),
        event_id=call.event_id,
    )


def _of_drift(
    report: Report, baseline: Baseline, now: datetime, last_good: datetime | None
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
        changes=tuple(_changes(report)),
        verified=_verified(report),
        facts=tuple(_gap_facts(report)),
        links=_links(report, baseline, None, now),
        evidence=shown(Command("calls-named", {"events": events, **span}), Command("writes", span)),
        repair=_repair(report, None),
        differences=tuple(_differences(report)),
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
    bucket = call.parameters.get("s3BucketName")
    if isinstance(bucket, str):
        yield Fact("label.delivers_to", bucket[:LONGEST_FIELD])


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
    if report.failed or call.actor.kind == "Root":
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


def document_text(outcome: Outcome) -> Text:
    """The part of the evidence that an outcome is about: all of the resource if it was gone."""
    if outcome.gone:
        return Text(f"resource.{outcome.guard}")
    return Text(f"document.{outcome.guard}.{outcome.document}")


def _changes(report: Report) -> Iterator[Text]:
    for outcome in report.outcomes[:_MOST_CHANGES]:
        yield Text(
            "change.line",
            {
                "document": document_text(outcome),
                "found": _what_was_found(outcome),
                "done": _done(outcome),
            },
        )
    if len(report.outcomes) > _MOST_CHANGES:
        yield Text("change.more", {"count": len(report.outcomes) - _MOST_CHANGES})


def _what_was_found(outcome: Outcome) -> Text:
    whole = len(outcome.changes) > 1 and all(_is_missing(each) for each in outcome.changes)
    if outcome.gone or whole:
        return Text("change.gone")
    if outcome.guard == "logging" and outcome.document == "status":
        return Text("change.off")
    if not outcome.changes:
        return Text("change.unseen" if outcome.result is Result.UNREADABLE else "change.any")
    return _some([_difference(each) for each in outcome.changes])


def _some(differences: list[Text]) -> Text:
    first, *others = differences
    if not others:
        return first
    if len(others) == 1:
        return Text("many.pair", {"first": first, "second": others[0]})
    return Text("change.and_more", {"first": first, "count": len(others)})


def _is_missing(change: Change) -> bool:
    """Whether a whole member of the document is not there; all of them: the document is gone."""
    return change.before == ABSENT and not set(change.path) & {".", "["}


def _difference(change: Change) -> Text:
    path, before, after = change.path, _cut(change.before), _cut(change.after)
    if change.before == ABSENT:
        return Text("change.missing", {"path": path}) if path else Text("change.deleted")
    if change.after == ABSENT:
        return Text("change.added", {"path": path, "before": before})
    key = "change.differs" if path else "change.differs_whole"
    return Text(key, {"path": path, "before": before, "after": after})


def _cut(value: str) -> str:
    return value if len(value) <= _SHOWN_VALUE else value[: _SHOWN_VALUE - 1] + "…"


def _done(outcome: Outcome) -> Text:
    why: Value = outcome.error or Text(f"reason.{outcome.reason}")
    if outcome.result is not Result.HEALED:
        return Text(f"done.{outcome.result.value}", {"why": why})
    if outcome.gone:
        return Text("done.recreated")
    return Text("done.started" if outcome.guard == "logging" else "done.healed")


def _differences(report: Report) -> Iterator[Difference]:
    """Every difference whole, for programs; people get them short."""
    found = (
        Difference(f"{outcome.guard}.{outcome.document}", each.path, each.before, each.after)
        for outcome in report.outcomes
        for each in outcome.changes
    )
    for _, each in zip(range(_MOST_DIFFERENCES), found, strict=False):
        yield each


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


def _links(
    report: Report, baseline: Baseline, call: ApiCall | None, now: datetime | None = None
) -> tuple[Link, ...]:
    console = Console(baseline.region)
    since = report.gap.since if report.gap else None
    around = since.isoformat() if since else call.time if call else now.isoformat() if now else ""
    links = (
        *_resource_links(console, baseline, {each.guard for each in report.outcomes}),
        Link("link.event_history", console.event_history(around=around)),
    )
    return tuple(each for each in links if each.url)


def _resource_links(console: Console, baseline: Baseline, guards: set[str]) -> Iterable[Link]:
    """Where to look: the parts of the evidence that were not in order, the trail if none was."""
    if "log-bucket" in guards:
        yield Link("link.bucket", console.bucket(baseline.log_bucket))
    if "evidence-key" in guards and baseline.evidence_key_arn:
        yield Link("link.key", console.key(baseline.evidence_key_arn.rsplit("/", 1)[-1]))
    if "log-group" in guards:
        yield Link("link.log_group", console.log_group(LOG_GROUP))
    if not guards - {"delivery-role"} or guards & {"logging", "trail"}:
        yield Link("link.trail", console.trail(baseline.names.trail_arn))


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


def _moment(iso: str) -> Value:
    return Moment(iso) if iso else ""


def _time(iso: str) -> datetime:
    """The time of a call, before which sessions are revoked; without one, no session is."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
