"""A fight over the trail: somebody who stops it again and again, alerted of once and contained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from lambdas.heal import confirming, containment
from lambdas.heal.containment import Principal
from lambdas.heal.invocation import Invocation
from lambdas.heal.known_stops import ABOUT
from trailkeeper.alerts import fight_alerts
from trailkeeper.detections.hints import names_our_trail
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.expected import STOPS
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards import logging
from trailkeeper.guards.guard import AWS_ERRORS, error_code
from trailkeeper.reconcile.confirming import WAITS
from trailkeeper.reconcile.decide import DELETES, Decision
from trailkeeper.state.heal_items import Contained, Containing, Heal

# Three rounds without ten quiet minutes between them are a fight.
ROUNDS = 3
QUIET = timedelta(minutes=10)
MEMORY = timedelta(hours=1)
# Within `MEMORY`: whoever finds a way to have somebody contained must not have everybody.
MOST_CONTAINED = 3
# Of one fight, as the history is asked for each.
_MOST_EVENTS = 6
_LONGEST_ID = 100

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
            heal = Heal(at, author_of(call), call.event_id[:_LONGEST_ID])
            invocation.state.remember_heal(heal)
        elif not decision.stops_trail and not report.started_logging:
            return ()
        heals = invocation.state.heals_between(now - MEMORY, now)
    except AWS_ERRORS as error:
        invocation.log.error("cannot count the heals", reason=str(error))
        return ()
    return tuple(each for each in heals if each.author)


def stop_of(call: ApiCall, rounds: Rounds) -> datetime | None:
    """When the trail was stopped by the stop that a call tells of; None if no round is of it."""
    own = call.event_id[:_LONGEST_ID]
    return next((each.at for each in rounds if own and each.event_id == own), None)


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
    contained, reason = _contain(invocation, call, fight)
    claims = _claims(fight, rounds)
    if contained is None and len(claims) > 1:
        invocation.alert(
            fight_alerts.disputed(
                claims, len(fight), fight[0].at, invocation.baseline, invocation.now()
            )
        )
        return
    _tell(invocation, call, fight, rounds, contained=contained, reason=reason)


def confirm(invocation: Invocation) -> None:
    """Ask event history for what people were told of, and contain those that it confirms."""
    confirming.check(invocation)
    contain_confirmed(invocation)


def contain_confirmed(invocation: Invocation) -> None:
    """Contain those whose fight event history confirms by now, each told on its own."""
    try:
        waiting = invocation.state.to_contain() if invocation.environ.contain == "deny" else ()
    except AWS_ERRORS as error:
        invocation.log.error("no word of whom to contain", reason=str(error))
        return
    for each in waiting:
        try:
            _contain_late(invocation, each)
        except AWS_ERRORS as error:
            invocation.log.error("the event history was not asked", reason=str(error))


def _contain_late(invocation: Invocation, waiting: Containing) -> None:
    now = invocation.now()
    age = now - waiting.at
    if not timedelta(0) <= age <= WAITS:
        invocation.state.forget_containing(waiting.principal)
        return
    stops = _confirmed(invocation, waiting.principal, waiting.events)
    if len(stops) < ROUNDS:
        return
    who = _containable(invocation, stops[-1])
    contained, reason = _attach(invocation, who) if isinstance(who, Principal) else (None, who)
    times = sorted(filter(None, (each.at for each in stops)))
    fight = tuple(Heal(each, waiting.principal) for each in times or [waiting.at])
    _tell(invocation, stops[-1], fight, fight, contained=contained, reason=reason)
    invocation.state.forget_containing(waiting.principal)


def _tell(
    invocation: Invocation,
    call: ApiCall,
    fight: Rounds,
    rounds: Rounds,
    *,
    contained: Principal | None,
    reason: str,
) -> None:
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
        # Runs at the same time see one deletion, of which nothing but their clock has the time.
        gone = any(each.gone for each in report.of(logging.NAME))
        return now.replace(second=0, microsecond=0) if gone else None
    # The run that started it saw which stop it was; the status may tell of the next one by now.
    if report.started_logging and report.gap is not None:
        stopped = report.gap.since
    else:
        stopped = logging.observe(invocation.clients, invocation.baseline).stopped
    said = min(decision.stopped_at or now, now)
    return min(stopped, now) if stopped is not None and abs(stopped - said) <= ABOUT else None


def _claims(fight: Rounds, rounds: Rounds) -> tuple[tuple[str, int], ...]:
    """Whom events name as those who stopped the trail at the times of a fight, and how often.

    Of one stop there is one caller: where events name several, somebody made some of them up.
    """
    times = {each.at for each in fight}
    claimed = {(each.author, each.at) for each in rounds if each.at in times}
    return tuple(Counter(name for name, _ in claimed).most_common())


def _others(rounds: Rounds, author: str, since: datetime) -> tuple[tuple[str, int], ...]:
    stops = {(each.author, each.at) for each in rounds if each.at >= since}
    counted = Counter(name for name, _ in stops if name != author)
    return tuple(counted.most_common())


def _contain(invocation: Invocation, call: ApiCall, fight: Rounds) -> tuple[Principal | None, str]:
    """Whom it contained, or why nobody: a key of the text catalogue, or AWS's error code."""
    who = _containable(invocation, call)
    if not isinstance(who, Principal):
        return None, who
    events = tuple(each.event_id for each in fight if each.event_id)[-_MOST_EVENTS:]
    try:
        if len(_confirmed(invocation, who.arn, events)) >= ROUNDS:
            return _attach(invocation, who)
        invocation.state.await_containing(Containing(invocation.now(), who.arn, events))
    except AWS_ERRORS as error:
        invocation.log.error("cannot confirm who fights", reason=str(error))
        return None, error_code(error)
    return None, "to_be_confirmed"


def _containable(invocation: Invocation, call: ApiCall) -> Principal | str:
    """Whom to contain, or why nobody: a key of the text catalogue."""
    environ = invocation.environ
    if environ.contain != "deny":
        return "setting_off"
    who = containment.principal(call.actor, environ.baseline, environ.break_glass)
    return containment.why_never(call.actor) if who is None else who


def _confirmed(invocation: Invocation, principal: str, events: Sequence[str]) -> list[ApiCall]:
    """The stops of the trail that event history has of a principal under these ids."""
    home, history = invocation.baseline.region, confirming.history(invocation)
    found = (history.call_of(each, home) for each in dict.fromkeys(events))
    return [
        call
        for call in found
        if call is not None
        and call.name in STOPS
        and call.succeeded
        and call.actor.principal_arn == principal
        and names_our_trail(call, invocation.baseline)
    ]


def _attach(invocation: Invocation, who: Principal) -> tuple[Principal | None, str]:
    """Contain somebody whom the history names, a few an hour; the answer is that of `_contain`."""
    now = invocation.now()
    try:
        if invocation.state.contained(now - MEMORY, now, MOST_CONTAINED) >= MOST_CONTAINED:
            return None, "contained_enough"
        # First: what cannot be counted must not be done without end.
        contained = Contained(now, who.arn)
        invocation.state.remember_contained(contained)
        try:
            containment.contain(invocation.clients.iam, who)
        except ClientError:  # refused; after no answer at all nobody knows
            invocation.remember(lambda: invocation.state.forget_contained(contained))
            raise
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
