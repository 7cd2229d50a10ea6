"""Shows what Trailkeeper would send for an event, where, and why or why not; sends nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from trailkeeper.alerts import heal_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.incoming import Flush, NoNews, read
from trailkeeper.alerts.instance_alerts import Happening, Interest, alert_of
from trailkeeper.cli.examples import typical_report
from trailkeeper.detections import hints
from trailkeeper.detections.catalogue import detect
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.events.event import ApiCall
from trailkeeper.events.instances import CALLS, DeniedCall, Details, StateChange
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.rendering import email, slack


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
        lines = [f"Verdict: {self.verdict}", *(f"  - {reason}" for reason in self.reasons)]
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
    environ: AlertEnviron,
    baseline: Baseline,
    instance: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> Preview:
    """What the functions would do with an event, an alert, or a CloudWatch alarm.

    `instance` is what DescribeInstances would say of the instance (one element of `Instances`);
    without it the details are unknown, as when EC2 does not answer.
    """
    content = read(json.dumps(event, default=str))
    match content:
        case Alert():
            return _sent(content, environ, ("Alerts are sent at once, each once a day.",))
        case StateChange():
            details = Details.parse(instance) if instance else Details(unknown="preview")
            return _of_instance(replace(content, details=details), environ)
        case ApiCall() if content.source == "ec2.amazonaws.com" and content.name in CALLS:
            return _of_instance_call(content, environ)
        case ApiCall():
            return _of_call(content, environ, baseline, now or datetime.now(UTC))
        case NoNews():
            return Preview("nothing would be sent", ("It is a new alarm that finds all well.",))
        case Flush():
            return Preview("nothing by itself", ("It ends a grouping window of our own.",))


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
    return _sent(alert_of(change, interest), environ, reasons)


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
    return _sent(alert_of(denied, environ.interest), environ, reasons)


def _grouped(happening: Happening, environ: AlertEnviron) -> str:
    seconds = environ.grouping_seconds
    if seconds == 0:
        return "grouping_seconds is 0: every one is sent by itself"
    interest: Interest = environ.interest
    if interest.only_counted(happening):
        return f"Auto Scaling did it: counted in a summary after {seconds} s, never sent alone"
    return f"sent at once when it was quiet, else counted in a summary after {seconds} s"


def _of_call(call: ApiCall, environ: AlertEnviron, baseline: Baseline, now: datetime) -> Preview:
    detection = detect(call)
    if detection is None:
        why = f"no detection is about {call.name} of {call.source or 'an unknown service'}"
        return Preview("nothing would be sent", (why,))
    if not hints.concerns(call, baseline):
        named = hints.resource(call) or "what it names"
        why = f"{detection.id}: {named} is not part of the evidence"
        return Preview("nothing would be sent", (why,))
    if not call.succeeded:
        reasons = (f"{detection.id}: the call failed with {call.error_code}, so nothing is healed",)
        return _sent(heal_alerts.attempted(call, detection, baseline), environ, reasons)
    alert = heal_alerts.told(typical_report(detection, now), baseline, now, call, detection)
    looked = (
        f"{detection.id}: the heal function compares the evidence with the baseline",
        "what is shown supposes that it differed and was put right",
    )
    return _sent(alert, environ, looked) if alert else Preview("nothing would be sent", looked)
