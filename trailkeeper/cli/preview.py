"""Shows what Trailkeeper would send for an event, where, and why or why not; sends nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from trailkeeper.alerts import call_alerts, instance_alerts, other_trail_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.control_alerts import Behind, control_alert, span_of
from trailkeeper.alerts.deletion_alerts import COUNTED_SECONDS, Deletions
from trailkeeper.alerts.incoming import (
    ControlAlarm,
    Flush,
    FoldEnd,
    InsightEvent,
    NewSilence,
    NoNews,
    read,
)
from trailkeeper.alerts.insight_alerts import insight_alert
from trailkeeper.alerts.instance_alerts import Happening, Interest
from trailkeeper.cli.deployed import Functions
from trailkeeper.cli.examples import typical_report
from trailkeeper.cli.plans import TagsOf, nobodys, planned
from trailkeeper.cli.rules import why_unseen
from trailkeeper.detections.detection import Detection
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.schedule import LOOK, SWEEP, is_sent_by
from trailkeeper.events.deletions import Deletion
from trailkeeper.events.event import ApiCall
from trailkeeper.events.insights import END
from trailkeeper.events.instances import CALLS, DeniedCall, Details, StateChange
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import Report
from trailkeeper.reconcile.decide import Action, Decision, Facts, OtherTrail, alerts_of, decide
from trailkeeper.rendering import email, slack
from trailkeeper.rendering.untrusted import clean
from trailkeeper.words.text import LONGEST_FIELD


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen: a verdict, the reasons, and the alert with the channels it goes to."""

    verdict: str
    reasons: tuple[str, ...]
    alert: Alert | None = None
    channels: tuple[str, ...] = ()
    mail: email.Mail | None = None
    slack: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        reasons = (clean(reason, LONGEST_FIELD) for reason in self.reasons)
        lines = [f"Verdict: {self.verdict}", *(f"  - {reason}" for reason in reasons)]
        if self.channels:
            lines += ["", "Channels:", *(f"  - {channel}" for channel in self.channels)]
        if self.mail:
            lines += ["", f"Subject: {self.mail.subject}", "", self.mail.body]
        if self.slack:
            shown = json.dumps(self.slack, indent=2, ensure_ascii=False)
            lines += ["Slack message:", shown]
        return "\n".join(lines)


def preview(
    event: Mapping[str, Any],
    functions: Functions,
    instance: Mapping[str, Any] | None = None,
    now: datetime | None = None,
    *,
    tags_of: TagsOf = nobodys,
) -> Preview:
    """What the functions would do with an event, an alert, or a CloudWatch alarm.

    `instance` is what DescribeInstances would say of the instance (one element of `Instances`);
    without it the details are unknown, as when EC2 does not answer. `now` stands for the time of an
    event that has none. `tags_of` reads the tags of a caller, where entries of `expected_actors` go
    by them.
    """
    if any(is_sent_by(each, event) for each in (LOOK, SWEEP)):
        return Preview("nothing by itself", ("It is a schedule's: what it finds is told.",))
    if reason := why_unseen(event, functions):
        return Preview("nothing would be sent", (reason,))
    shown = _of_seen(event, functions, instance, now or datetime.now(UTC), tags_of)
    account, own = event.get("account"), functions.heal.baseline.account
    if account and account != own:
        elsewhere = f"the event is of account {account}; it is shown as if it came to {own}"
        return replace(shown, reasons=(*shown.reasons, elsewhere))
    return shown


def _of_seen(
    event: Mapping[str, Any],
    functions: Functions,
    instance: Mapping[str, Any] | None,
    now: datetime,
    tags_of: TagsOf,
) -> Preview:
    environ = functions.alert
    content = read(json.dumps(event, default=str))
    match content:
        case Alert() | NewSilence() | ControlAlarm() | InsightEvent() | Deletion():
            return _alert(content, environ)
        case StateChange():
            details = Details.parse(instance) if instance else Details(unknown="preview")
            return _of_instance(replace(content, details=details), environ)
        case ApiCall() if content.source == "ec2.amazonaws.com" and content.name in CALLS:
            return _of_instance_call(content, environ)
        case ApiCall():
            return _of_call(content, functions, now, tags_of)
        case NoNews():
            return Preview("nothing would be sent", ("It is a new alarm that finds all well.",))
        case Flush() | FoldEnd():
            return Preview("nothing by itself", ("It ends a grouping window of our own.",))


def _alert(
    content: Alert | NewSilence | ControlAlarm | InsightEvent | Deletion, environ: AlertEnviron
) -> Preview:
    if isinstance(content, Alert):
        return _sent(content, environ, ("Alerts are sent at once, each once a day.",))
    if isinstance(content, ControlAlarm):
        unread = Behind(error="preview")
        span = span_of(content.message)
        alert = control_alert(content.alert, content.control, span, unread)
        return _sent(alert, environ, ("The calls behind the alarm are looked up as it is sent.",))
    if isinstance(content, InsightEvent):
        why = (
            "The end of an insight is sent at once, with what its start told."
            if content.insight.state == END
            else "The start of an insight is sent if it has no end 15 minutes later."
        )
        return _sent(insight_alert(content.insight), environ, (why,))
    if isinstance(content, Deletion):
        counted = Deletions()
        counted.add(content)
        why = f"Deletions are counted for {COUNTED_SECONDS} seconds and told together."
        return _sent(counted.alert("preview"), environ, (why,))
    why = "The alarm is new: people are told if it still goes off in 15 minutes."
    return _sent(content.alert, environ, (why,))


