"""What people are told of a reconcile: what a call did, and what was found that nobody explains."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from trailkeeper.alerts import call_facts
from trailkeeper.alerts.alert import Alert, Command, Fact, Link, Step, known
from trailkeeper.alerts.changes import changes, differences, document_text
from trailkeeper.alerts.commands import shown, span
from trailkeeper.alerts.console import Console
from trailkeeper.alerts.places import links
from trailkeeper.detections import DETECTIONS, hints
from trailkeeper.detections.detection import Detection
from trailkeeper.events.event import ApiCall
from trailkeeper.events.principal import short
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.evidence.names import PREFIX, RESPONSE_STACK
from trailkeeper.evidence.outcome import Gap, Outcome, Report, Result
from trailkeeper.words.text import LONGEST_FIELD, Duration, Moment, Severity, Text, Value

DRIFT = "drift-found"

_REFUSED = ("AccessDenied", "UnauthorizedOperation", "AuthorizationError")
# In the rules of a replication, which are compared as a whole (S3 API reference, Destination).
_COPIED_TO = re.compile(r'"Bucket": "arn:[\w-]+:s3:::([\w.-]{1,63})"', re.ASCII)
# How long an attacker's call may lie back when nobody knows when all was last in order.
_LOOK_BACK = timedelta(hours=1)
_MOST_LISTED = 5
_MARGIN = timedelta(minutes=1)
_AUTHOR_STEPS = (
    Step(Text("next.find_author")),
    Step(Text("next.own_repairs")),
    Step(Text("next.ask_author")),
)


@dataclass(frozen=True, slots=True)
class Open:
    """What waits for people, and since when they know of it."""

    outcome: Outcome
    since: datetime


def of_report(
    report: Report,
    baseline: Baseline,
    now: datetime,
    call: ApiCall | None = None,
    detection: Detection | None = None,
    *,
    last_good: datetime | None = None,
    still_open: tuple[Open, ...] = (),
    planned: ExpectedActor | None = None,
    response_failed: bool = False,
) -> tuple[Alert, ...]:
    """The alerts of a reconcile; none when there is nothing to say.

    With a call, the first says who did what and how it ended, even if all is in order: another run
    may have put it right before this event came. What was found beside it, which the call cannot
    have done, is told by itself, without an author. `last_good` is when all was last seen in order,
    `still_open` what people were told of before, `planned` the entry of the settings that has the
    call as planned. `response_failed`: the baseline is that of the deploy before the last one of
    the evidence.
    """
    if call is None or detection is None:
        found = _of_drift(report, baseline, now, last_good, response_failed=response_failed)
        return (found,) if found else ()
    of_the_call = tuple(each for each in report.outcomes if detection.can_touch(each.key))
    others = tuple(each for each in report.outcomes if each not in of_the_call)
    first = _of_call(
        replace(report, outcomes=of_the_call),
        baseline,
        now,
        call,
        detection,
        still_open=still_open,
        # Whatever is planned, a trail that does not log is nothing to be told quietly.
        planned=None if any(each.guard == "logging" for each in of_the_call) else planned,
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
    still_open: tuple[Open, ...],
    planned: ExpectedActor | None,
) -> Alert:
    author = call_facts.author(call.actor)
    resource: dict[str, Value] = {"resource": call_facts.mentioned(call)}
    named = bool(hints.resource(call))
    did = Text(detection.did_key(call.name, named=named), resource)
    story: list[Text] = [Text("story.call", {"who": author, "did": did, "at": Moment(call.time)})]
    if not call.time:
        story = [Text("story.call_untimed", {"who": author, "did": did})]
    unguarded = None if report.outcomes else detection.unguarded_key(call.name)
    ended = Text(unguarded) if unguarded else _ended(report)
    facts = [
        *call_facts.facts(call),
        *_call_facts(call),
        *_gap_facts(report),
        *call_facts.plan(planned),
    ]
    if still_open:
        documents = _documents(each.outcome for each in still_open)
        since = Moment(min(each.since for each in still_open).isoformat())
        facts.append(
            Fact("label.still_open", Text("open.since", {"documents": documents, "since": since}))
        )
    return Alert(
        detection=detection.id,
        category=detection.category,
        severity=_severity(
            report, detection, call, unguarded=unguarded is not None, planned=planned is not None
        ),
        what=_copied(report) or _what(detection, call, resource, named=named),
        result=Text("result.told") if unguarded else _result(ended),
        who=short(call.actor),
        story=(
            *story,
            *call_facts.omitted(call),
            ended,
            *_left(report),
            *call_facts.planned_story(planned),
        ),
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
        links=_links(report, baseline, call, detection),
        evidence=call_facts.evidence(call),
        repair=_repair(report, detection, call, baseline) or _end_copying(report, baseline),
        differences=tuple(differences(report)),
        occurred_at=call.time or now.isoformat(),
        event_id=call.event_id,
        group=_group(report, call, detection, unguarded=unguarded is not None, planned=planned),
    )


def _group(
    report: Report,
    call: ApiCall,
    detection: Detection,
    *,
    unguarded: bool,
    planned: ExpectedActor | None,
) -> str | None:
    """What is counted together when one principal does it again and again.

    Calls that changed nothing are, calls of which nothing but the event tells, and calls of one
    kind of which nothing can be put back, as a guard saw; what was put back, or should have been,
    is told each time.
    """
    told = _of(report, Result.TOLD)
    if report.outcomes != told:
        return None
    kind, what = "claims" if unguarded else "calls", f"{detection.id}:{call.name}"
    if told:
        kind = "losses"
        what = ":".join([detection.id, *sorted({each.key for each in told})])
    return call_facts.folded_under(kind, call, what, planned=planned is not None)


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
    unread = _all_unread(report)
    since = last_good - _MARGIN if last_good else now - _LOOK_BACK
    events = ",".join(dict.fromkeys(_events(report)))
    times = span(since.isoformat(), now.isoformat(), timedelta(), _MARGIN)
    around = {"region": baseline.region, **times}
    return Alert(
        detection=DRIFT,
        category="trail",
        severity=_drift_severity(report),
        what=what,
        result=None if unread else _result(ended),
        who=None if unread else Text("actor.nobody"),
        story=(
            *_checked(report, now),
            ended,
            *_left(report),
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
            *([] if unread else _AUTHOR_STEPS),
            *_later_steps(report, baseline),
        ),
        changes=tuple(changes(report)),
        verified=_verified(report),
        facts=tuple(_gap_facts(report)),
        links=links(report, baseline, now.isoformat()),
        evidence=None
        if unread
        else shown(Command("calls-named", {"events": events, **around}), Command("writes", around)),
        repair=_end_copying(report, baseline),
        differences=tuple(differences(report)),
        occurred_at=now.isoformat(),
    )


def _checked(report: Report, now: datetime) -> Iterator[Text]:
    """How much the check found to differ, or could not read if that is all."""
    at = Moment(now.isoformat())
    unread = len(_of(report, Result.UNREADABLE))
    differing = len(report.outcomes) - unread
    if differing:
        yield Text("story.drift", {"at": at, "count": differing})
    else:
        yield Text("story.unread", {"at": at, "count": unread})


def _all_unread(report: Report) -> bool:
    """Whether nothing was seen to differ, as nothing of it could be read."""
    return bool(report.outcomes) and report.outcomes == _of(report, Result.UNREADABLE)


def _of(report: Report, *results: Result) -> tuple[Outcome, ...]:
    return tuple(each for each in report.outcomes if each.result in results)


def _found(report: Report) -> Text:
    """What differed, for a subject: the first document by name, the others by number."""
    if _all_unread(report):
        return Text("subject.unreadable_parts", {"count": len(report.outcomes)})
    seen = [each for each in report.outcomes if each.result is not Result.UNREADABLE]
    first = next((each for each in seen if each.guard == "logging"), seen[0])
    if first.key == "logging.status":
        return Text("subject.found_gone" if first.gone else "subject.found_stopped")
    if (copied := _copied(report)) is not None:
        return copied
    document = {"document": document_text(first)}
    others = len(seen) - 1
    if not others:
        return Text("subject.drift", document)
    return Text("subject.drift_more", {**document, "count": others})


def _what(
    detection: Detection, call: ApiCall, resource: Mapping[str, Value], *, named: bool
) -> Text:
    """What the call did, in a few words; only closer words than the detection's name a resource."""
    key = detection.subject_key(call.name, named=named)
    return Text(key, resource if call.name in detection.said else {})


