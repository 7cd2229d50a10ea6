"""The commands that the `trailkeeper` command line sends to the heal function by invoking it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from lambdas.heal.healer import Healer
from lambdas.heal.state import LONGEST_PAUSE, Pause
from trailkeeper.alerts import pause_alerts
from trailkeeper.guards import EVIDENCE

DEFAULT_PAUSE = timedelta(minutes=30)
_LONGEST_WORDS = 200
_LONGEST_MINUTES = int(LONGEST_PAUSE.total_seconds() // 60)


class UnknownCommandError(ValueError):
    """When an invocation asks for something that is no command, or with impossible values."""


def command_of(event: Any) -> Mapping[str, Any] | None:
    """The command in an invocation, None if it is an event or the schedule."""
    command = event.get("trailkeeper") if isinstance(event, Mapping) else None
    return command if isinstance(command, Mapping) and "command" in command else None


def run(command: Mapping[str, Any], healer: Healer) -> dict[str, Any]:
    """Carry out a command.

    Raises:
        UnknownCommandError: no such command, or a value out of range.
        HealFailedError: a reconcile ended with something not in order.
        ClientError, BotoCoreError: the state table cannot be reached.
    """
    match command["command"]:
        case "reconcile":
            return healer.reconcile(dry_run=command.get("dry_run") is True)
        case "status":
            return _status(healer)
        case "pause":
            return _pause(command, healer)
        case "resume":
            return _resume(healer)
        case other:
            raise UnknownCommandError(
                f"unknown command {str(other)[:40]!r}; known are reconcile, status, pause, resume"
            )


def _status(healer: Healer) -> dict[str, Any]:
    now = healer.now()
    pause = healer.state.pause()
    running = pause is not None and now < pause.end
    return {
        "guarded": ["logging", *(guard.name for guard in EVIDENCE)],
        "trail": healer.environ.baseline.names.trail_arn,
        "now": healer.reconcile(dry_run=True),
        "last_reconcile": healer.state.last_reconcile(),
        "paused": (
            {"until": pause.end.isoformat(), "reason": pause.reason, "author": pause.author}
            if pause is not None and running
            else None
        ),
        "heals": [
            {"at": heal.at.isoformat(), "author": heal.author}
            for heal in healer.state.heals_since(now - timedelta(days=30))[-10:]
        ],
    }


def _pause(command: Mapping[str, Any], healer: Healer) -> dict[str, Any]:
    minutes = command.get("minutes", int(DEFAULT_PAUSE.total_seconds() // 60))
    if type(minutes) is not int or not 1 <= minutes <= _LONGEST_MINUTES:
        raise UnknownCommandError(
            f"minutes must be a whole number from 1 to {_LONGEST_MINUTES}, given: {minutes!r}"
        )
    reason = str(command.get("reason", "")).strip()[:_LONGEST_WORDS]
    if not reason:
        raise UnknownCommandError("a pause needs a reason, which everybody gets to read")
    now = healer.now()
    author = str(command.get("author", ""))[:_LONGEST_WORDS]
    pause = Pause(now, now + timedelta(minutes=minutes), reason, author)
    # Told first: a pause that nobody hears of must not begin.
    healer.tell(pause_alerts.begun(author, reason, pause.end, healer.environ.baseline, now))
    healer.state.begin_pause(pause)
    return {"paused_until": pause.end.isoformat(), "reason": reason}


def _resume(healer: Healer) -> dict[str, Any]:
    pause = healer.state.pause()
    if pause is None:
        return {"resumed": False, "now": healer.reconcile()}
    now = healer.now()
    healer.state.begin_pause(Pause(pause.started, now, pause.reason, pause.author))
    return {"resumed": True, "now": healer.reconcile()}
