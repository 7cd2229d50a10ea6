"""What the heal function remembers in the state table, item by item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from trailkeeper.alerts.forged_alerts import Forged
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import Outcome, Report
from trailkeeper.evidence.trails import ListedTrail
from trailkeeper.state.table import (
    KEPT,
    MARK,
    PARTITION_KEY,
    SORT_KEY,
    Dumped,
    Item,
    body_of,
    doubt_of,
    expiring,
    key,
    string_of,
)
from trailkeeper.wire.typed import dump

DEFAULT_PAUSE_MINUTES = 30
LONGEST_PAUSE_MINUTES = 240
LONGEST_REASON = 200
# Events come seconds to minutes late. Stops ten minutes apart are no fight, so whoever announces
# drills to stop the trail uncounted gains nothing.
LONGEST_DRILL = timedelta(minutes=15)
BETWEEN_DRILLS = timedelta(minutes=10)
# Lambda ends a function after that long, whatever its settings.
LONGEST_RUN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Pause(Dumped):
    """Repairs other than logging wait until `until`; nobody can make it last over four hours.

    Whatever the table says, it ends `LONGEST_PAUSE_MINUTES` after its start.
    """

    started: datetime
    until: datetime
    reason: str
    author: str

    KEY = ("pause", "now")

    @property
    def end(self) -> datetime:
        """When it really ends."""
        return min(self.until, self.started + timedelta(minutes=LONGEST_PAUSE_MINUTES))

    def doubt(self, now: datetime) -> str:
        length = self.until - self.started
        if not timedelta(0) <= length <= timedelta(minutes=LONGEST_PAUSE_MINUTES):
            return f"a pause from {self.started.isoformat()} until {self.until.isoformat()}"
        return doubt_of(self.started, now)

    def item(self) -> Item:
        return {**key(*self.KEY), **body_of(dump(self)), **expiring(self.end + KEPT)}


@dataclass(frozen=True, slots=True)
class Heal(Dumped):
    """One time that logging was started again, and against whom; "" if no call told."""

    at: datetime
    author: str
    event_id: str = ""

    PARTITION = "heal"

    def item(self) -> Item:
        """The same event is one item, however often it comes."""
        sort = f"{self.at.isoformat()}{MARK}{self.event_id}"
        body = body_of({"author": self.author})
        return {**key(self.PARTITION, sort), **body, **expiring(self.at + KEPT)}

    @classmethod
    def _of_key(cls, item: Mapping[str, Any]) -> dict[str, str]:
        at, _, event_id = string_of(item, SORT_KEY).partition(MARK)
        return {"at": at, "event_id": event_id}


@dataclass(frozen=True, slots=True)
class Unconfirmed(Dumped):
    """A call that people were told of at a time, and that event history has to confirm.

    `author` is as people were told, `principal` the ARN that has to be the call's, `region` the one
    whose history has it: "" is home.
    """

    at: datetime
    event_id: str
    call: str
    author: str
    principal: str
    region: str = ""

    PARTITION = "unconfirmed"

    @classmethod
    def key_of(cls, at: datetime, event_id: str) -> Item:
        return key(cls.PARTITION, f"{at.isoformat()}{MARK}{event_id}")

    def item(self) -> Item:
        body = {
            "call": self.call,
            "author": self.author,
            "principal": self.principal,
            "region": self.region,
        }
        return {**self.key_of(self.at, self.event_id), **body_of(body), **expiring(self.at + KEPT)}

    @classmethod
    def _of_key(cls, item: Mapping[str, Any]) -> dict[str, str]:
        at, _, event_id = string_of(item, SORT_KEY).partition(MARK)
        return {"at": at, "event_id": event_id}


@dataclass(frozen=True, slots=True)
class ForgedTold(Dumped):
    """When people were told of calls that nobody made, and of how many `more` they were not yet.

    `kept` are some of those.
    """

    at: datetime
    more: int = 0
    kept: tuple[Forged, ...] = ()

    KEY = ("forged", "told")

    def doubt(self, now: datetime) -> str:
        if not 0 <= len(self.kept) <= self.more:
            return f"{self.more} calls that nobody made, and {len(self.kept)} of them kept"
        return doubt_of(self.at, now)

    def item(self) -> Item:
        return {**key(*self.KEY), **body_of(dump(self)), **expiring(self.at + KEPT)}


@dataclass(frozen=True, slots=True)
class Containing(Dumped):
    """Somebody who is to be contained, once event history confirms the calls of the fight."""

    at: datetime
    principal: str
    events: tuple[str, ...]

    PARTITION = "containing"

    @classmethod
    def key_of(cls, principal: str) -> Item:
        return key(cls.PARTITION, principal)

    def item(self) -> Item:
        return {**self.key_of(self.principal), **body_of(dump(self)), **expiring(self.at + KEPT)}


@dataclass(frozen=True, slots=True)
class Contained(Dumped):
    """Somebody whom Trailkeeper contained at a time."""

    at: datetime
    principal: str

    PARTITION = "contained"

    def item(self) -> Item:
        sort = f"{self.at.isoformat()}{MARK}{self.principal}"
        return {**key(self.PARTITION, sort), **body_of(dump(self)), **expiring(self.at + KEPT)}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A difference that waits for people, and when they were told of it the last time.

    `what` is the outcome's fingerprint.
    """

    document: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LastReconcile(Dumped):
    """How the last reconcile ended, and what waits for people since."""

    at: datetime
    report: Report
    waiting: tuple[Waiting, ...] = ()

    KEY = ("reconcile", "last")

    def doubt(self, now: datetime) -> str:
        return next(filter(None, (doubt_of(at, now) for at in self._times())), "")

    def _times(self) -> tuple[datetime, ...]:
        return (self.at, *(each.at for each in self.waiting))

    def item(self) -> Item:
        return {**key(*self.KEY), **body_of(dump(self)), **expiring(self.at + KEPT)}


