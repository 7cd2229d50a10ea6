"""What people, tests and the demo know of a detection; no function needs it, so none carries it.

Sources of the techniques: MITRE ATT&CK T1562.008, stratus-red-team, and the AWS API references.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.outcome import Gap, Outcome, Report, Result

Ending = Literal["healed", "told"]
TYPICAL_HEAL = timedelta(seconds=4)

# MITRE ATT&CK, Enterprise: "Impair Defenses: Disable or Modify Cloud Logs".
DISABLE_CLOUD_LOGS = "T1562.008"


class Attacker(Protocol):
    """An administrator of a deployed account, with what an attack needs: clients, names, helpers.

    `trail` and `evidence_key` are ARNs, the other attributes names. What `own_*` makes belongs to
    the attacker and has every right that CloudTrail asks for.
    """

    cloudtrail: Any
    s3: Any
    kms: Any
    logs: Any
    iam: Any
    cloudwatch: Any
    account: str
    region: str
    me: str
    trail: str
    log_bucket: str
    evidence_key: str
    log_group: str
    delivery_role: str
    memory: dict[str, Any]
    """What an attack remembers for its undo."""

    def own_bucket(self) -> str:
        """A bucket: its name."""

    def own_key(self) -> str:
        """A key: its ARN."""

    def own_role(self, service: str = "cloudtrail.amazonaws.com") -> str:
        """A role that a service may take, with every right: its ARN."""

    def own_group(self) -> str:
        """A log group: its ARN, with `:*`."""

    def own_policy(self) -> str:
        """A managed policy that denies writing logs: its ARN."""

    def own_queue(self) -> str:
        """A queue that S3 may send to: its ARN."""

    def own_stream(self) -> str:
        """A stream that CloudWatch Logs can write to: its ARN."""

    def own_topic(self) -> str:
        """A topic that CloudTrail may publish to: its ARN."""

    def own_trail(self, name: str) -> str:
        """A trail that delivers to `own_bucket`: its ARN."""

    def remove_other_trails(self) -> None:
        """Delete every trail but the guarded one."""

    def stranger(self, service: str) -> Any:
        """A client of somebody with every right in another account."""

    def refused(self, call: Callable[[], object]) -> None:
        """Make a call that AWS must refuse."""

    def persist(self, what: str, call: Callable[[], object]) -> None:
        """Make a call until AWS carries it out: the guard puts back what forbids it."""

    def wait_for(self, what: str, look: Callable[[], object]) -> None:
        """Wait until `look` sees something."""

    def outrun(self, service: str, action: str) -> None:
        """Let the guard's next call of this name come late."""

    def lose_events(self, action: str, times: int) -> None:
        """Let the events of the next calls of this name get lost."""

    def reconcile(self) -> None:
        """Let the guard look again."""


Act = Callable[[Attacker], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """One way to attack the evidence.

    `words` say what the attacker does; `events` are CloudTrail's names of the calls, the deciding
    one first. `documents` ("guard.document") are what the calls leave different from the baseline.
    `outcome` is "healed" when a machine restores all of them and "told" when people have to decide;
    `how` says what Trailkeeper does. `recreates` names the guard whose resource has to be made
    again. `known_as` are the names that others use, if anybody does: MITRE ATT&CK,
    stratus-red-team.

    `attack` carries it out and `undo` takes back what Trailkeeper rightly leaves to people.
    `proved_by` ("file::test") names the proof of what no embedded account can express.
    """

    id: str
    words: str
    events: tuple[str, ...]
    documents: tuple[str, ...] = ()
    outcome: Ending = "healed"
    how: str
    known_as: tuple[str, ...]
    recreates: str = ""
    attack: Act | None = None
    undo: Act | None = None
    proved_by: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """What an attacker can do that Trailkeeper does not see, and what stands against it instead."""

    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Example:
    """A typical call: its request parameters, and what a reconcile at that time comes to."""

    parameters: Mapping[str, Any] = field(hash=False)
    report: Callable[[datetime], Report]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The part of a detection that people, tests and the demo read."""

    example: Example
    techniques: tuple[Technique, ...]
    limits: tuple[Limit, ...]


def healed(document: str, path: str, before: str, after: str) -> Callable[[datetime], Report]:
    """The report of one place in one document ("guard.document") that differed and was put back."""
    return _one(document, Result.HEALED, (Change(path, before, after),))


def told(document: str, path: str, before: str, after: str) -> Callable[[datetime], Report]:
    """The report of a difference that only people may decide about."""
    return _one(document, Result.TOLD, (Change(path, before, after),), "machine_must_not")


def made_again(document: str) -> Callable[[datetime], Report]:
    """The report of a resource that was gone."""
    return _one(document, Result.HEALED, gone=True)


def in_order(called: datetime) -> Report:
    """The report when nothing of the evidence differs."""
    return Report()


def not_logging(
    report: Callable[[datetime], Report], *, since_call: bool
) -> Callable[[datetime], Report]:
    """The report of a trail that did not log until it was healed; a deleted one forgets when."""

    def of_a_stopped_trail(called: datetime) -> Report:
        gap = Gap(called if since_call else None, called + TYPICAL_HEAL)
        return Report(report(called).outcomes, gap)

    return of_a_stopped_trail


def _one(
    document: str,
    result: Result,
    changes: tuple[Change, ...] = (),
    reason: str = "",
    *,
    gone: bool = False,
) -> Callable[[datetime], Report]:
    guard, _, name = document.partition(".")
    outcome = Outcome(guard, name, result, changes, reason, gone=gone)
    return lambda called: Report((outcome,))
