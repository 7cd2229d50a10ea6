"""The heal function's questions to event history, whether what it tells people of was done."""

from __future__ import annotations

from lambdas.heal import known_stops
from lambdas.heal.invocation import Invocation
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.names import HEAL_FUNCTION
from trailkeeper.reconcile.confirming import Confirming
from trailkeeper.reconcile.history import History


def history(invocation: Invocation) -> History:
    """Event history, as this invocation asks it."""
    return History(invocation.clients, invocation.patience, invocation.failed)


def expect(invocation: Invocation, call: ApiCall) -> None:
    """Note a call that people were told of, to ask the history for it."""
    _confirming(invocation).expect(call)


def check(invocation: Invocation) -> None:
    """Ask the history for the calls that people were told of, the oldest first."""
    _confirming(invocation).check()


def _confirming(invocation: Invocation) -> Confirming:
    return Confirming(
        function=HEAL_FUNCTION,
        baseline=invocation.baseline,
        history=history(invocation),
        store=invocation.state,
        now=invocation.now,
        tell=invocation.alert,
        failed=invocation.failed,
        confirmed=lambda call: known_stops.confirm(invocation, call),
    )