def _sent(alert: Alert, environ: AlertEnviron, reasons: tuple[str, ...]) -> Preview:
    reader = environ.reader
    return Preview(
        "an alert would be sent",
        reasons,
        alert,
        tuple(channels(environ)),
        email.render(alert, reader),
        slack.render(alert, reader) if environ.slack_webhook else None,
    )


def channels(environ: AlertEnviron) -> list[str]:
    """The channels in words; a webhook by where its URL is kept."""
    found = [f"SNS topic {environ.topic_arn}: e-mail, and JSON for programs"]
    if environ.slack_webhook:
        found.append(f"Slack webhook kept at {environ.slack_webhook}")
    if environ.chat_topic_arn:
        found.append(f"Amazon Q through the topic {environ.chat_topic_arn}")
    return found


def _of_instance(change: StateChange, environ: AlertEnviron) -> Preview:
    interest = environ.interest
    if reason := interest.why_not(change):
        return Preview("nothing would be sent", (reason,))
    reasons: tuple[str, ...] = (f"state {change.state} is in ec2_states", _grouped(change, environ))
    if change.details.unknown is not None and environ.ec2_tags:
        unknown = "the tags are not known here, and then people are told (see --instance)"
        reasons = (*reasons, unknown)
    return _sent(instance_alerts.alert_of(change, interest), environ, reasons)


def _of_instance_call(call: ApiCall, environ: AlertEnviron) -> Preview:
    denied = DeniedCall.parse(call)
    if denied is None:
        why = (
            "the call was carried out: its author is named in the alert of the state change"
            if call.succeeded
            else f"the call failed with {call.error_code}, which is not a denial"
        )
        return Preview("nothing would be sent", (why,))
    if reason := environ.interest.why_not_region(denied.region):
        return Preview("nothing would be sent", (reason,))
    reasons = (f"{denied.call} was denied", _grouped(denied, environ))
    return _sent(instance_alerts.alert_of(denied, environ.interest), environ, reasons)


def _grouped(happening: Happening, environ: AlertEnviron) -> str:
    seconds = environ.grouping_seconds
    if seconds == 0:
        return "grouping_seconds is 0: every one is sent by itself"
    interest: Interest = environ.interest
    if interest.only_counted(happening):
        return f"Auto Scaling did it: counted in a summary after {seconds} s, never sent alone"
    return f"sent at once when it was quiet, else counted in a summary after {seconds} s"


def _of_call(call: ApiCall, functions: Functions, now: datetime, tags_of: TagsOf) -> Preview:
    """What the heal function decides, carried out on paper: nothing is read, nothing written."""
    heal, environ = functions.heal, functions.alert
    baseline = heal.baseline
    decision = decide(call, Facts(baseline, heal.other_trails))
    detection = decision.detection
    if decision.action is Action.IGNORE or detection is None:
        return Preview("nothing would be sent", (decision.why,))
    plan, said = planned(heal.expected_actors, call, detection, now, tags_of)
    if decision.action is Action.ALERT_ATTEMPT:
        attempt = call_alerts.attempted(call, detection, baseline, now, plan)
        return _sent(attempt, environ, (decision.why, *said))
    reasons = (decision.why, *_conditions(decision), *(said if decision.names_author else ()))
    if decision.other_trail is not None and not decision.names_author:
        other = _of_other_trail(call, detection, decision.other_trail, baseline)
        alerts: tuple[Alert, ...] = (other,)
    else:
        # What is not the caller's doing is not supposed to differ, either.
        called = call.at or now
        report = typical_report(detection, called) if decision.names_author else Report()
        healed = (report.gap and report.gap.until) or called
        alerts = alerts_of(decision, call, report, baseline, healed, deploying=False, planned=plan)
    if not alerts:
        return Preview("nothing would be sent", reasons)
    return _sent(alerts[0], environ, reasons)


def _conditions(decision: Decision) -> Iterator[str]:
    """What the verdict supposes, and what else the decision would lead to."""
    if decision.names_author:
        yield "what is shown supposes that it differed and was put right"
    elif decision.other_trail is None:
        yield "what differs would be told as found, without the caller's name"
    if decision.by_deploy:
        yield "nothing is sent if a deploy of Trailkeeper's own stacks made it and all is in order"
    if (other := decision.other_trail) is not None and not other.stopped:
        yield "another trail is told and left as it is; an organization's is told louder"
    elif other is not None:
        does = "is started again" if other.restart else "is left as it is (other_trails is alert)"
        yield (
            f"a trail of this account and home region that was stopped lately {does}; an "
            "organization's trail and one that still logs are left alone"
        )
    if not decision.retry:
        yield "what fails is left to the run that made the call"


def _of_other_trail(
    call: ApiCall, detection: Detection, other: OtherTrail, baseline: Baseline
) -> Alert:
    """The alert about the trail that the call names, supposing that it could be started."""
    if not other.stopped:
        return other_trail_alerts.called(call, detection, baseline, other.hint)
    arn = baseline.names.arn("cloudtrail", f"trail/{other.hint.rsplit('/', 1)[-1]}")
    outcome = "started_again" if other.restart else "ignored"
    verified = True if other.restart else None
    return other_trail_alerts.stopped(call, baseline, arn, outcome, "", verified=verified)
