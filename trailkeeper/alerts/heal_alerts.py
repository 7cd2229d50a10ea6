"""What people are told of a reconcile: one alert for all that one run found and did."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from trailkeeper.alerts import history
from trailkeeper.alerts.alert import Alert, Fact, Link
from trailkeeper.alerts.console import Console
from trailkeeper.detections import hints
from trailkeeper.detections.catalogue import Detection
from trailkeeper.events.event import ApiCall
from trailkeeper.events.principal import who
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import LOG_GROUP, RESPONSE_STACK
from trailkeeper.evidence.outcome import Gap, Outcome, Report, Result
from trailkeeper.words.text import LONGEST_FIELD, Duration, Moment, Severity, Text, Value

_MOST_CHANGES = 12
_REFUSED = ("AccessDenied", "UnauthorizedOperation", "AuthorizationError")


def of_report(
    report: Report,
    baseline: Baseline,
    now: datetime,
    call: ApiCall | None = None,
    detection: Detection | None = None,
) -> Alert | None:
    """The alert of a reconcile, None when there is nothing to say.

    With a call, it says who did what, even if all is in order: another run may have put it right
    before this event came. Without one (the schedule found it), it says what was found.
    """
    named = call is not None and detection is not None
    if report.found_nothing and not named:
        return None
    ending = _ending(report)
    headline = (
        Text("headline.call", {"who": _author(call), "did": _did(call, detection), **ending})
        if named and call and detection
        else Text("headline.found", {"found": _found(report, baseline), **ending})
    )
    return Alert(
        detection=detection.id if detection else "drift-found",
        category=detection.category if detection else "trail",
        severity=_severity(report, detection if named else None),
        headline=headline,
        dedup_key=_dedup_key(report, now, call),
        account=baseline.account,
        region=call.region if call and call.region else baseline.region,
        facts=(*_call_facts(call), *_report_facts(report)),
        actions=tuple(_action(each) for each in report.outcomes) or (Text("action.in_order"),),
        verified=_verified(report),
        next_steps=tuple(_next_steps(report, baseline, call)),
        links=_links(report, baseline, call),
        command=_command(baseline, call),
        occurred_at=call.time if call and call.time else now.isoformat(),
        event_id=call.event_id if call else None,
    )


def attempted(call: ApiCall, detection: Detection, baseline: Baseline) -> Alert:
    """The alert of a call that AWS refused or that failed: nothing changed, but somebody tried.

    The same author trying the same thing is told once an hour.
    """
    author = _author(call)
    headline = (
        Text("headline.refused", {"who": author, "call": call.name})
        if call.denied
        else Text("headline.attempt", {"who": author, "call": call.name, "error": call.error_code})
    )
    hour = call.time[:13]
    return Alert(
        detection="attempt-refused" if call.denied else "attempt-failed",
        category=detection.category,
        severity=Severity.INFO,
        headline=headline,
        dedup_key=f"attempt/{call.actor.arn}/{call.name}/{call.error_code}/{hour}",
        account=baseline.account,
        region=call.region or baseline.region,
        facts=(
            *_call_facts(call),
            Fact("label.error", f"{call.error_code}: {call.error_message}"[:LONGEST_FIELD]),
        ),
        actions=(Text("action.none"),),
        next_steps=(Text("next.refused", {"who": author}),),
        links=_links(Report(), baseline, call),
        command=_command(baseline, call),
        occurred_at=call.time or None,
        event_id=call.event_id or None,
    )


def other_trail(
    call: ApiCall, baseline: Baseline, arn: str, outcome: str, error: str, *, verified: bool | None
) -> Alert:
    """The alert of another trail of the account that somebody stopped.

    `outcome` is a key of the text catalogue, `error` AWS's words when starting it failed.
    """
    author = _author(call)
    name = arn.rsplit("/", 1)[-1]
    failed = verified is False
    action = {
        "outcome.started_again": Text("action.started"),
        "outcome.ignored": Text("action.none"),
    }.get(outcome, Text("action.failed", {"document": name, "error": error}))
    return Alert(
        detection="trail-stopped",
        category="trail",
        severity=Severity.CRITICAL if failed else Severity.WARNING,
        headline=Text(
            "headline.other_trail", {"who": author, "trail": name, "outcome": Text(outcome)}
        ),
        dedup_key=f"other-trail/{arn}/{call.event_id}/{'failed' if failed else 'ok'}",
        account=baseline.account,
        region=call.region or baseline.region,
        facts=(Fact("label.resource", arn), *_call_facts(call)),
        actions=(action,),
        verified=verified,
        next_steps=(Text("next.author", {"who": author}),),
        links=_found_links(Link("link.trail", Console(baseline.region).trail(arn))),
        command=_command(baseline, call),
        occurred_at=call.time or None,
        event_id=call.event_id or None,
    )


def _author(call: ApiCall | None) -> Text:
    author = who(call.actor) if call else Text("actor.somebody")
    return Text("actor.somebody") if author.key == "actor.unknown" else author


def _did(call: ApiCall, detection: Detection) -> Text:
    named = hints.resource(call)
    shown = named.rsplit("/", 1)[-1] if ":trail/" in named else named
    return Text(detection.did_key, {"resource": shown})


def _found(report: Report, baseline: Baseline) -> Text:
    trail: dict[str, Value] = {"trail": baseline.trail_name}
    status = [each for each in report.of("logging") if each.document == "status"]
    if status and status[0].changes:
        return Text("found.gone" if status[0].gone else "found.stopped", trail)
    unreadable = [each for each in report.outcomes if each.result is Result.UNREADABLE]
    if unreadable and len(unreadable) == len(report.outcomes):
        return Text("found.unreadable", {"count": len(unreadable)})
    return Text("found.drift", {"count": len(report.outcomes)})


def _ending(report: Report) -> dict[str, Value]:
    return {"outcome": _ending_text(report)}


def _ending_text(report: Report) -> Text:
    results = {each.result for each in report.outcomes}
    if report.failed:
        return Text("outcome.failed")
    if Result.HEALED in results:
        return _healed_text(report)
    if Result.DEFERRED in results:
        return Text("outcome.deferred")
    return Text("outcome.told" if results else "outcome.in_order")


def _healed_text(report: Report) -> Text:
    logging = report.of("logging")
    if not any(each.result is Result.HEALED for each in logging):
        recreated = any(each.gone for each in report.healed)
        return Text("outcome.recreated" if recreated else "outcome.healed")
    if any(each.gone for each in logging):
        return Text("outcome.recreated")
    seconds = report.gap.seconds if report.gap else None
    if seconds is None:
        return Text("outcome.started_again")
    return Text("outcome.started", {"duration": Duration(seconds)})


def _severity(report: Report, detection: Detection | None) -> Severity:
    """As loud as the detection says while people have to act, no more than a warning when not."""
    if report.failed:
        return Severity.CRITICAL
    if detection is None:
        return Severity.WARNING
    if any(each.result is Result.TOLD for each in report.outcomes):
        return detection.severity
    return Severity.INFO if detection.severity is Severity.INFO else Severity.WARNING


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


def _call_facts(call: ApiCall | None) -> tuple[Fact, ...]:
    if call is None:
        return ()
    facts = [
        Fact("label.who", call.actor.arn[:LONGEST_FIELD] or _author(call)),
        Fact("label.call", f"{call.source}: {call.name}"),
        Fact("label.resource", hints.resource(call)),
        Fact("label.when", Moment(call.time) if call.time else ""),
        Fact("label.source_ip", call.source_ip[:LONGEST_FIELD]),
        Fact("label.user_agent", call.user_agent[:LONGEST_FIELD]),
    ]
    return tuple(each for each in facts if each.value != "")


def _report_facts(report: Report) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    if report.gap:
        facts.append(Fact("label.dark", _gap(report.gap)))
    if report.paused_until:
        facts.append(Fact("label.paused", Moment(report.paused_until.isoformat())))
    for outcome in report.outcomes:
        document = document_text(outcome)
        if outcome.gone:
            facts.append(Fact("label.change", Text("change_gone", {"document": document})))
            continue
        facts += [
            Fact(
                "label.change",
                Text(
                    "change" if change.path else "change_whole",
                    {
                        "document": document,
                        "path": change.path,
                        "before": change.before,
                        "after": change.after,
                    },
                ),
            )
            for change in outcome.changes
        ]
    return tuple(facts[:_MOST_CHANGES])


def _gap(gap: Gap) -> Text:
    if gap.since is None:
        return Text("dark.unknown")
    since = Moment(gap.since.isoformat())
    if gap.until is None:
        return Text("dark.open", {"since": since})
    return Text(
        "dark.range",
        {
            "since": since,
            "until": Moment(gap.until.isoformat()),
            "duration": Duration(gap.seconds or 0.0),
        },
    )


def document_text(outcome: Outcome) -> Text:
    """The part of the evidence that an outcome is about: all of the resource if it was gone."""
    if outcome.gone:
        return Text(f"resource.{outcome.guard}")
    return Text(f"document.{outcome.guard}.{outcome.document}")


def _action(outcome: Outcome) -> Text:
    document = document_text(outcome)
    why: Value = outcome.error or Text(f"reason.{outcome.reason}")
    match outcome.result:
        case Result.HEALED if outcome.guard == "logging" and not outcome.gone:
            return Text("action.started")
        case Result.HEALED:
            done = "action.recreated" if outcome.gone else "action.healed"
            return Text(done, {"document": document})
        case Result.FAILED:
            return Text("action.failed", {"document": document, "error": why})
        case Result.TOLD:
            return Text("action.told", {"document": document, "reason": why})
        case Result.DEFERRED:
            return Text("action.deferred", {"document": document, "reason": why})
        case Result.UNREADABLE:
            return Text("action.unreadable", {"document": document, "error": why})


def _next_steps(report: Report, baseline: Baseline, call: ApiCall | None) -> Iterable[Text]:
    refused = any(code in each.error for each in report.failed for code in _REFUSED)
    if any(each.reason == "bucket_taken" for each in report.outcomes):
        yield Text("next.bucket")
    if report.failed:
        yield Text("next.repair")
    if refused:
        yield Text("next.permissions", {"stack": RESPONSE_STACK})
    if call is not None and call.actor.known:
        yield Text("next.author", {"who": _author(call)})
    else:
        yield Text("next.unknown_author")
    if report.gap:
        yield Text("next.dark")
        if baseline.insight_types:
            yield Text("next.insights")
    if any(each.result is Result.TOLD for each in report.outcomes):
        yield Text("next.look")


def _links(report: Report, baseline: Baseline, call: ApiCall | None) -> tuple[Link, ...]:
    console = Console(baseline.region)
    since = report.gap.since if report.gap else None
    around = since.isoformat() if since else call.time if call else ""
    return _found_links(
        *_resource_links(console, baseline, {each.guard for each in report.outcomes}),
        Link("link.event_history", console.event_history(around=around)),
    )


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


def _found_links(*links: Link) -> tuple[Link, ...]:
    return tuple(each for each in links if each.url)


def _command(baseline: Baseline, call: ApiCall | None) -> str | None:
    region = call.region if call and call.region else baseline.region
    at = call.time if call else ""
    by_author = history.calls_of(call.actor, region, at) if call else None
    return by_author or history.calls_about(baseline.trail_name, baseline.region, at)
