"""A fight over the trail: somebody who stops it again and again, alerted of once and contained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from lambdas.heal import containment
from lambdas.heal.invocation import Invocation
from trailkeeper.alerts import fight_alerts
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards import logging
from trailkeeper.guards.guard import AWS_ERRORS, error_code
from trailkeeper.reconcile.decide import DELETES, Decision
from trailkeeper.state.table import Heal

# Three rounds without ten quiet minutes between them are a fight.
ROUNDS = 3
QUIET = timedelta(minutes=10)
MEMORY = timedelta(hours=1)
# Between the event of a stop, in whole seconds, and the stop as the trail's status has it: stops
# that follow each other faster than their events arrive are proven by a later one.
ABOUT = timedelta(minutes=1)

Rounds = Sequence[Heal]


def remember_round(
    invocation: Invocation, call: ApiCall, decision: Decision, report: Report
) -> Rounds:
    """Note a call that stopped the trail, if the trail shows it; the rounds of the last hour.

    A round is a stop of the trail, whichever run healed it, at the time that AWS says: however many
    events tell of one stop, it is one round, and an event alone is none.
    """
    now = invocation.now()
    try:
        at = _proven(invocation, call, decision, report) if decision.stops_trail else None
        if at is not None:
            heal = Heal(at, author_of(call), call.event_id[:100])
            invocation.state.remember_heal(heal)
        elif not decision.stops_trail and not report.started_logging:
            return ()
        heals = invocation.state.heals_between(now - MEMORY, now)
    except AWS_ERRORS as error:
        invocation.log.error("cannot count the heals", reason=str(error))
        return ()
    return tuple(each for each in heals if each.author)


def author_of(call: ApiCall) -> str:
    """Under which name the rounds of a call's author are counted."""
    return call.actor.principal_arn or call.actor.display


def going_on(rounds: Rounds, author: str, now: datetime) -> Rounds:
    """The rounds of the fight that an author keeps up now, oldest first; none if there is none."""
    own = {each.at: each for each in rounds if each.author == author}
    fought = _since_it_was_quiet(tuple(own.values()))
    is_over = not fought or now - fought[-1].at > QUIET
    return () if is_over or len(fought) < ROUNDS else fought


def anybody(rounds: Rounds, now: datetime) -> bool:
    """Whether somebody keeps up a fight now."""
    return any(going_on(rounds, author, now) for author in {each.author for each in rounds})


def answer(invocation: Invocation, call: ApiCall, fight: Rounds, rounds: Rounds) -> None:
    """Contain the caller, whose fight it is, if the settings say so, and alert people of it."""
    contained, reason = _contain(invocation, call)
    since = fight[0].at
    invocation.alert(
        fight_alerts.fighting(
            call,
            invocation.baseline,
            len(fight),
            since,
            others=_others(rounds, author_of(call), since),
            now=invocation.now(),
            contained=contained,
            reason=reason,
        )
    )


def _proven(
    invocation: Invocation, call: ApiCall, decision: Decision, report: Report
) -> datetime | None:
    """When the trail was stopped, as its own state shows it; None if it does not."""
    now = invocation.now()
    if call.name == DELETES:
        return now if any(each.gone for each in report.of(logging.NAME)) else None
    # The run that started it saw which stop it was; the status may tell of the next one by now.
    if report.started_logging and report.gap is not None:
        stopped = report.gap.since
    else:
        stopped = logging.observe(invocation.clients, invocation.baseline).stopped
    said = min(decision.stopped_at or now, now)
    return min(stopped, now) if stopped is not None and abs(stopped - said) <= ABOUT else None


def _others(rounds: Rounds, author: str, since: datetime) -> tuple[tuple[str, int], ...]:
    stops = {(each.author, each.at) for each in rounds if each.at >= since}
    counted = Counter(name for name, _ in stops if name != author)
    return tuple(counted.most_common())


def _contain(invocation: Invocation, call: ApiCall) -> tuple[containment.Principal | None, str]:
    """Whom it contained, or why nobody: a key of the text catalogue, or AWS's error code."""
    environ = invocation.environ
    if environ.contain != "deny":
        return None, "setting_off"
    who = containment.principal(call.actor, environ.baseline, environ.break_glass)
    if who is None:
        return None, containment.why_never(call.actor)
    try:
        containment.contain(invocation.clients.iam, who)
    except AWS_ERRORS as error:
        invocation.log.error("cannot contain", reason=str(error))
        code = error_code(error)
        return None, "attached_policies_full" if code == "LimitExceeded" else code
    return who, ""


def _since_it_was_quiet(rounds: Rounds) -> Rounds:
    for number in range(len(rounds) - 1, 0, -1):
        if rounds[number].at - rounds[number - 1].at > QUIET:
            return rounds[number:]
    return rounds
