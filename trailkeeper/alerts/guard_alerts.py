"""What people are told of attacks on the guard itself, by a way that the attack did not touch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from trailkeeper.alerts import call_facts
from trailkeeper.alerts.alert import Alert, Command, Fact, Step
from trailkeeper.alerts.changes import changes, differences, document_called, document_text
from trailkeeper.alerts.commands import shown, span, window
from trailkeeper.detections import guard_calls
from trailkeeper.detections.regions import iam_region
from trailkeeper.events.event import ApiCall
from trailkeeper.events.principal import short
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import CUT_OFF, Outcome, Report, Result, place_of
from trailkeeper.evidence.subscribers import NEVER
from trailkeeper.words.text import Moment, Severity, Text, Value

DETECTION = "guard-changed"
CATEGORY = "guard"
_MARGIN = timedelta(minutes=1)
# Of the day, in UTC.
_TOLD_FROM_MINUTE = 7 * 60
# What one mail lists of calls that are told together, and of the resources of one line.
_MOST_LINES, _MOST_NAMED = 10, 5


class Kept(Protocol):
    """A call that is told with others: who called what on which resource, as its event says.

    `documents` ("guard.document") were put back after it.
    """

    @property
    def at(self) -> datetime: ...
    @property
    def who(self) -> str: ...
    @property
    def call(self) -> str: ...
    @property
    def resource(self) -> str: ...
    @property
    def documents(self) -> tuple[str, ...]: ...


def of_call(
    report: Report,
    call: ApiCall,
    baseline: Baseline,
    now: datetime,
    *,
    deploying: bool,
    secret: bool,
) -> Alert:
    """The alert of a call against the guard, and what was found and put right after it.

    `deploying`: a deploy of our own stacks changes the guard on purpose, so nothing was compared;
    or it began meanwhile, and what the report has not waits for its end.
    `secret`: it was about a secret, which nobody but people knows.
    """
    named: Value = guard_calls.resource(call) or Text("resource.unnamed_here")
    if guard_calls.is_of_mapping(call):
        named = Text("resource.guard-queue")
    called = guard_calls.called(call)
    known: dict[str, Value] = {
        "who": call_facts.author(call.actor),
        "call": called,
        "resource": named,
        "at": Moment(call.time) if call.time else Moment(now.isoformat()),
    }
    begun = deploying and bool(report.outcomes)
    ended = "ended.guard_deploy" if deploying and not begun else _ended(report, call)
    if secret and report.found_nothing:
        ended = "ended.guard_secret"
    return Alert(
        detection=DETECTION,
        category=CATEGORY,
        severity=_severity(report, has_effect=guard_calls.has_effect(call)),
        what=Text("subject.guard_call", {"call": called, "resource": named}),
        result=Text(
            "result.healed_in_part" if begun and report.healed else f"result.{_RESULTS[ended]}"
        ),
        who=short(call.actor),
        story=(
            Text("story.guard_call", known),
            Text(ended),
            *([Text("story.guard_deploy_begun")] if begun else []),
        ),
        dedup_key=f"guard/{call.event_id}/{_RESULTS[ended]}",
        account=baseline.account,
        region=call.region or baseline.region,
        steps=(*_steps(report), *call_facts.steps(call, now)),
        changes=tuple(changes(report)),
        verified=_verified(report),
        facts=tuple(_without_resource(call_facts.facts(call), named)),
        evidence=call_facts.evidence(call),
        differences=tuple(differences(report)),
        occurred_at=call.time or now.isoformat(),
        event_id=call.event_id,
        group=None if deploying else _group(report, call),
    )


def _group(report: Report, call: ApiCall) -> str | None:
    """What is told together when much of it comes: a principal's calls of one name.

    Only those after which the same was put back, or nothing was found; what is left broken is told.
    """
    if not report.in_order:
        return None
    documents = "+".join(sorted(each.key for each in report.healed)) or "-"
    kind = f"{CATEGORY}/{guard_calls.called(call)}"
    return call_facts.folded_under(kind, call, documents, planned=False)


def more(kept: Sequence[Kept], baseline: Baseline, now: datetime) -> Alert:
    """The alert of calls that were kept while people were told of the first ones."""
    authors = sorted({each.who for each in kept})
    put_back = sum(1 for each in kept if each.documents)
    first, last = min(each.at for each in kept), max(each.at for each in kept)
    known: dict[str, Value] = {
        "count": len(kept),
        "since": Moment(first.isoformat()),
        "until": Moment(last.isoformat()),
    }
    around = span(first.isoformat(), last.isoformat(), _MARGIN, _MARGIN)
    ended = "all" if put_back == len(kept) else "some" if put_back else "none"
    return Alert(
        detection=DETECTION,
        category=CATEGORY,
        severity=Severity.WARNING,
        what=Text("subject.guard_more", {"count": len(kept)}),
        result=Text("result.healed") if ended == "all" else None,
        who=Text("actor.short", {"name": authors[0]}) if len(authors) == 1 else None,
        story=(
            Text("story.guard_more", known),
            Text(f"ended.guard_more.{ended}", {"count": put_back}),
        ),
        dedup_key=f"guard-more/{first.isoformat()}/{last.isoformat()}/{len(kept)}",
        account=baseline.account,
        region=baseline.region,
        steps=(Step(Text("next.guard_more")),),
        changes=tuple(_lines(kept)),
        evidence=shown(Command("writes", {"region": baseline.region, **around})),
        occurred_at=last.isoformat(),
    )


def _lines(kept: Sequence[Kept]) -> Iterator[Text]:
    """The calls by who made them, the most of them first."""
    counted = Counter((each.who, each.call) for each in kept).most_common()
    for (who, call), count in counted[:_MOST_LINES]:
        same = [each for each in kept if (each.who, each.call) == (who, call)]
        on = sorted({each.resource for each in same if each.resource})
        others = len(on) - _MOST_NAMED
        named: Value = ", ".join(on[:_MOST_NAMED]) or Text("resource.unnamed_here")
        if others > 0:
            named = Text("resource.and_more", {"name": named, "count": others})
        line: dict[str, Value] = {"who": who, "call": call, "count": count, "on": named}
        documents = sorted({each for one in same for each in one.documents})
        if not documents:
            yield Text("guard_more.line", line)
            continue
        put_back = document_called(documents[0])
        if documents[1:]:
            more_of_them: dict[str, Value] = {"name": put_back, "count": len(documents) - 1}
            put_back = Text("resource.and_more", more_of_them)
        yield Text("guard_more.line_put_back", {**line, "document": put_back})
    if len(counted) > _MOST_LINES:
        left = sum(count for _, count in counted[_MOST_LINES:])
        yield Text("guard_more.others", {"count": left})


def after_call(report: Report, call: ApiCall) -> Report:
    """The report without what is left to people and cannot come of this call.

    A check by schedule tells of that, and names nobody for it.
    """
    kept = tuple(
        each
        for each in report.outcomes
        if each.result is not Result.TOLD or guard_calls.may_have_changed(call, each.guard)
    )
    return replace(report, outcomes=kept)


def worth_telling(report: Report, now: datetime, every: int) -> Report:
    """The report of a check that comes `every` so many minutes, of which one a day tells all.

    The others leave out what only people can change. Nothing is remembered for this, as a memory
    can be taken away.
    """
    if 0 <= now.hour * 60 + now.minute - _TOLD_FROM_MINUTE < every:
        return report
    kept = tuple(each for each in report.outcomes if each.result is not Result.TOLD)
    return replace(report, outcomes=kept)


def found(report: Report, baseline: Baseline, now: datetime, every: int) -> Alert | None:
    """The alert of what a check found that comes `every` so many minutes; None for nothing."""
    if report.found_nothing:
        return None
    differing = [each for each in report.outcomes if each.result is not Result.UNREADABLE]
    unconfirmed = _yet_to_confirm(report)
    changed = bool(differing) and not unconfirmed
    ended = _ended(report, None)
    # What a run put right that was cut off had been changed before that run.
    checks = 2 if any(each.reason == CUT_OFF for each in report.outcomes) else 1
    before = timedelta(minutes=every) * checks + _MARGIN
    around = {"region": _called_in(differing, baseline), **window(now.isoformat(), before, _MARGIN)}
    return Alert(
        detection=DETECTION,
        category=CATEGORY,
        severity=Severity.WARNING if unconfirmed else _severity(report, has_effect=True),
        what=_what(report, differing, unconfirmed),
        result=Text(f"result.{_RESULTS[ended]}") if changed else None,
        who=Text("actor.nobody") if changed else None,
        story=tuple(_checked(report, differing, now, unconfirmed)),
        dedup_key=f"guard-found/{now.isoformat()}",
        account=baseline.account,
        region=baseline.region,
        steps=_steps_found(report, changed=changed, unconfirmed=unconfirmed),
        changes=tuple(changes(report)),
        verified=_verified(report),
        evidence=shown(Command("writes", around)) if changed else None,
        differences=tuple(differences(report)),
        occurred_at=now.isoformat(),
    )


def _yet_to_confirm(report: Report) -> int:
    """How many subscribers never confirmed, if nothing else was found: so nothing had changed."""
    found = [each for outcome in report.outcomes for each in outcome.changes]
    people = all(each.guard == _PEOPLE for each in report.outcomes)
    if not people or any(each.before != NEVER for each in found):
        return 0
    return len({each.path.partition(".")[2] for each in found})  # whatever topics they are on


def _what(report: Report, differing: Sequence[Outcome], unconfirmed: int) -> Text:
    if unconfirmed:
        return Text("subject.guard_unconfirmed", {"count": unconfirmed})
    return _found(differing) if differing else _unread(report)


def _steps_found(report: Report, *, changed: bool, unconfirmed: int) -> tuple[Step, ...]:
    if unconfirmed:
        return (Step(Text("subscription.next_pending")),)
    return (*_steps(report), *([Step(Text("next.find_author"))] if changed else []))


def _found(differing: Sequence[Outcome]) -> Text:
    document: dict[str, Value] = {"document": document_text(differing[0])}
    if len(differing) == 1:
        return Text("subject.drift", document)
    return Text("subject.drift_more", {**document, "count": len(differing) - 1})


def _unread(report: Report) -> Text:
    return Text("subject.guard_unread", {"count": len(report.outcomes)})


def _checked(
    report: Report, differing: Sequence[Outcome], now: datetime, unconfirmed: int
) -> Iterator[Text]:
    """What a check found and what it could not see, as that is not known to differ."""
    at, unread = Moment(now.isoformat()), len(report.outcomes) - len(differing)
    if unconfirmed:
        yield Text("story.guard_unconfirmed", {"at": at, "count": unconfirmed})
        return
    if differing:
        yield Text("story.drift", {"at": at, "count": len(differing)})
    if unread:
        yield Text("story.guard_unread", {"at": at, "count": unread})
    if differing:
        yield Text(_ended(report, None))


def _called_in(differing: Sequence[Outcome], baseline: Baseline) -> str:
    """The region whose event history has the calls, if it is one; IAM's are in one for all."""
    home = baseline.region
    regions = {
        iam_region(home) if each.guard == _ROLES else place_of(each.document)[1] or home
        for each in differing
    }
    return regions.pop() if len(regions) == 1 else home


