"""The commands that the `trailkeeper` command line sends to the heal function by invoking it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from lambdas.heal import pauses
from lambdas.heal.invocation import Invocation
from lambdas.heal.reconciling import reconcile
from trailkeeper.guards import EVIDENCE, logging
from trailkeeper.reconcile.answer import Answer, Did, Status, Trigger
from trailkeeper.state.table import DEFAULT_PAUSE_MINUTES, LONGEST_PAUSE_MINUTES, Pause

_LONGEST_WORDS = 200
_SHOWN_HEALS = 10
_SHOWN_DAYS = timedelta(days=30)


class UnknownCommandError(ValueError):
    """When an invocation asks for something that is no command, or with impossible values."""


def command_of(event: Any) -> Mapping[str, Any] | None:
    """The command in an invocation, None if it is an event or the schedule."""
    command = event.get("trailkeeper") if isinstance(event, Mapping) else None
    return command if isinstance(command, Mapping) and "command" in command else None


def run(command: Mapping[str, Any], invocation: Invocation) -> Answer:
    """Carry out a command.

    Raises:
        UnknownCommandError: no such command, or a value out of range.
        HealFailedError: a reconcile ended with something not in order.
        ClientError, BotoCoreError: the state table cannot be reached.
    """
    match command["command"]:
        case "reconcile":
            return reconcile(invocation, Trigger.COMMAND, dry_run=command.get("dry_run") is True)
        case "status":
            return _status(invocation)
        case "pause":
            return _pause(command, invocation)
        case "resume":
            return _resume(invocation)
        case other:
            raise UnknownCommandError(
                f"unknown command {str(other)[:40]!r}; known are reconcile, status, pause, resume"
            )


def _status(invocation: Invocation) -> Answer:
    state, now = invocation.state, invocation.now()
    pause = state.pause()
    found = reconcile(invocation, Trigger.COMMAND, dry_run=True)
    status = Status(
        trail=invocation.baseline.names.trail_arn,
        guarded=(logging.NAME, *(guard.name for guard in EVIDENCE)),
        last_reconcile=state.last_reconcile(),
        pause=pause if pause is not None and now < pause.end else None,
        heals=state.heals_since(now - _SHOWN_DAYS)[-_SHOWN_HEALS:],
    )
    return replace(found, did=Did.SHOWED_STATUS, status=status)


def _pause(command: Mapping[str, Any], invocation: Invocation) -> Answer:
    minutes = command.get("minutes", DEFAULT_PAUSE_MINUTES)
    if type(minutes) is not int or not 1 <= minutes <= LONGEST_PAUSE_MINUTES:
        raise UnknownCommandError(
            f"minutes must be a whole number from 1 to {LONGEST_PAUSE_MINUTES}, given: {minutes!r}"
        )
    reason = str(command.get("reason", "")).strip()[:_LONGEST_WORDS]
    if not reason:
        raise UnknownCommandError("a pause needs a reason, which everybody gets to read")
    now = invocation.now()
    author = str(command.get("author", ""))[:_LONGEST_WORDS]
    pause = Pause(now, now + timedelta(minutes=minutes), reason, author)
    pauses.begin(invocation, pause)
    return Answer(Did.PAUSED, Trigger.COMMAND, pause=pause)


def _resume(invocation: Invocation) -> Answer:
    """Have the pause's time be over: the reconcile then ends it, as it would by itself."""
    pause = invocation.state.pause()
    if pause is not None:
        invocation.state.begin_pause(replace(pause, until=invocation.now()))
    found = reconcile(invocation, Trigger.COMMAND)
    return replace(found, did=Did.RESUMED, pause=pause)