@dataclass(frozen=True, slots=True)
class Deed(Dumped):
    """A run that healed something, or left it to wait: which documents, and whose call led to it.

    `author` and `call` are "" when no call told.
    """

    kind: Literal["healed", "waits"]
    at: datetime
    what: tuple[str, ...]
    author: str = ""
    call: str = ""

    def item(self) -> Item:
        body = {"what": list(self.what), "author": self.author, "call": self.call}
        sort = f"{self.at.isoformat()}{MARK}{','.join(self.what)}"
        return {**key(self.kind, sort), **body_of(body), **expiring(self.at + KEPT)}

    @classmethod
    def _of_key(cls, item: Mapping[str, Any]) -> dict[str, str]:
        kind, at = string_of(item, PARTITION_KEY), string_of(item, SORT_KEY).partition(MARK)[0]
        return {"kind": kind, "at": at}


@dataclass(frozen=True, slots=True)
class KnownTrails(Dumped):
    """The account's other trails, as AWS listed them at a time."""

    at: datetime
    trails: tuple[ListedTrail, ...]

    KEY = ("trails", "known")

    def item(self) -> Item:
        return {**key(*self.KEY), **body_of(dump(self)), **expiring(self.at + KEPT)}


@dataclass(frozen=True, slots=True)
class KnownBaseline(Dumped):
    """The baseline that people know of, and since when."""

    at: datetime
    baseline: Baseline

    KEY = ("baseline", "known")

    def item(self) -> Item:
        return {**key(*self.KEY), **body_of(dump(self))}


@dataclass(frozen=True, slots=True)
class KnownStop(Dumped):
    """The latest stop of the trail that people know of, at the time that AWS says."""

    at: datetime

    KEY = ("stop", "known")

    def item(self) -> Item:
        return {**key(*self.KEY), **body_of(dump(self)), **expiring(self.at + KEPT)}


@dataclass(frozen=True, slots=True)
class SaidStop(Dumped):
    """A stop of the trail that people were told of `at` a time, by a call not confirmed yet.

    `stopped` is the time of the stop that AWS says.
    """

    at: datetime
    stopped: datetime

    KEY = ("stop", "said")

    def item(self) -> Item:
        return {**key(*self.KEY), **body_of(dump(self)), **expiring(self.at + KEPT)}


