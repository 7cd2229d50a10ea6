"""GUARD: the guards over the other side of the guard, as one list for the engine."""

from __future__ import annotations

from collections.abc import Mapping

from trailkeeper.environments import alert, heal
from trailkeeper.guards import (
    guard_functions,
    guard_people,
    guard_queue,
    guard_rules,
    guard_schedules,
    guard_stack,
)
from trailkeeper.guards.guard import Guard
from trailkeeper.guards.guard_functions import Own
from trailkeeper.guards.sides import Side

# The variables that all functions share, so that each knows what the others must have.
VARIABLES = (heal.VARIABLE, alert.VARIABLE)


def running(function: str, version: str, environ: Mapping[str, str]) -> Own:
    """The version that runs this code."""
    return Own(function, version, {name: environ[name] for name in VARIABLES})


def judging(function: str) -> Own:
    """Stands for a version where only the rights of the guards matter."""
    return Own(function, "", {})


def guards_of(side: Side, own: Own) -> tuple[Guard, ...]:
    """The guards of a side, in the order of repair: what runs, what calls it, who is told."""
    return (
        guard_functions.guard(side, own),
        guard_rules.guard(side),
        guard_schedules.guard(side),
        *([guard_queue.guard(side)] if side.queue_to else []),
        guard_stack.guard(side),
        *([guard_people.guard(side.subscribers)] if side.subscribers else []),
    )
