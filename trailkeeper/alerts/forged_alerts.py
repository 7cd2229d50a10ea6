"""What people are told of what somebody made up: calls, and messages to the alert function."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from trailkeeper.alerts.alert import Alert, Fact, Step
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import ALERT_FUNCTION, ALERTS_QUEUE, HEAL_FUNCTION
from trailkeeper.words.text import LONGEST_FIELD, Moment, Severity, Text, Value

DETECTION = "call-not-made"
MESSAGE = "message-made-up"

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Forged:
    """An event that told of a call by somebody, and when people were told.

    `made_by` is who made the call that the history has under the event's id, "" if it has none.
    """

    at: datetime
    event_id: str
    call: str
    author: str
    made_by: str = ""


def forged(
    found: Sequence[Forged],
    baseline: Baseline,
    now: datetime,
    *,
    function: str = HEAL_FUNCTION,
    more: int = 0,
) -> Alert:
    """The alert that people were told of calls that nobody made, or that somebody else made.

    `function` was told of them, and of so many `more`.
    """
    first = found[0]
    named: dict[str, Value] = {
        "call": first.call,
        "who": first.author or Text("actor.somebody"),
        "at": Moment(first.at.isoformat()),
    }
    digest = hashlib.sha256("\n".join(each.event_id for each in found).encode()).hexdigest()
    return Alert(
        detection=DETECTION,
        category="trail",
        severity=Severity.WARNING,
        what=Text("subject.forged", {"count": len(found) + more}),
        story=(
            Text("story.forged", named),
            Text("story.forged_other", {"real": first.made_by})
            if first.made_by
            else Text("story.forged_none", {"function": function}),
        ),
        dedup_key=f"{DETECTION}/{now:%Y-%m-%dT%H:%M}/{digest[:32]}",
        account=baseline.account,
        region=baseline.region,
        steps=(
            Step(Text("next.forged_innocent", {"who": named["who"]})),
            Step(Text("next.forged", {"function": function})),
        ),
        facts=tuple(_facts(found, more)),
        occurred_at=now.isoformat(),
    )


def _facts(found: Sequence[Forged], more: int) -> Iterator[Fact]:
    for each in found[:MOST_SHOWN]:
        who: Value = each.author[:LONGEST_FIELD] or Text("actor.somebody")
        params: dict[str, Value] = {"call": each.call, "who": who, "event": each.event_id}
        yield Fact("label.told_before", Text("forged.event", params))
    if left := max(0, len(found) - MOST_SHOWN) + more:
        yield Fact("label.told_before", Text("change.more", {"count": left}))


def called(now: datetime, *, account: str, region: str) -> Alert:
    """The alert that somebody called the alert function with what is not in its queue.

    It holds nothing of what was made up, which would reach people by that; told once an hour.
    """
    return Alert(
        detection=MESSAGE,
        category="alerting",
        severity=Severity.WARNING,
        what=Text("subject.made_up"),
        who=Text("actor.nobody"),
        story=(Text("story.made_up", {"function": ALERT_FUNCTION, "queue": ALERTS_QUEUE}),),
        dedup_key=f"{MESSAGE}/{now:%Y-%m-%dT%H}",
        account=account,
        region=region,
        steps=(Step(Text("next.made_up", {"function": ALERT_FUNCTION})),),
        occurred_at=now.isoformat(),
    )
