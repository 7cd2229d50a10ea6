"""What the heal function does, by what invoked it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambdas.heal import commands, guarding
from lambdas.heal.follow import follow
from lambdas.heal.invocation import Invocation
from lambdas.heal.reconciling import look, reconcile
from trailkeeper.detections.catalogue import API_CALL
from trailkeeper.environments.schedule import LOOK, SWEEP, WATCH, is_sent_by
from trailkeeper.events.event import ApiCall, MalformedEventError
from trailkeeper.reconcile.answer import Answer, Trigger


def handle(invocation: Invocation, event: Any) -> Answer:
    """Carry out a command, follow an API call, look when it is time, reconcile for anything else.

    Raises:
        HealFailedError: something is still not in order.
        UnknownCommandError: the invocation asks for something that is no command.
    """
    command = commands.command_of(event)
    if command is not None:
        return commands.run(command, invocation)
    if isinstance(event, Mapping) and event.get("detail-type") == API_CALL:
        try:
            call = ApiCall.parse(event)
        except MalformedEventError as error:
            invocation.log.error("unreadable event", reason=str(error))
        else:
            return guarding.follow(invocation, call) or follow(invocation, call)
    if is_sent_by(LOOK, event):
        return look(invocation)
    if is_sent_by(WATCH, event):
        return guarding.sweep(invocation)
    return reconcile(invocation, Trigger.SWEEP if is_sent_by(SWEEP, event) else Trigger.OTHER)
