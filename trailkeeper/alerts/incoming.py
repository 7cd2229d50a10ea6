"""What a body on the alert function's queue says: whatever it holds, reading it cannot raise."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from trailkeeper.alerts import billing
from trailkeeper.alerts.alert import Alert, Fact, MalformedAlertError, Step
from trailkeeper.alerts.metric_alarm import alarm_alert, is_new_silence, is_news
from trailkeeper.events.deletions import DETAIL_TYPE as DELETION_TYPE
from trailkeeper.events.deletions import Deletion
from trailkeeper.events.event import ApiCall, MalformedEventError
from trailkeeper.events.insights import DETAIL_TYPE as INSIGHT_TYPE
from trailkeeper.events.insights import Insight
from trailkeeper.events.instances import STATE_CHANGE_TYPE, StateChange
from trailkeeper.evidence.controls import Control, control_of
from trailkeeper.evidence.names import ALERT_FUNCTION, ALERTS_QUEUE
from trailkeeper.words.text import Severity, Text

UNREADABLE = "unreadable-message"
_EXCERPT = 300


@dataclass(frozen=True, slots=True)
class NoNews:
    """A message that means something and that nobody needs to hear of."""


@dataclass(frozen=True, slots=True)
class Flush:
    """Our own message: the window of a group closes now, tell what was held in it."""

    group: str
    window: str
    seconds: int

    @classmethod
    def parse(cls, raw: Any) -> Flush | None:
        """Read the value of `flush`; None when it is not one of ours."""
        match raw:
            case {"group": str(group), "window": str(window), "seconds": int(seconds)}:
                return cls(group, window, seconds)
            case _:
                return None

    def to_json(self) -> str:
        """The body of the message."""
        return json.dumps(
            {"flush": {"group": self.group, "window": self.window, "seconds": self.seconds}}
        )


@dataclass(frozen=True, slots=True)
class FoldEnd:
    """Our own message: tell how many more there were like this alert, of its group and hour."""

    alert: Alert
    hour: int

    @classmethod
    def parse(cls, raw: Any) -> FoldEnd | None:
        """Read the value of `fold`; None when it is not one of ours."""
        match raw:
            case {"alert": str(alert), "hour": int(hour)}:
                return cls(Alert.from_json(alert), hour)
            case _:
                return None

    def to_json(self) -> str:
        """The body of the message."""
        return json.dumps({"fold": {"alert": self.alert.to_json(), "hour": self.hour}})


@dataclass(frozen=True, slots=True)
class NewSilence:
    """An alarm on our own silence that went off before it could know; `waited`: it comes again."""

    alarm: str
    alert: Alert
    message: Mapping[str, Any]
    waited: bool

    def later(self) -> str:
        """The body of the message that brings it again."""
        return json.dumps({"silence": self.message})


@dataclass(frozen=True, slots=True)
class ControlAlarm:
    """An alarm of a CIS control that went off; `alert` is what its message says by itself.

    `waited`: it was put off, and comes again.
    """

    control: Control
    alert: Alert
    message: Mapping[str, Any]
    waited: bool

    def later(self) -> str:
        """The body of the message that brings it again."""
        return json.dumps({"control": self.message})


@dataclass(frozen=True, slots=True)
class InsightEvent:
    """The start or the end of unusual activity; `waited`: a start that was put off comes again."""

    insight: Insight
    event: Mapping[str, Any]
    waited: bool

    def later(self) -> str:
        """The body of the message that brings it again."""
        return json.dumps({"insight": self.event})


Content = (
    Alert
    | NoNews
    | StateChange
    | ApiCall
    | Flush
    | FoldEnd
    | NewSilence
    | ControlAlarm
    | InsightEvent
    | Deletion
)


def read(body: str) -> Content:
    """What a body says; an unreadable one becomes an alert that shows its beginning."""
    body = _encodable(body)
    try:
        if body.startswith(billing.BUDGET_MESSAGE):
            return billing.budget_alert(body) or _unreadable(body)
        body = _unescaped(body)
        document = json.loads(body)
        if isinstance(document, Mapping):
            return _content(body, document) or _unreadable(body)
    except (ValueError, RecursionError, MalformedAlertError, MalformedEventError):
        pass
    return _unreadable(body)


def _notified(body: str) -> Content | None:
    """What a topic that feeds the queue says; None if it is neither an alarm nor a budget.

    Nobody else publishes there, so that nothing else is believed, whatever it looks like.
    """
    if body.startswith(billing.BUDGET_MESSAGE):
        return billing.budget_alert(body)
    document = json.loads(body)
    if isinstance(document, Mapping) and "AlarmName" in document and "dedup_key" not in document:
        return _alarm(document)
    return None


def _encodable(text: str) -> str:
    """A text without halves of surrogate pairs, which UTF-8 cannot carry."""
    return text.encode(errors="replace").decode()


def _unescaped(body: str) -> str:
    """JSON without such halves, which it may carry escaped."""
    if r"\ud" not in body.lower():
        return body
    return _encodable(json.dumps(json.loads(body), ensure_ascii=False))


def _content(body: str, document: Mapping[str, Any]) -> Content | None:
    # SNS's envelope (SNS developer guide, "Parsing Amazon SNS message formats").
    if document.get("Type") == "Notification" and isinstance(document.get("Message"), str):
        return _notified(document["Message"])
    if "dedup_key" in document:
        return Alert.from_json(body)
    if "AlarmName" in document:
        return _alarm(document)
    for name, parse in _OUR_OWN.items():
        if isinstance(document.get(name), Mapping):
            return parse(document[name])
    kind = document.get("detail-type")
    return _EVENTS.get(str(kind), ApiCall.parse)(document)


def _alarm(document: Mapping[str, Any]) -> Content | None:
    if not is_news(document):
        return NoNews()
    goes_off = document.get("NewStateValue") == "ALARM"
    if goes_off and (found := _of_a_control(document, waited=False)):
        return found
    if not is_new_silence(document):
        return alarm_alert(document)
    # Nobody was told of the beginning of a silence that is over.
    return _silence(document, waited=False) if goes_off else NoNews()


def _of_a_control(document: Mapping[str, Any], *, waited: bool) -> ControlAlarm | None:
    control, alert = control_of(str(document.get("AlarmName"))), alarm_alert(document)
    return ControlAlarm(control, alert, document, waited) if control and alert else None


def _silence(document: Mapping[str, Any], *, waited: bool) -> NewSilence | None:
    alert = alarm_alert(document)
    if alert is None:
        return None
    return NewSilence(str(document["AlarmName"]), alert, document, waited)


def _insight(document: Mapping[str, Any], *, waited: bool = False) -> InsightEvent:
    return InsightEvent(Insight.parse(document), document, waited)


# EventBridge's events, by what it calls them; any other is a call.
_EVENTS: Mapping[str, Callable[[Any], Content | None]] = {
    STATE_CHANGE_TYPE: StateChange.parse,
    INSIGHT_TYPE: _insight,
    DELETION_TYPE: Deletion.parse,
}
# The messages of our own, by the member that holds them.
_OUR_OWN: Mapping[str, Callable[[Mapping[str, Any]], Content | None]] = {
    "flush": Flush.parse,
    "fold": FoldEnd.parse,
    "control": partial(_of_a_control, waited=True),
    "silence": partial(_silence, waited=True),
    "insight": partial(_insight, waited=True),
}


def _unreadable(body: str) -> Alert:
    digest = hashlib.sha256(body.encode()).hexdigest()
    queue = {"queue": ALERTS_QUEUE}
    ways = {**queue, "function": ALERT_FUNCTION}
    return Alert(
        detection=UNREADABLE,
        category="alerting",
        severity=Severity.WARNING,
        what=Text("subject.unreadable"),
        story=(Text("unreadable.story", queue),),
        dedup_key=f"{UNREADABLE}/{digest}",
        steps=(Step(Text("unreadable.next", ways)),),
        facts=(Fact("label.beginning", body[:_EXCERPT]),),
    )
