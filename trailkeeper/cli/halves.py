"""What `trailkeeper status` tells of the guard itself: each half says how the other one is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from trailkeeper.cli import show
from trailkeeper.cli.heal_function import AskError, NotThereError, ask
from trailkeeper.evidence.names import (
    HEAL_FUNCTION,
    RESPONSE_STACK,
    SATELLITE_STACK,
    WATCHER_FUNCTION,
    WATCHER_STACK,
)
from trailkeeper.evidence.outcome import Outcome, Report, Result, place_of
from trailkeeper.reconcile.answer import Answer

_PEOPLE = "guard-people"
_FIXES = {
    _PEOPLE: "each of the settings confirms AWS's mail, or subscribes again; unsubscribe strangers",
}


@dataclass(frozen=True, slots=True)
class Half:
    """One half as the other one sees it: what is not as deployed, or why nobody knows."""

    name: str
    stack: str
    report: Report | None
    trouble: str = ""

    def stack_of(self, found: Outcome) -> str:
        """The stack that has what was found not to be in order."""
        _, region = place_of(found.document)
        return f"{SATELLITE_STACK}{region}" if region else self.stack

    @property
    def in_order(self) -> bool:
        return not self.trouble and (self.report is None or self.report.found_nothing)


@dataclass(frozen=True, slots=True)
class Halves:
    """Both halves of the guard; empty where the settings want one alone.

    `unasked` is why the watcher, though it is there, could not be asked.
    """

    both: tuple[Half, ...] = ()
    unasked: str = ""

    @property
    def in_order(self) -> bool:
        """Whether all that is compared is as deployed, as far as anybody could see."""
        return all(each.in_order for each in self.both)

    @property
    def seen(self) -> bool:
        """Whether anybody could say anything."""
        return any(each.report is not None for each in self.both)

    def lines(self) -> Iterator[str]:
        """What a person reads; what is in capitals is to be seen to, with the fix."""
        if not self.both:
            yield "only one half: nobody watches over the heal function (setting watcher)"
        elif self.in_order:
            yield "both halves are as deployed, each seen by the other"
        for half in self.both:
            yield from _lines(half)


def compare(functions: Any, healing: Answer | None, failure: str = "") -> Halves:
    """Ask the watcher how the heal function's side is; `healing` told how the watcher's is.

    `failure` is why the heal function could not be asked. `functions` is a Lambda client.
    """
    of_watcher = healing.status.guard if healing and healing.status else None
    if healing and of_watcher is None:
        return Halves()
    try:
        of_heal = ask(functions, "status", function=WATCHER_FUNCTION).report
    except NotThereError as error:
        if of_watcher is None and not failure:
            return Halves()
        return Halves(
            (
                Half(HEAL_FUNCTION, RESPONSE_STACK, None, failure or str(error)),
                Half(WATCHER_FUNCTION, WATCHER_STACK, of_watcher),
            )
        )
    except AskError as error:
        heal, unasked = Half(HEAL_FUNCTION, RESPONSE_STACK, None, failure or str(error)), str(error)
    else:
        heal, unasked = Half(HEAL_FUNCTION, RESPONSE_STACK, of_heal, failure), ""
    trouble = failure and f"{HEAL_FUNCTION} did not say"
    watcher = Half(WATCHER_FUNCTION, WATCHER_STACK, of_watcher, trouble)
    return Halves((heal, watcher), unasked)


def told(answer: Answer, halves: Halves) -> Answer:
    """The status with what both halves found, for programs."""
    if answer.status is None or not halves.both:
        return answer
    found = tuple(
        outcome for each in halves.both if each.report for outcome in each.report.outcomes
    )
    both = Report(found, dry_run=True)
    return replace(answer, status=replace(answer.status, guard=both))


def _lines(half: Half) -> Iterator[str]:
    if half.trouble:
        yield f"the side of {half.name} is NOT known to be in order: {half.trouble}"
    for each in half.report.outcomes if half.report else ():
        yield f"{show.document(each.key)}: {_what(each)}"
        for change in each.changes:
            yield from show.changed(change)
        yield f"    fix: {_fix(each, half)}"


def _what(found: Outcome) -> str:
    if found.result is Result.UNREADABLE:
        return f"NOT readable ({show.said(found.error)})"
    return "NOT as deployed" if found.result is not Result.TOLD else "NOT for a machine to change"


def _fix(found: Outcome, half: Half) -> str:
    return _FIXES.get(found.guard) or f"npx cdk deploy {half.stack_of(found)} --revert-drift"