def _copied(report: Report) -> Text | None:
    """That the log files are copied to a bucket, which says more than that a setting changed."""
    for outcome in report.outcomes:
        if outcome.key == "log-bucket.replication" and outcome.result is Result.TOLD:
            for change in outcome.changes:
                if found := _COPIED_TO.search(change.before):
                    return Text("subject.copied", {"bucket": found[1]})
    return None


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
    if Result.FAILED in results and Result.HEALED in results:
        documents = _documents(_of(report, Result.FAILED))
        return Text("ended.failed_in_part", {"documents": documents})
    if Result.FAILED in results:
        return Text("ended.failed")
    if Result.HEALED in results:
        return _healed(report)
    if Result.UNREADABLE in results:
        documents = _documents(_of(report, Result.UNREADABLE))
        return Text("ended.unreadable", {"documents": documents})
    if Result.DEFERRED in results:
        waits = next(each for each in report.outcomes if each.result is Result.DEFERRED)
        return Text("ended.deferred", {"reason": Text(f"reason.{waits.reason}")})
    return Text("ended.told" if results else "ended.in_order")


def _healed(report: Report) -> Text:
    logging = next((each for each in report.healed if each.guard == "logging"), None)
    if logging is None:
        if report.left:
            return Text("ended.healed_in_part")
        recreated = any(each.gone for each in report.healed)
        return Text("ended.recreated" if recreated else "ended.healed")
    if logging.gone:
        return Text("ended.recreated")
    seconds = report.gap.seconds if report.gap else None
    if seconds is None:
        return Text("ended.started_again")
    return Text("ended.started", {"duration": Duration(seconds)})


