"""What the heal function does, by what invoked it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lambdas.heal import alive, asked, commands, fight, guarding
from lambdas.heal.follow import follow
from lambdas.heal.invocation import HealFailedError, Invocation
from lambdas.heal.reconciling import look, reconcile
from trailkeeper.alerts import state_alerts
from trailkeeper.environments.schedule import ALIVE, LOOK, SWEEP, WATCH, is_sent_by
from trailkeeper.events.event import MalformedEventError
from trailkeeper.reconcile.answer import Answer, Trigger
from trailkeeper.reconcile.start_logging import Started

_MOST_STRANGE = 5


def handle(invocation: Invocation, event: Any, first: Started | None = None) -> Answer:
    """Carry out a command, follow an API call, look when it is time, reconcile for anything else.

    `first` is what was already done about the logging, because the event is a stop of the trail.

    Raises:
        HealFailedError: something is still not in order.
        UnknownCommandError: the invocation asks for something that is no command.
    """
    try:
        return _handle(invocation, event, first)
    finally:
        _tell_of_strange_items(invocation)


def _tell_of_strange_items(invocation: Invocation) -> None:
    """Alert of what nobody of ours can have written into the state table."""
    baseline, now = invocation.baseline, invocation.now()
    for (partition, sort), why in list(invocation.state.strange.items())[:_MOST_STRANGE]:
        invocation.alert(
            state_alerts.strange(
                partition, sort, why, now, account=baseline.account, region=baseline.region
            )
        )


def _handle(invocation: Invocation, event: Any, first: Started | None) -> Answer:
    command = asked.command_of(event)
    if command is not None:
        return commands.run(command, invocation)
    try:
        call = asked.call_of(event)
    except MalformedEventError as error:
        invocation.log.error("unreadable event", reason=str(error))
        call = None
    if call is not None:
        return guarding.follow(invocation, call) or follow(invocation, call, first)
    if asked.tells_of_a_stack(event):
        return guarding.hear(invocation, event)
    for sent, run in _BY_SCHEDULE:
        if is_sent_by(sent, event):
            return run(invocation)
    trigger = Trigger.SWEEP if is_sent_by(SWEEP, event) else Trigger.OTHER
    return _confirm_even_if_broken(invocation, lambda: reconcile(invocation, trigger))


def _look(invocation: Invocation) -> Answer:
    try:
        return _confirm_even_if_broken(invocation, lambda: look(invocation))
    finally:
        guarding.settle(invocation)


_BY_SCHEDULE: tuple[tuple[Mapping[str, Any], Callable[[Invocation], Answer]], ...] = (
    (LOOK, _look),
    (ALIVE, alive.tell),
    (WATCH, guarding.sweep),
)


def _confirm_even_if_broken(invocation: Invocation, run: Callable[[], Answer]) -> Answer:
    """A run asks event history for what people were told of; one that breaks must not keep it."""
    try:
        return run()
    except HealFailedError:
        raise  # which ends a run that has asked
    except Exception:
        fight.confirm(invocation)
        raise
