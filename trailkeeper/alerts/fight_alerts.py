"""What people are told when somebody keeps stopping the trail: once per fight, not per second."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from trailkeeper.alerts import history
from trailkeeper.alerts.alert import Alert, Fact, Link
from trailkeeper.alerts.console import Console
from trailkeeper.events.event import ApiCall
from trailkeeper.events.principal import who
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import CONTAINMENT_POLICY
from trailkeeper.words.text import LONGEST_FIELD, Moment, Severity, Text

_OURS = ("setting_off", "protected")


class Contained(Protocol):
    """A principal that was contained, and the command that takes it back."""

    @property
    def arn(self) -> str: ...
    @property
    def undo(self) -> str: ...


def fighting(
    call: ApiCall,
    baseline: Baseline,
    heals: int,
    since: datetime,
    *,
    now: datetime,
    contained: Contained | None,
    reason: str,
) -> Alert:
    """The alert of a fight that began at `since`: told once, and in a long fight every hour.

    `reason` says why nobody was contained: a key of the text catalogue, or AWS's error code.
    """
    author = who(call.actor)
    trail = baseline.trail_name
    facts = (
        Fact("label.who", call.actor.arn[:LONGEST_FIELD] or author),
        Fact("label.when", Moment(since.isoformat())),
        Fact("label.source_ip", call.source_ip[:LONGEST_FIELD]),
        Fact("label.user_agent", call.user_agent[:LONGEST_FIELD]),
    )
    if contained is not None:
        headline = Text("headline.contained", {"who": author, "trail": trail})
        action = Text("action.contained", {"who": contained.arn, "policy": CONTAINMENT_POLICY})
        steps = (Text("next.undo_containment"),)
    else:
        headline = Text("headline.fighting", {"who": author, "trail": trail, "count": heals})
        action = Text(
            "action.not_contained",
            {"who": author, "reason": Text(f"reason.{reason}") if reason in _OURS else reason},
        )
        steps = (Text("next.fight", {"who": author}),)
    return Alert(
        detection="trail-fight",
        category="trail",
        severity=Severity.CRITICAL,
        headline=headline,
        dedup_key=f"fight/{_round_down(since, now)}/{'contained' if contained else 'open'}",
        account=baseline.account,
        region=call.region or baseline.region,
        facts=tuple(fact for fact in facts if fact.value != ""),
        actions=(Text("action.started"), action),
        verified=True,
        next_steps=steps,
        links=_links(baseline, call),
        command=(
            contained.undo
            if contained is not None
            else history.calls_of(call.actor, call.region or baseline.region, call.time)
        ),
        occurred_at=call.time or None,
        event_id=call.event_id or None,
    )


def _round_down(since: datetime, now: datetime) -> str:
    """When the fight began; nobody remembers further back than an hour, so then the hour."""
    is_long = now - since > timedelta(minutes=50)
    return f"{now:%Y-%m-%dT%H}" if is_long else since.isoformat()


def _links(baseline: Baseline, call: ApiCall) -> tuple[Link, ...]:
    console = Console(baseline.region)
    links = (
        Link("link.trail", console.trail(baseline.names.trail_arn)),
        Link("link.event_history", console.event_history(around=call.time)),
    )
    return tuple(each for each in links if each.url)
