"""The commands that the `trailkeeper` command line sends to the heal function by invoking it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import trailkeeper
from lambdas.heal import drills, guarding, pauses
from lambdas.heal.invocation import Invocation
from lambdas.heal.reconciling import reconcile
from trailkeeper.alerts import subscriptions
from trailkeeper.evidence.names import PAUSE_PARAMETER
from trailkeeper.guards import alert_channels, logging, other_trails
from trailkeeper.guards.evidence import EVIDENCE
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.reconcile.answer import Address, Answer, Did, SeenTrail, Status, Trigger

T = TypeVar("T")

_SHOWN_HEALS = 10
_SHOWN_DAYS = timedelta(days=30)


class UnknownCommandError(ValueError):
    """When an invocation asks for something that is no command, or with impossible values."""


def run(command: Mapping[str, Any], invocation: Invocation) -> Answer:
    """Carry out a command; what cannot be done is answered, as a typo must not raise an alarm.

    Raises:
        ClientError, BotoCoreError: an alert of what was found could not be handed over.
    """
    try:
        return _run(command, invocation)
    except (UnknownCommandError, drills.DrillRefusedError) as error:
        return Answer(Did.REFUSED, Trigger.COMMAND, str(error))


def _run(command: Mapping[str, Any], invocation: Invocation) -> Answer:
    carry_out = COMMANDS.get(str(command["command"]))
    if carry_out is None:
        raise UnknownCommandError(
            f"unknown command {str(command['command'])[:40]!r}; known are {', '.join(COMMANDS)}"
        )
    return carry_out(invocation, command)


def _reconcile(invocation: Invocation, command: Mapping[str, Any]) -> Answer:
    return reconcile(invocation, Trigger.COMMAND, dry_run=command.get("dry_run") is True)


def _status(invocation: Invocation, _: Mapping[str, Any]) -> Answer:
    state, now, environ = invocation.state, invocation.now(), invocation.environ
    pause = pauses.look_up(invocation, announce=False).running
    found = reconcile(invocation, Trigger.COMMAND, dry_run=True)

    def known(look: Callable[[], T], otherwise: T) -> T:
        """What AWS says, or `otherwise`: a status tells what can be told."""
        try:
            return look()
        except AWS_ERRORS as error:
            invocation.log.error("a part of the status is not known", reason=str(error))
            return otherwise

    nothing: None = None
    status = Status(
        trail=environ.baseline.names.trail_arn,
        guarded=(logging.NAME, *(guard.name for guard in EVIDENCE)),
        version=trailkeeper.__version__,
        addresses=known(lambda: _addresses(invocation), nothing),
        told=known(state.told, ()),
        last_look=known(lambda: state.ran("look"), nothing),
        look_minutes=environ.reconcile_minutes,
        last_sweep=known(lambda: state.ran("sweep"), nothing),
        sweep_minutes=environ.sweep_minutes,
        last_reconcile=known(state.last_reconcile, nothing),
        pause=pause,
        heals=known(lambda: state.deeds("healed", now - _SHOWN_DAYS, _SHOWN_HEALS), ()),
        other_trails=known(lambda: _other_trails(invocation), ()),
        guard=guarding.look(invocation),
    )
    return replace(found, did=Did.SHOWED_STATUS, status=status)


def _addresses(invocation: Invocation) -> tuple[Address, ...]:
    """The addresses of the settings and those that somebody subscribed by hand."""
    found = alert_channels.observe(invocation.clients, invocation.baseline)
    by_hand = (each.endpoint for each in found if each.protocol in {"email", "email-json"})
    addresses = {each.casefold(): each for each in (*by_hand, *invocation.environ.alert_emails)}
    troubles = {
        address: trouble for trouble, address, _ in subscriptions.silent(addresses.values(), found)
    }
    return tuple(Address(each, troubles.get(each, "")) for each in addresses.values())


def _other_trails(invocation: Invocation) -> tuple[SeenTrail, ...]:
    own = invocation.baseline.names.trail_arn
    return tuple(
        SeenTrail(each.name, each.home_region, each.organization)
        for each in other_trails.copies(invocation.clients, own)
    )


def _pause(invocation: Invocation, _: Mapping[str, Any]) -> Answer:
    """Begin the pause that the parameter asks for; the command itself says nothing that counts."""
    known = pauses.look_up(invocation)
    if known.running is None:
        raise UnknownCommandError(known.why or "the pause is over")
    return Answer(Did.PAUSED, Trigger.COMMAND, pause=known.running)


def _resume(invocation: Invocation, _: Mapping[str, Any]) -> Answer:
    """Reconcile, which ends a pause that the parameter no longer asks for."""
    known = pauses.look_up(invocation, announce=False)
    if known.running is not None:
        raise UnknownCommandError(
            f"the parameter {PAUSE_PARAMETER} asks for a pause until "
            f"{known.running.end.isoformat(timespec='seconds')}; 0 minutes in it end it"
        )
    found = reconcile(invocation, Trigger.COMMAND)
    return replace(found, did=Did.RESUMED, pause=known.over)


COMMANDS: Mapping[str, Callable[[Invocation, Mapping[str, Any]], Answer]] = {
    "reconcile": _reconcile,
    "status": _status,
    "pause": _pause,
    "resume": _resume,
    "drill": drills.announce,
    "drill-seen": drills.seen,
    "test-alerts": drills.test,
}
