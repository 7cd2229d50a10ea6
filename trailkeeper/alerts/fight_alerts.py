"""What people are told when somebody keeps stopping the trail: once per fight, not per second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol

from trailkeeper.alerts import call_facts
from trailkeeper.alerts.alert import Alert, Command, Fact, Link, Step, known
from trailkeeper.alerts.commands import shown, window
from trailkeeper.alerts.console import Console
from trailkeeper.events.event import ApiCall
from trailkeeper.events.principal import short
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.words.text import LONGEST_FIELD, Moment, Severity, Text, Value

_OURS = (
    *("setting_off", "protected", "identity_center", "attached_policies_full"),
    *("to_be_confirmed", "contained_enough"),
)
_MOST_OTHERS = 5
_MARGIN = timedelta(minutes=1)


class Contained(Protocol):
    """A principal that was contained: a user or a role by its name, and the policy that does it."""

    @property
    def kind(self) -> Literal["user", "role"]: ...
    @property
    def name(self) -> str: ...
    @property
    def policy(self) -> str: ...


def fighting(
    call: ApiCall,
    baseline: Baseline,
    rounds: int,
    since: datetime,
    *,
    others: Sequence[tuple[str, int]] = (),
    now: datetime,
    contained: Contained | None,
    reason: str,
) -> Alert:
    """The alert of one author's fight, which began at `since`: told once, in a long fight hourly.

    Of many authors in an hour the first are told one by one, and who was contained always is.

    `rounds` are this author's stops; `others` are the other authors with theirs. `reason` says why
    the author was not contained: a key of the text catalogue, or AWS's error code.
    """
    author = call_facts.author(call.actor)
    count: dict[str, Value] = {"count": rounds}
    when = {"since": Moment(since.isoformat())}
    if contained is not None:
        what = Text("subject.contained", count)
        ending = Text("story.contained", {"who": author, "policy": contained.policy})
    else:
        what = Text("subject.fighting", count)
        why = Text(f"reason.{reason}") if reason in _OURS else reason
        ending = Text("story.not_contained", {"who": author, "reason": why})
    state = "contained" if contained else "open"
    return Alert(
        detection="trail-fight",
        category="trail",
        severity=Severity.CRITICAL,
        what=what,
        who=short(call.actor),
        story=(Text("story.fight", {"who": author, **count, **when}), ending),
        dedup_key=f"fight/{_round_down(since, now)}/{_principal(call)}/{state}",
        account=baseline.account,
        region=call.region or baseline.region,
        steps=tuple(_steps(call, author, now, contained)),
        verified=True,
        facts=(*call_facts.facts(call), *_others(others)),
        links=_links(baseline, call),
        evidence=call_facts.evidence(call),
        undo=_undo(contained),
        occurred_at=call.time or None,
        event_id=call.event_id or None,
        # Whoever makes up events makes up who fights, while others really stop the trail.
        group=None
        if contained
        else call_facts.folded_under("fights", call, "stops", planned=False),
    )


def disputed(
    claims: Sequence[tuple[str, int]],
    rounds: int,
    since: datetime,
    baseline: Baseline,
    now: datetime,
) -> Alert:
    """The alert of a fight of which nobody knows whose it is, as events name several for a stop.

    `claims` are those whom they name, with how many of the `rounds` they are named for.
    """
    known: dict[str, Value] = {"count": rounds, "since": Moment(since.isoformat())}
    span = {
        "region": baseline.region,
        **window(since.isoformat(), _MARGIN, now - since + _MARGIN),
        "events": "StopLogging,DeleteTrail",
    }
    return Alert(
        detection="trail-fight",
        category="trail",
        severity=Severity.CRITICAL,
        what=Text("subject.fighting", {"count": rounds}),
        who=Text("actor.nobody"),
        story=(Text("story.fight_disputed", known), Text("story.disputed")),
        dedup_key=f"fight/{_round_down(since, now)}/disputed",
        account=baseline.account,
        region=baseline.region,
        steps=(Step(Text("next.find_author")),),
        verified=True,
        facts=tuple(_others(claims, "label.claimed")),
        evidence=shown(Command("calls-named", span)),
        occurred_at=now.isoformat(),
        group="fights/stops/disputed",
    )


def _steps(
    call: ApiCall, author: Text, now: datetime, contained: Contained | None
) -> Iterator[Step]:
    if contained is None:
        yield Step(Text("next.fight", {"who": author}))
    yield from call_facts.steps(call, now)


def _others(others: Sequence[tuple[str, int]], label: str = "label.others") -> Iterator[Fact]:
    for name, count in others[:_MOST_OTHERS]:
        yield Fact(label, Text("fight.rounds", {"count": count, "name": name[:LONGEST_FIELD]}))


def _undo(contained: Contained | None) -> Command | None:
    if contained is None:
        return None
    names = {contained.kind: contained.name, "policy": contained.policy}
    return Command(f"release-{contained.kind}", names)


def _principal(call: ApiCall) -> str:
    return (call.actor.principal_arn or call.actor.name)[:LONGEST_FIELD]


def _round_down(since: datetime, now: datetime) -> str:
    """When the fight began; nobody remembers further back than an hour, so then the hour."""
    is_long = now - since > timedelta(minutes=50)
    return f"{now:%Y-%m-%dT%H}" if is_long else since.isoformat()


def _links(baseline: Baseline, call: ApiCall) -> tuple[Link, ...]:
    console = Console(baseline.region)
    return known(
        Link("link.trail", console.trail(baseline.names.trail_arn)),
        Link("link.event_history", console.event_history(around=call.time)),
    )