@dataclass(frozen=True, slots=True)
class StopAttributed(Dumped):
    """A stop, at the time that AWS says, of which event history has said who called."""

    at: datetime

    PARTITION = "stop-attributed"

    def item(self) -> Item:
        return {
            **key(self.PARTITION, self.at.isoformat()),
            **body_of({}),
            **expiring(self.at + KEPT),
        }

    @classmethod
    def _of_key(cls, item: Mapping[str, Any]) -> dict[str, str]:
        return {"at": string_of(item, SORT_KEY)}


@dataclass(frozen=True, slots=True)
class Begun(Dumped):
    """What a run is about to restore, noted before its first write and removed once it is told.

    `at` is when it was noted, `over` when the run has ended in any case: whose note is there later
    was cut off. `about` is the stack of the half of the guard that was to be restored, "" for the
    evidence.
    """

    run: str
    at: datetime
    over: datetime
    drifts: tuple[Outcome, ...]
    about: str = ""

    @staticmethod
    def partition(about: str) -> str:
        """The partition key of all notes about one thing."""
        return f"begun-{about}" if about else "begun"

    def doubt(self, now: datetime) -> str:
        return doubt_of(self.over - LONGEST_RUN, now)

    @property
    def key(self) -> Item:
        return key(self.partition(self.about), self.run)

    def item(self) -> Item:
        return {**self.key, **body_of(dump(self)), **expiring(self.over + KEPT)}


Schedule = Literal["look", "sweep"]


@dataclass(frozen=True, slots=True)
class Ran(Dumped):
    """When a schedule's look or sweep last came to its end, and how many have so far."""

    schedule: Schedule
    at: datetime
    count: int = 1

    @staticmethod
    def key_of(schedule: Schedule) -> tuple[str, str]:
        return ("ran", schedule)

    def item(self) -> Item:
        return {
            **key(*self.key_of(self.schedule)),
            **body_of(dump(self)),
            **expiring(self.at + KEPT),
        }


@dataclass(frozen=True, slots=True)
class Alive(Dumped):
    """When people were last told that the guard is alive, and what was counted until then.

    `took` is how many alerts each channel took.
    """

    at: datetime
    looks: int
    sweeps: int
    took: Mapping[str, int]

    KEY = ("alive", "last")

    def item(self) -> Item:
        return {**key(*self.KEY), **body_of(dump(self)), **expiring(self.at + 4 * KEPT)}


@dataclass(frozen=True, slots=True)
class Drill(Dumped):
    """A stop of the trail on purpose that somebody announced.

    `id` is a digest of the mark that the stop must carry, which nobody but the announcer has;
    `author` is the ARN of who announced it, as they say. `seen` is when the stop was first seen,
    by its event or by a look, and `event_id` that of its event.
    """

    announced: datetime
    id: str
    author: str
    seen: datetime | None = None
    event_id: str = ""

    KEY = ("drill", "now")

    def doubt(self, now: datetime) -> str:
        return doubt_of(self.announced, now) or doubt_of(self.seen or now, now)

    @property
    def end(self) -> datetime:
        """Until when a stop can be this drill."""
        return self.announced + LONGEST_DRILL

    @property
    def next(self) -> datetime:
        """When the next one may be announced."""
        return self.announced + BETWEEN_DRILLS

    def item(self) -> Item:
        return {**key(*self.KEY), **body_of(dump(self)), **expiring(self.announced + KEPT)}


@dataclass(frozen=True, slots=True)
class Silence(Dumped):
    """A silence of the billing alarm that people were told of, by when it began."""

    since: datetime

    KEY = ("silence", "billing")

    def doubt(self, now: datetime) -> str:
        return doubt_of(self.since, now)

    def item(self) -> Item:
        """Kept for ever: it is one item, and people hear of one silence once."""
        return {**key(*self.KEY), **body_of(dump(self))}
