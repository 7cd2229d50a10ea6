"""Has the alert function tell what its dead-letter queue holds, until it comes to no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trailkeeper.alerts.dead_letters import REDRIVE, Redriven
from trailkeeper.cli.heal_function import AskError, ask_alert
from trailkeeper.evidence.names import ALERT_FUNCTION

Progress = Callable[[str, int, int], None]
"""Called with "told", how many so far, and of how many (0 as long as nobody knows)."""


def redrive(functions: Any, *, progress: Progress = lambda what, count, total: None) -> Redriven:
    """Have every dead alert told, the oldest first; `functions` is a Lambda client.

    The function does as many at once as it has time for, so it is asked as long as it gets on.

    Raises:
        AskError: the function does not answer or refuses; what was not told stays where it is.
    """
    told = 0
    while True:
        done = ask_alert(functions, REDRIVE).redriven
        if done is None:
            raise AskError(f"{ALERT_FUNCTION} is of another version than this command")
        told += done.told
        if not (done.more and done.told):
            return Redriven(told, done.kept, done.more)
        progress("told", told, 0)


def words(done: Redriven) -> str:
    """What came of it, in one line."""
    if not (done.told or done.kept or done.more):
        return "No dead alerts."
    found = done.told + done.kept
    line = f"{found} dead alerts found, {done.told} told in the order they came."
    if done.kept:
        line += f" {done.kept} could not be told and stay: the log of {ALERT_FUNCTION} says why."
    return line + (" There are more; run it again." if done.more else "")