def _left(report: Report) -> Iterator[Text]:
    """What is left to people, waits or was not read, where that is not how all of it ended."""
    told, waits = _of(report, Result.TOLD), _of(report, Result.DEFERRED)
    unread = _of(report, Result.UNREADABLE)
    if unread and _of(report, Result.HEALED, Result.FAILED):
        known: dict[str, Value] = {"count": len(unread), "documents": _documents(unread)}
        yield Text("story.unread_too", known)
    if told and told != report.outcomes:
        yield Text("story.left", {"documents": _documents(told)})
    if waits and len(waits) + len(told) != len(report.outcomes):
        reason = Text(f"reason.{waits[0].reason}")
        yield Text("story.waits", {"documents": _documents(waits), "reason": reason})


def _severity(
    report: Report, detection: Detection, call: ApiCall, *, unguarded: bool, planned: bool
) -> Severity:
    """What is needed of people: weaker than before and still so is critical, undone a warning."""
    if report.failed or call.actor.kind == "Root" or call.parameters.get("isOrganizationTrail"):
        return Severity.CRITICAL
    if planned:
        return Severity.INFO
    told = any(each.result is Result.TOLD for each in report.outcomes)
    if told or unguarded:
        return detection.severity
    return Severity.INFO if detection.severity is Severity.INFO else Severity.WARNING


def _drift_severity(report: Report) -> Severity:
    """Log files that go elsewhere do so until people end it."""
    return Severity.CRITICAL if report.failed or _copied(report) else Severity.WARNING


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
        yield Fact("label.gap", gap_text(report.gap))
    if report.paused_until:
        yield Fact("label.paused", Moment(report.paused_until.isoformat()))


def gap_text(gap: Gap) -> Text:
    """From when to when the trail did not log."""
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
    elif _of(report, Result.FAILED):
        yield Step(Text("next.repair"))
    elif report.failed:
        yield Step(Text("next.repair.unread"))
    if any(each.result is Result.TOLD for each in report.outcomes):
        yield Step(Text("next.look"))


def _later_steps(report: Report, baseline: Baseline) -> Iterator[Step]:
    if report.gap:
        yield Step(Text("next.gap"))
        if baseline.insight_types:
            yield Step(Text("next.insights"))


def _repair(
    report: Report, detection: Detection, call: ApiCall, baseline: Baseline
) -> Command | None:
    """Where our own alarms were changed and nothing puts them back, the command that does."""
    if detection.category != "alarm" or not report.found_nothing:
        return None
    match call.name:
        case "DisableAlarmActions":
            named = " ".join(each for each in hints.resources(call) if each.startswith(PREFIX))
            return shown(
                Command("enable-alarms", {"alarms": named, "region": call.region}),
                Command("revert-drift"),
            )
        case "PutAlarmMuteRule":
            name = call.parameters.get("name")
            rule = {"rule": name} if isinstance(name, str) else {}
            return shown(Command("delete-mute-rule", {**rule, "region": call.region}))
        case "SetAlarmState":
            return None
        case _ if (call.region or baseline.region) != baseline.region:
            return shown(Command("revert-satellite", {"region": call.region}))
        case _:
            return Command("revert-drift")


def _end_copying(report: Report, baseline: Baseline) -> Command | None:
    """What ends the copying of log files, for people who decide that they may not be copied."""
    return Command("end-copying", {"bucket": baseline.log_bucket}) if _copied(report) else None


def _links(
    report: Report, baseline: Baseline, call: ApiCall, detection: Detection
) -> tuple[Link, ...]:
    """Where to look: of an alarm, the alarm and not the trail."""
    named = hints.resources(call)
    if detection.category != "alarm" or not named:
        return links(report, baseline, call.time)
    console = Console(call.region or baseline.region)
    return known(
        Link("link.alarm", console.alarm(named[0])),
        Link("link.event_history", console.event_history(around=call.time)),
    )


def _events(report: Report) -> Iterator[str]:
    """The calls that can have changed what differed."""
    for outcome in report.outcomes:
        for detection in DETECTIONS:
            if detection.can_touch(outcome.key):
                yield from detection.events


def _documents(outcomes: Iterable[Outcome]) -> Text:
    return _listed([document_text(each) for each in outcomes])


def _listed(texts: list[Text]) -> Text:
    """The first of them, and how many more there are."""
    shown = texts[:_MOST_LISTED]
    if more := len(texts) - len(shown):
        shown.append(Text("change.more", {"count": more}))
    listed = shown[0]
    for each in shown[1:]:
        listed = Text("many.pair", {"first": listed, "second": each})
    return listed
