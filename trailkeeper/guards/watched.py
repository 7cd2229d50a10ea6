"""GUARD: the guards over the other side of the guard, as one list for the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trailkeeper.environments import alert, deliveries, heal
from trailkeeper.guards import (
    guard_alarms,
    guard_feeds,
    guard_functions,
    guard_key,
    guard_logs,
    guard_parameter,
    guard_people,
    guard_queue,
    guard_queues,
    guard_roles,
    guard_rules,
    guard_schedules,
    guard_stack,
    guard_table,
    guard_topics,
)
from trailkeeper.guards.guard import Guard
from trailkeeper.guards.guard_functions import Own
from trailkeeper.guards.guard_roles import Policies, nobody
from trailkeeper.guards.sides import Side

# The variables that all functions share, so that each knows what the others must have.
VARIABLES = (heal.VARIABLE, alert.VARIABLE, deliveries.VARIABLE)


def running(function: str, version: str, environ: Mapping[str, str]) -> Own:
    """The version that runs this code."""
    return Own(function, version, {name: environ[name] for name in VARIABLES if name in environ})


def judging(function: str) -> Own:
    """Stands for a version where only the rights of the guards matter."""
    return Own(function, None, {})


@dataclass(frozen=True)
class Watched:
    """The other side, and the guards over it."""

    side: Side
    guards: tuple[Guard, ...]

    @classmethod
    def of(cls, side: Side, own: Own, policies: Policies) -> Watched:
        """The side as the version `own` knows it; `policies` are those of its roles."""
        return cls(side, guards_of(side, own, policies))


def guards_of(side: Side, own: Own, policies: Policies = nobody) -> tuple[Guard, ...]:
    """The guards of a side, in the order of repair: what runs, what calls it, who is told."""
    return (
        guard_roles.guard(side, policies),
        guard_functions.guard(side, own),
        guard_rules.guard(side),
        guard_schedules.guard(side),
        guard_queues.guard(side),
        *([guard_queue.guard(side)] if side.queue_to else []),
        *([guard_key.guard(side)] if side.has_key else []),
        guard_topics.guard(side),
        *([guard_feeds.guard(side)] if side.feeding else []),
        *([guard_people.guard(side)] if side.subscribers else []),
        guard_table.guard(side),
        *([guard_parameter.guard()] if side.for_deploys else []),
        guard_logs.guard(side),
        guard_alarms.guard(side),
        guard_stack.guard(side),
    )
