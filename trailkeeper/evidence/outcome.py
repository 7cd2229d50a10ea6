"""What a guard found and did about one document, and what a whole reconcile came to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from trailkeeper.evidence.drift import Change
from trailkeeper.words.text import LONGEST_FIELD

_MOST_CHANGES = 20
_PLACE = "@"

# Reasons to wait for a deploy of our own stacks: one is at work; the evidence was deployed and the
# response, which has the new baseline, comes next; that one failed.
DEPLOYING = "deploying"
RESPONSE_TO_COME = "response_to_come"
RESPONSE_FAILED = "response_failed"
# Why a difference is only told: it is not for a machine to decide about.
MACHINE_MUST_NOT = "machine_must_not"
# Healed by a run that was cut off before it could tell; a later one saw that it is in order.
CUT_OFF = "cut_off"


class Result(StrEnum):
    """How it ended. "healed" is said only after reading the state back."""

    HEALED = "healed"
    FAILED = "failed"
    TOLD = "told"  # people are told, as a machine cannot or must not repair it
    DEFERRED = "deferred"  # drift that waits: a pause, a deploy of our own, a dry run
    UNREADABLE = "unreadable"


def placed(document: str, region: str) -> str:
    """The name of a document about what stands in a region beyond home."""
    return f"{document}{_PLACE}{region}"


def place_of(document: str) -> tuple[str, str]:
    """The name of a document, or its key, and the region that it is about: "" for home."""
    name, _, region = document.partition(_PLACE)
    return name, region


@dataclass(frozen=True, slots=True)
class Outcome:
    """One document that was not in order.

    `reason` says why it failed, was only told, or waits; it is a key of the text catalogue
    (`reason.<key>`) or, for an error of AWS, in `error` as AWS worded it.
    """

    guard: str
    document: str
    result: Result
    changes: tuple[Change, ...] = ()
    reason: str = ""
    error: str = ""
    gone: bool = False

    @property
    def is_planned(self) -> bool:
        """Whether it waits for a deploy of our own that is expected to put it in order."""
        return self.result is Result.DEFERRED and self.reason in {DEPLOYING, RESPONSE_TO_COME}

    @property
    def for_people(self) -> bool:
        """Whether it stays as it is until people put it right, as no machine may."""
        return self.result is Result.TOLD and self.reason == MACHINE_MUST_NOT

    @property
    def fingerprint(self) -> str:
        """The same for the same differences of the same document, and for nothing else."""
        changes = [[each.path, each.before, each.after] for each in self.changes]
        return hashlib.sha256(json.dumps([self.key, changes]).encode()).hexdigest()[:32]

    @property
    def key(self) -> str:
        """The document's name across all guards: `guard.document`."""
        return f"{self.guard}.{self.document}"


@dataclass(frozen=True, slots=True)
class Gap:
    """When the trail did not log: `since` is unknown if the trail was deleted."""

    since: datetime | None
    until: datetime | None

    @property
    def seconds(self) -> float | None:
        """How long, in seconds, where both ends are known."""
        if self.since is None or self.until is None:
            return None
        return max(0.0, (self.until - self.since).total_seconds())


@dataclass(frozen=True, slots=True)
class Report:
    """One reconcile: what was not in order when it began, nothing when `outcomes` is empty.

    `resumed`: a pause ended with this run, and people were told so with what it found.
    """

    outcomes: tuple[Outcome, ...] = ()
    gap: Gap | None = None
    paused_until: datetime | None = None
    dry_run: bool = False
    resumed: bool = False

    @property
    def found_nothing(self) -> bool:
        """Whether nothing differed from the baseline."""
        return not self.outcomes

    @property
    def unplanned(self) -> Report:
        """The same without what a deploy of our own is expected to put in order."""
        return replace(self, outcomes=tuple(each for each in self.outcomes if not each.is_planned))

    @property
    def in_order(self) -> bool:
        """Whether nothing differs any more: what was found is healed."""
        return len(self.healed) == len(self.outcomes)

    @property
    def left(self) -> tuple[Outcome, ...]:
        """What is still not in order, whoever has to see to it."""
        return tuple(each for each in self.outcomes if each.result is not Result.HEALED)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """What should be in order now and is not."""
        broken = (Result.FAILED, Result.UNREADABLE)
        return tuple(each for each in self.outcomes if each.result in broken)

    @property
    def healed(self) -> tuple[Outcome, ...]:
        """What was repaired, and seen to be."""
        return tuple(each for each in self.outcomes if each.result is Result.HEALED)

    @property
    def started_logging(self) -> bool:
        """Whether this run started the trail's logging again."""
        return any(each.reason != CUT_OFF for each in self.healed if each.guard == "logging")

    def of(self, guard: str) -> tuple[Outcome, ...]:
        """The outcomes of one guard."""
        return tuple(each for each in self.outcomes if each.guard == guard)

    def cut(self) -> Report:
        """The same without what nobody reads: answers and items of the state table have limits."""
        outcomes = (
            replace(each, changes=each.changes[:_MOST_CHANGES], error=each.error[:LONGEST_FIELD])
            for each in self.outcomes
        )
        return replace(self, outcomes=tuple(outcomes))
