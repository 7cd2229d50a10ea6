"""What people are told of trails that are not the guarded one: who did what to them, and where they
write. A trail of an organization is louder, as it records every account."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from trailkeeper.alerts import call_facts
from trailkeeper.alerts.alert import Alert, Command, Fact, Link, Step, known
from trailkeeper.alerts.commands import shown, span
from trailkeeper.alerts.console import Console
from trailkeeper.detections import trail_changed, trail_deleted, trail_stopped
from trailkeeper.detections.detection import Detection
from trailkeeper.events.event import ApiCall
from trailkeeper.events.principal import short
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.trails import Differs, ListedTrail, account_of, differences
from trailkeeper.words.text import LONGEST_FIELD, Moment, Severity, Text, Value

FOUND = "other-trail-changed"

_MOST_LINES = 10
# Of what a call says about a trail, what decides where it writes and what it records.
_SAID = (
    "cloudWatchLogsLogGroupArn",
    "enableLogFileValidation",
    "includeGlobalServiceEvents",
    "isMultiRegionTrail",
    "isOrganizationTrail",
    "kmsKeyId",
    "s3BucketName",
    "s3KeyPrefix",
    "snsTopicName",
)
_MARGIN = timedelta(minutes=1)
_CALLS = "UpdateTrail,DeleteTrail,CreateTrail,StopLogging,PutEventSelectors"


def stopped(
    call: ApiCall, baseline: Baseline, arn: str, outcome: str, error: str, *, verified: bool | None
) -> Alert:
    """The alert of another trail of the account that somebody stopped.

    `outcome` is `started_again`, `ignored` or `failed`, `error` AWS's words when starting failed.
    """
    author = call_facts.author(call.actor)
    name = _name_of(arn)
    failed = verified is False
    ending = {
        "started_again": Text("ended.started_again"),
        "ignored": Text("ended.ignored"),
    }.get(outcome, Text("ended.other_failed", {"why": error}))
    return Alert(
        detection=trail_stopped.DETECTION.id,
        category="trail",
        severity=Severity.CRITICAL if failed else Severity.WARNING,
        what=_what(trail_stopped.DETECTION, name, organization=False),
        result=Text("result.failed") if failed else Text(f"result.{outcome}"),
        who=short(call.actor),
        story=(
            Text("story.other_trail", {"who": author, "trail": name, "at": _moment(call.time)}),
            ending,
        ),
        dedup_key=f"other-trail/{arn}/{call.event_id}/{'failed' if failed else 'ok'}",
        account=baseline.account,
        region=call.region or baseline.region,
        steps=tuple(call_facts.steps(call, call.at)),
        verified=verified,
        facts=tuple(call_facts.facts(call)),
        links=_links(baseline, arn),
        evidence=call_facts.evidence(call),
        occurred_at=call.time or None,
        event_id=call.event_id or None,
    )


def called(
    call: ApiCall,
    detection: Detection,
    baseline: Baseline,
    hint: str,
    *,
    before: ListedTrail | None = None,
    after: ListedTrail | None = None,
) -> Alert:
    """The alert of a call that changed, deleted or stopped another trail, which stays as it is now.

    `hint` is its name or ARN as the caller wrote it; `before` and `after` are how AWS listed it, as
    far as that is known. Without both, the lines are what the call asked for.
    """
    listed = after or before
    arn = listed.arn if listed else hint if hint.startswith("arn:") else ""
    name = listed.name if listed else _name_of(hint)
    organization = _is_of_organization(call, baseline, arn, before, after)
    changed = differences(before, after) if before and after else ()
    lines = changed or (() if after is None and before else tuple(_asked_for(call)))
    seen, kind = bool(changed) or (before is not None and after is None), f"other:{detection.id}"
    author = call_facts.author(call.actor)
    did = Text(detection.did_key(call.name, named=True), {"resource": name})
    when: dict[str, Value] = {"at": Moment(call.time)} if call.time else {}
    return Alert(
        detection=detection.id,
        category=detection.category,
        severity=_severity(detection, call, organization=organization),
        what=_what(detection, name, organization=organization),
        result=Text("result.told"),
        who=short(call.actor),
        story=(
            Text(
                "story.call" if when else "story.call_untimed", {"who": author, "did": did, **when}
            ),
            Text("ended.other_organization" if organization else "ended.other_told"),
        ),
        dedup_key=f"other-trail/{arn or name}/{call.event_id}/told",
        account=baseline.account,
        region=call.region or baseline.region,
        steps=(
            *_who_can_act(baseline, arn, organization=organization),
            *call_facts.steps(call, call.at),
        ),
        changes=tuple(_lines(lines)),
        facts=(*_where(listed), *call_facts.facts(call)),
        links=_links(baseline, arn),
        evidence=call_facts.evidence(call),
        occurred_at=call.time or None,
        event_id=call.event_id or None,
        # What AWS lists otherwise than before, nobody made up.
        group=None if seen else call_facts.folded_under("claims", call, kind, planned=False),
    )


def found(
    baseline: Baseline,
    now: datetime,
    seen: datetime,
    *,
    before: ListedTrail | None,
    after: ListedTrail | None,
) -> Alert:
    """The alert of another trail that is not as it was `seen`, though no call was heard of.

    `before` None: it is new; `after` None: it is gone. A change that the management account makes
    to an organization's trail is an event in that account alone.
    """
    listed = after or before
    name, arn = (listed.name, listed.arn) if listed else ("", "")
    organization = bool(listed and listed.organization)
    changed = differences(before, after) if before and after else ()
    # The calls of another account are in the history of that account alone.
    ours = account_of(arn) == baseline.account
    around = span(seen.isoformat(), now.isoformat(), _MARGIN, _MARGIN)
    asked = {"events": _CALLS, "region": baseline.region, **around}
    evidence = shown(Command("calls-named", asked)) if ours else None
    kind = "new" if before is None else "gone" if after is None else _stopped_or_changed(changed)
    times = {"since": Moment(seen.isoformat()), "until": Moment(now.isoformat())}
    state = hashlib.sha256(repr((arn, kind, changed)).encode()).hexdigest()[:32]
    return Alert(
        detection=FOUND,
        category="trail",
        severity=Severity.CRITICAL if organization else Severity.WARNING,
        what=Text(
            f"subject.other.{kind}", {"kind": _kind(organization=organization), "trail": name}
        ),
        result=Text("result.told"),
        who=Text("actor.nobody"),
        story=(
            Text("story.other_found", {"trail": name, **times}),
            Text("ended.other_organization" if organization else "ended.other_told"),
        ),
        dedup_key=f"other-trail-found/{state}/{now:%Y-%m-%d}",
        account=baseline.account,
        region=baseline.region,
        steps=(
            *_who_can_act(baseline, arn, organization=organization),
            *([Step(Text("next.find_author"))] if evidence else []),
        ),
        changes=tuple(_lines(changed)),
        facts=tuple(_where(listed)),
        links=_links(baseline, arn),
        evidence=evidence,
        occurred_at=now.isoformat(),
    )


def _what(detection: Detection, name: str, *, organization: bool) -> Text:
    kinds = {
        trail_stopped.DETECTION.id: "stopped",
        trail_deleted.DETECTION.id: "gone",
        trail_changed.DETECTION.id: "changed",
    }
    kind = kinds.get(detection.id, detection.id)
    return Text(f"subject.other.{kind}", {"kind": _kind(organization=organization), "trail": name})


def _kind(*, organization: bool) -> Text:
    return Text("kind.organization_trail" if organization else "kind.other_trail")


def _stopped_or_changed(changed: Sequence[Differs]) -> str:
    return "stopped" if {each.setting for each in changed} == {"IsLogging"} else "changed"


def _is_of_organization(
    call: ApiCall,
    baseline: Baseline,
    arn: str,
    before: ListedTrail | None,
    after: ListedTrail | None,
) -> bool:
    """Whether it records an organization: as listed, as the call says, or as its owner shows.

    What is listed of another account is an organization's (CloudTrail user guide, "Creating a trail
    for an organization").
    """
    if any(each and each.organization for each in (before, after)):
        return True
    said = call.parameters.get("isOrganizationTrail"), call.response.get("isOrganizationTrail")
    return True in said or account_of(arn) not in ("", baseline.account)


def _severity(detection: Detection, call: ApiCall, *, organization: bool) -> Severity:
    if organization or call.actor.kind == "Root":
        return Severity.CRITICAL
    return Severity.INFO if detection.severity is not Severity.CRITICAL else Severity.WARNING


def _who_can_act(baseline: Baseline, arn: str, *, organization: bool) -> Iterator[Step]:
    if not organization:
        return
    owner = account_of(arn)
    if owner in ("", baseline.account):
        yield Step(Text("next.organization"))
    else:
        yield Step(Text("next.organization_of", {"account": owner}))


def _asked_for(call: ApiCall) -> Iterator[Differs]:
    for name in _SAID:
        value = call.parameters.get(name)
        if isinstance(value, str | bool):
            spelled = value if isinstance(value, str) else str(value).lower()
            yield Differs(name, "", spelled[:LONGEST_FIELD])


def _lines(differing: Sequence[Differs]) -> Iterator[Text]:
    for each in differing[:_MOST_LINES]:
        name: Value = each.setting
        if each.before:
            told = {"setting": name, "before": each.before, "after": each.after}
            yield Text("change.other_trail", told)
        else:
            yield Text("change.asked", {"setting": name, "value": each.after})


def _where(trail: ListedTrail | None) -> Iterator[Fact]:
    """Where it writes, as AWS listed it."""
    if trail is None:
        return
    settings = trail.settings
    parts = (settings.get("S3BucketName", ""), settings.get("S3KeyPrefix", ""))
    bucket = "/".join(each for each in parts if each)
    if bucket:
        yield Fact("label.delivers_to", bucket[:LONGEST_FIELD])
    for label, name in (
        ("label.log_group_of_trail", "CloudWatchLogsLogGroupArn"),
        ("label.topic_of_trail", "SnsTopicARN"),
    ):
        if name in settings:
            yield Fact(label, settings[name][:LONGEST_FIELD])


def _links(baseline: Baseline, arn: str) -> tuple[Link, ...]:
    return known(Link("link.trail", Console(baseline.region).trail(arn) if arn else ""))


def _name_of(hint: str) -> str:
    return hint.rpartition("/")[2]


def _moment(iso: str) -> Value:
    return Moment(iso) if iso else ""
