"""Tells people every few days that the guard is alive, so that they notice silence."""

from __future__ import annotations

from datetime import timedelta

from lambdas.heal.invocation import Invocation
from trailkeeper.alerts import alive_alerts
from trailkeeper.alerts.alive_alerts import Counts
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.reconcile.answer import Answer, Did, Trigger
from trailkeeper.state.heal_items import Alive

# One answer of DynamoDB holds about so many.
_MOST_HEALS = 1000


def tell(invocation: Invocation) -> Answer:
    """Alert, with what was counted since the last such message.

    Raises:
        ClientError, BotoCoreError: the alert could not be handed over.
    """
    state, days, baseline = invocation.state, invocation.environ.alive_days, invocation.baseline
    now = invocation.now()
    try:
        total, last = _total(invocation), state.alive()
        heals = len(state.deeds("healed", last.at, _MOST_HEALS)) if last else 0
        deployed = state.deploys(now - timedelta(days=days), now)
    except AWS_ERRORS as error:
        invocation.log.error("what was done cannot be counted", reason=str(error))
        invocation.alert(alive_alerts.uncounted(days, baseline, now))
    else:
        counts = _since(last, total, heals) if last else None
        invocation.alert(alive_alerts.alive(counts, days, baseline, now, deployed))
        invocation.remember(lambda: state.remember_alive(total))
    return Answer(Did.SAID_ALIVE, Trigger.OTHER)


def _total(invocation: Invocation) -> Alive:
    state = invocation.state
    look, sweep = state.last_run("look"), state.last_run("sweep")
    return Alive(
        at=invocation.now(),
        looks=look.count if look else 0,
        sweeps=sweep.count if sweep else 0,
        took={each.channel: each.taken for each in state.told()},
    )


def _since(last: Alive, total: Alive, heals: int) -> Counts:
    """What came since; a count that began anew is all that there is of it."""

    def more(before: int, now: int) -> int:
        return now - before if now >= before else now

    return Counts(
        since=last.at,
        looks=more(last.looks, total.looks),
        sweeps=more(last.sweeps, total.sweeps),
        heals=heals,
        took={name: more(last.took.get(name, 0), taken) for name, taken in total.took.items()},
    )
