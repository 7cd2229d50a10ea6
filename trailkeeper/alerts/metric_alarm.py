"""CloudWatch alarms, as SNS carries them, as alerts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from trailkeeper.alerts import billing
from trailkeeper.alerts.alert import Alert, Command, Fact, Link, Step, known
from trailkeeper.alerts.console import Console
from trailkeeper.evidence.names import DELIVERIES_SILENT, LOOKS_SILENT, PREFIX, SWEEPS_SILENT
from trailkeeper.words.text import Moment, Severity, Text

DETECTION = "cloudwatch-alarm"
CATEGORY = "alarm"

_NEW = timedelta(minutes=20)
_STATES = {"ALARM": "alarm.alarm", "OK": "alarm.ok", "INSUFFICIENT_DATA": "alarm.insufficient_data"}
_ALARM_ARN = re.compile(
    r"arn:[\w-]+:cloudwatch:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):alarm:.+"
)


def alarm_alert(message: Mapping[str, Any]) -> Alert | None:
    """The message of a metric or composite alarm as an alert; None when it is something else."""
    name, state = message.get("AlarmName"), message.get("NewStateValue")
    if not isinstance(name, str) or not isinstance(state, str) or state not in _STATES:
        return None
    arn = _ALARM_ARN.fullmatch(_string(message, "AlarmArn"))
    # `Region` is a display name ("US East (N. Virginia)"); only the ARN has the code.
    region = arn["region"] if arn else ""
    if about_costs := billing.alarm_alert(message, region):
        return about_costs
    ours = name.startswith(PREFIX)
    when = _string(message, "StateChangeTime")
    link = Console(region).alarm(name)
    before = _string(message, "OldStateValue")
    change = Text("alarm.change", {"before": before, "after": state}) if before else state
    named = {"alarm": name, "region": region or _string(message, "Region")}
    return Alert(
        detection=DETECTION,
        category=CATEGORY,
        severity=_severity(state, ours=ours),
        what=Text(f"subject.{_STATES[state]}", named),
        story=tuple(_story(message, named, state, ours=ours)),
        dedup_key=f"{DETECTION}/{_string(message, 'AlarmArn') or name}/{state}/{when}",
        account=_string(message, "AWSAccountId"),
        region=region,
        steps=() if state == "OK" else (Step(Text("alarm.next_ours" if ours else "alarm.next")),),
        facts=(
            Fact("label.alarm", name),
            Fact("label.change_of_state", change),
            Fact("label.metric", _metric(message.get("Trigger"))),
            Fact("label.reason", _string(message, "NewStateReason")),
        ),
        links=known(Link("link.alarm", link)),
        repair=Command("status") if ours and state != "OK" else None,
        occurred_at=when or None,
    )


def is_new_silence(message: Mapping[str, Any]) -> bool:
    """Whether an alarm on our own silence speaks before it can know: right after it was made.

    A change of the alarm makes it new as well, and is told by itself. Without the times that
    CloudWatch sends along, it is not new.
    """
    if _string(message, "AlarmName") not in (LOOKS_SILENT, SWEEPS_SILENT, DELIVERIES_SILENT):
        return False
    try:
        made = datetime.fromisoformat(_string(message, "AlarmConfigurationUpdatedTimestamp"))
        spoke = datetime.fromisoformat(_string(message, "StateChangeTime"))
        return timedelta() <= spoke - made <= _NEW
    except (ValueError, TypeError):
        return False


def _story(
    message: Mapping[str, Any], named: Mapping[str, str], state: str, *, ours: bool
) -> Iterator[Text]:
    when = _string(message, "StateChangeTime")
    yield Text(f"story.{_STATES[state]}", {**named, "at": Moment(when) if when else ""})
    if meaning := _string(message, "AlarmDescription"):
        # Ours are sentences that the stack wrote; nobody knows who wrote another's.
        yield Text("alarm.means" if ours else "alarm.described", {"meaning": meaning})


def is_news(message: Mapping[str, Any]) -> bool:
    """Whether people want to hear of it: that a new alarm finds all well is what they expect."""
    states = message.get("OldStateValue"), message.get("NewStateValue")
    return states != ("INSUFFICIENT_DATA", "OK")


def _severity(state: str, *, ours: bool) -> Severity:
    if state == "OK":
        return Severity.INFO
    # An alarm about Trailkeeper means that the guard may be blind.
    return Severity.CRITICAL if ours and state == "ALARM" else Severity.WARNING


def _metric(trigger: Any) -> str:
    if not isinstance(trigger, Mapping) or not trigger.get("MetricName"):
        return ""
    return f"{_string(trigger, 'Namespace')} {_string(trigger, 'MetricName')}".strip()


def _string(message: Mapping[str, Any], key: str) -> str:
    value = message.get(key)
    return "" if value is None else str(value)
