"""What runs by the clock: EventBridge Scheduler's schedules, and rules with a schedule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ministack.services import eventbridge, scheduler

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.eventbridge:_rule_last_fired",
    "ministack.services.eventbridge:_rules",
    "ministack.services.eventbridge:_tick_scheduled_rules()",
    "ministack.services.scheduler:_SCHEDULE_TICK_INTERVAL",
    "ministack.services.scheduler:_schedule_last_fired",
    "ministack.services.scheduler:_schedules",
    "ministack.services.scheduler:_tick_schedules()",
)

TICK_SECONDS = 1

Tick = Callable[[], object]
Key = tuple[str, str, str]


class CannotRunError(ValueError):
    """When there is no such schedule, or AWS would not run it; the message is for the user."""


@dataclass(frozen=True)
class _Clockwork:
    """One of the two services: what is scheduled, when it ran last, one look at what is due."""

    scheduled: Any
    last_run: dict[Key, float]
    tick: Callable[[], Tick]

    def entries(self) -> Iterator[tuple[Key, dict[str, Any]]]:
        for key, entry in list(self.scheduled._data.items()):
            if entry.get("ScheduleExpression"):
                yield key, entry


_CLOCKWORKS = (
    _Clockwork(
        scheduler._schedules, scheduler._schedule_last_fired, lambda: scheduler._tick_schedules
    ),
    _Clockwork(
        eventbridge._rules, eventbridge._rule_last_fired, lambda: eventbridge._tick_scheduled_rules
    ),
)


def install(turn: Callable[[Tick], Tick]) -> None:
    """Look for what is due each second, each look as one `turn`; begin rates as AWS does.

    A rate schedule without a start date invokes its target as soon as it is made. Source:
    EventBridge Scheduler user guide, "Schedule types", rate-based schedules.
    """
    tick = scheduler._tick_schedules

    def with_new_rates() -> None:
        for key, schedule in list(scheduler._schedules._data.items()):
            is_rate = str(schedule.get("ScheduleExpression", "")).startswith("rate(")
            if is_rate and not schedule.get("StartDate"):
                scheduler._schedule_last_fired.setdefault(key, 0.0)
        tick()

    scheduler._tick_schedules = turn(with_new_rates)
    eventbridge._tick_scheduled_rules = turn(eventbridge._tick_scheduled_rules)
    scheduler._SCHEDULE_TICK_INTERVAL = TICK_SECONDS


def run(name: str) -> None:
    """Run a schedule or a scheduled rule now, as if it were due; its next run is a period later.

    Raises CannotRunError.
    """
    known: set[str] = set()
    for clockwork in _CLOCKWORKS:
        for key, entry in clockwork.entries():
            known.add(entry["Name"])
            if entry["Name"] == name:
                _run(clockwork, key, entry)
                return
    named = ", ".join(sorted(known)) or "none at all"
    raise CannotRunError(f"there is no schedule {name!r}; there are: {named}")


def _run(clockwork: _Clockwork, key: Key, entry: dict[str, Any]) -> None:
    name = entry["Name"]
    if entry.get("State") != "ENABLED":
        raise CannotRunError(f"the schedule {name} is disabled, so AWS would not run it")
    if entry["ScheduleExpression"].startswith("at("):
        raise CannotRunError(
            f"the schedule {name} runs once, {entry['ScheduleExpression']}, not again and again"
        )
    before = clockwork.last_run.get(key)
    clockwork.last_run[key] = 0.0
    clockwork.tick()()
    if clockwork.last_run.get(key) == 0.0:
        clockwork.last_run.pop(key)
        if before is not None:
            clockwork.last_run[key] = before
        raise CannotRunError(f"the schedule {name} is outside its start and end date")


def shift(seconds: float) -> None:
    """Let every schedule have run later by so many seconds than it has."""
    for clockwork in _CLOCKWORKS:
        for key, at in list(clockwork.last_run.items()):
            clockwork.last_run[key] = at + seconds if at else at
