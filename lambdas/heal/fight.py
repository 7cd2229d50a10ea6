"""A fight over the trail: somebody who stops it again and again, alerted of once and contained."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from lambdas.heal import containment
from lambdas.heal.invocation import Invocation
from trailkeeper.alerts import fight_alerts
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards.guard import AWS_ERRORS, error_code
from trailkeeper.reconcile.decide import Decision
from trailkeeper.state.table import Heal

# Three rounds without ten quiet minutes between them are a fight.
ROUNDS = 3
QUIET = timedelta(minutes=10)
MEMORY = timedelta(hours=1)

Rounds = Sequence[Heal]


def remember_round(
    invocation: Invocation, call: ApiCall, decision: Decision, report: Report
) -> Rounds:
    """Note a call that stopped the trail, and a run that started it; the rounds of the last hour.

    A round is a call that stops the trail, whichever run healed it; only its author fights.
    """
    if not decision.stops_trail and not report.started_logging:
        return ()
    now = invocation.now()
    author = (call.actor.principal_arn or call.actor.display) if decision.stops_trail else ""
    heal = Heal(decision.stopped_at or now, author, call.event_id[:100])
    try:
        invocation.state.remember_heal(heal)
        heals = invocation.state.heals_since(now - MEMORY)
    except AWS_ERRORS as error:
        invocation.log.error("cannot count the heals", reason=str(error))
        return ()
    return tuple(each for each in heals if each.author)


def going_on(rounds: Rounds, now: datetime) -> Rounds:
    """The rounds of the fight that goes on now, oldest first; none if there is no fight."""
    lately = [each for each in rounds if now - each.at <= QUIET]
    return _since_it_was_quiet(rounds) if len(lately) >= ROUNDS else ()


def answer(invocation: Invocation, call: ApiCall, fight: Rounds) -> None:
    """Contain the caller if the settings say so, and alert people of the fight."""
    contained, reason = _contain(invocation, call)
    invocation.alert(
        fight_alerts.fighting(
            call,
            invocation.baseline,
            len(fight),
            fight[0].at,
            now=invocation.now(),
            contained=contained,
            reason=reason,
        )
    )


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
