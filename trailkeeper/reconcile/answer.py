"""What one invocation of the heal function came to: one shape, whoever invoked it and for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from trailkeeper.evidence.metrics import LOOK_SUCCEEDED, SWEEP_SUCCEEDED, Metric
from trailkeeper.evidence.outcome import Report
from trailkeeper.state.alert_items import DrillTold, Told
from trailkeeper.state.heal_items import Deed, LastReconcile, Pause
from trailkeeper.wire.typed import dump, load


class Did(StrEnum):
    """What the function did."""

    IGNORED = "ignored"
    ALERTED_ATTEMPT = "alerted-attempt"
    LOOKED = "looked"
    RECONCILED = "reconciled"
    SHOWED_STATUS = "showed-status"
    PAUSED = "paused"
    RESUMED = "resumed"
    ANNOUNCED_DRILL = "announced-drill"
    TESTED_ALERTS = "tested-alerts"
    SHOWED_DRILL = "showed-drill"
    SAID_ALIVE = "said-alive"
    REFUSED = "refused"


class Trigger(StrEnum):
    """What invoked the function; `OTHER` is an invocation by hand that is no command."""

    EVENT = "event"
    LOOK = "look"
    SWEEP = "sweep"
    COMMAND = "command"
    OTHER = "other"


_HEARTBEATS = {Trigger.LOOK: LOOK_SUCCEEDED, Trigger.SWEEP: SWEEP_SUCCEEDED}


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody who gets alerts by mail, or does not: `trouble` says why."""

    endpoint: str
    trouble: Literal["", "pending", "missing", "filtered"] = ""


@dataclass(frozen=True, slots=True)
class SeenTrail:
    """Another trail of the account that records every region, or a whole organization."""

    name: str
    home_region: str
    organization: bool


@dataclass(frozen=True, slots=True)
class Status:
    """What is guarded, who hears of it, and what is remembered.

    `version` is the function's. `addresses` is None where SNS did not say who is subscribed.
    `look_minutes` and `sweep_minutes` are how often the schedules come; `heals` are the latest,
    newest first. `guard` is what of the guard is not as deployed, None where nothing compares it.
    """

    trail: str
    guarded: tuple[str, ...]
    version: str
    addresses: tuple[Address, ...] | None
    told: tuple[Told, ...]
    last_look: datetime | None
    look_minutes: int
    last_sweep: datetime | None
    sweep_minutes: int
    last_reconcile: LastReconcile | None
    pause: Pause | None
    heals: tuple[Deed, ...]
    other_trails: tuple[SeenTrail, ...]
    guard: Report | None = None


@dataclass(frozen=True, slots=True)
class DrillSeen:
    """What the functions know of a drill by now: when its stop was seen, what each channel took."""

    id: str
    seen: datetime | None
    told: tuple[DrillTold, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The function's answer. `why` says in a sentence why a call was ignored or alone alerted of,
    or why a command was refused.

    `report` is what a reconcile found (for the status one without repairs), `pause` the pause that
    was begun or ended, `drill` what is known of a drill.
    """

    did: Did
    trigger: Trigger
    why: str = ""
    report: Report | None = None
    status: Status | None = None
    pause: Pause | None = None
    drill: DrillSeen | None = None

    @property
    def heartbeat(self) -> Metric | None:
        """What it is a sign of life of: a schedule's look or sweep in which nothing failed.

        What an event leads to is no sign that the schedules still come, and a run that failed is
        no sign that the guard can see or repair anything. A sweep is no look: each schedule has its
        own silence.
        """
        if self.did not in {Did.LOOKED, Did.RECONCILED} or self.report is None:
            return None
        if self.report.failed or self.report.dry_run:
            return None
        return _HEARTBEATS.get(self.trigger)

    def to_json(self) -> dict[str, Any]:
        """Plain data, for Lambda's answer."""
        plain: dict[str, Any] = dump(self)
        return plain

    @classmethod
    def from_json(cls, raw: Any) -> Answer:
        """Read what `to_json` made.

        Raises:
            MalformedError: it was made by another version.
        """
        return load(cls, raw)
