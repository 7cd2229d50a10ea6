"""Has the alert function show, or remove, what another function had to give up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trailkeeper.alerts.dead_letters import SHOW, SPARED, DeadLetter, Shown
from trailkeeper.cli import times
from trailkeeper.cli.heal_function import AskError, ask_alert
from trailkeeper.evidence.names import ALERT_FUNCTION
from trailkeeper.rendering.untrusted import clean

_LONGEST = 300


def dead_letters(functions: Any, *, of: str, drain: bool) -> Iterator[str]:
    """Lines with what was given up, the oldest first, and with what became of it.

    `functions` is a Lambda client, `of` says whose. With `drain` all are removed that are old
    enough.

    Raises:
        AskError: the function does not answer or refuses.
    """
    count = removed = 0
    while True:
        shown = _ask(functions, of, drain=drain)
        yield from (_line(each) for each in shown.letters)
        count += len(shown.letters)
        removed += shown.removed
        if not (drain and shown.more and shown.removed):
            break
    if not count:
        yield "No dead letters."
    if removed:
        yield f"{removed} removed."
    if shown.spared:
        yield (
            f"{shown.spared} stay until they are {times.span(SPARED)} old, so that their alarm "
            "goes off first."
        )
    if shown.more:
        yield "There are more; run it again with --drain."


def _ask(functions: Any, of: str, *, drain: bool) -> Shown:
    shown = ask_alert(functions, SHOW, of=of, drain=drain).shown
    if shown is None:
        raise AskError(f"{ALERT_FUNCTION} is of another version than this command")
    return shown


def _line(letter: DeadLetter) -> str:
    what, why = clean(letter.what, _LONGEST), clean(letter.why, _LONGEST)
    return f"{letter.when:%Y-%m-%d %H:%M:%S} UTC  {what}: {why}"