_ROLES = "guard-roles"
_PEOPLE = "guard-people"
_RESULTS = {
    "ended.guard_failed": "failed",
    "ended.guard_failed_in_part": "failed_in_part",
    "ended.guard_unreadable": "unreadable",
    "ended.healed_in_part": "healed_in_part",
    "ended.healed": "healed",
    "ended.guard_deploy": "deferred",
    "ended.guard_told": "told",
    "ended.guard_no_effect": "nothing_changed",
    "ended.guard_not_compared": "told",
    "ended.guard_secret": "told",
}


def _ended(report: Report, call: ApiCall | None) -> str:
    """How it ended: a key of the text catalogue."""
    results = {each.result for each in report.outcomes}
    if Result.FAILED in results:
        in_part = Result.HEALED in results
        return "ended.guard_failed_in_part" if in_part else "ended.guard_failed"
    if Result.HEALED in results:
        return "ended.healed_in_part" if report.left else "ended.healed"
    if Result.UNREADABLE in results:
        return "ended.guard_unreadable"
    if results:
        return "ended.guard_told"
    without = call is not None and not guard_calls.has_effect(call)
    return "ended.guard_no_effect" if without else "ended.guard_not_compared"


def _severity(report: Report, *, has_effect: bool) -> Severity:
    lasting = {Result.TOLD, Result.FAILED, Result.UNREADABLE}
    if any(each.result in lasting for each in report.outcomes):
        return Severity.CRITICAL
    return Severity.WARNING if has_effect else Severity.INFO


def _verified(report: Report) -> bool | None:
    if any(each.result is Result.FAILED for each in report.outcomes):
        return False
    return True if report.healed else None


def _steps(report: Report) -> Iterator[Step]:
    broken = {place_of(each.document)[1] for each in report.failed}
    if "" in broken:
        yield Step(Text("next.guard_deploy"), Command("revert-drift"))
    for region in sorted(broken - {""}):
        yield Step(Text("next.guard_deploy"), Command("revert-satellite", {"region": region}))
    if any(each.result is Result.TOLD for each in report.outcomes):
        yield Step(Text("next.look"))


def _without_resource(facts: Iterator[Fact], named: Value) -> Iterator[Fact]:
    for each in facts:
        yield Fact(each.label, named) if each.label == "label.resource" else each
