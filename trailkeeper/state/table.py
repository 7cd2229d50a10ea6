"""How the state table is laid out: which key each kind of item has, how long it is kept, its shape.

One table for both functions. An item that cannot be read as its type is as good as none: nothing
that somebody writes into the table decides by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Self, TypeVar

from trailkeeper.alerts.happening_json import dump as dump_happening
from trailkeeper.alerts.happening_json import dump_cause, load_cause
from trailkeeper.alerts.happening_json import load as load_happening
from trailkeeper.alerts.instance_alerts import Happening
from trailkeeper.events.insights import Insight
from trailkeeper.events.instances import Cause
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import Outcome, Report
from trailkeeper.evidence.trails import ListedTrail
from trailkeeper.wire.typed import MalformedError, dump, load

Item = dict[str, Any]

PARTITION_KEY = "id"
SORT_KEY = "at"
EXPIRY = "expires"
# Powertools keeps the alerts that were sent under this key.
ONCE = "once"

DEFAULT_PAUSE_MINUTES = 30
LONGEST_PAUSE_MINUTES = 240
LONGEST_REASON = 200
KEPT = timedelta(days=30)
# SQS keeps a message for 14 days at most, so a flush may come that late.
HELD_KEPT = FOLDED_KEPT = timedelta(days=14)
# Events come seconds to minutes late. Stops ten minutes apart are no fight, so whoever announces
# drills to stop the trail uncounted gains nothing.
LONGEST_DRILL = timedelta(minutes=15)
BETWEEN_DRILLS = timedelta(minutes=10)
# Lambda ends a function after that long, whatever its settings.
LONGEST_RUN = timedelta(minutes=15)
# The clocks of two functions.
AHEAD = timedelta(minutes=1)
SEEN_KEPT = SENT_KEPT = timedelta(days=1)
CAUSE_KEPT = FOLD_KEPT = timedelta(hours=2)
INSIGHT_KEPT = timedelta(days=7)

_EVENT = "#"


def key(partition: str, sort: str) -> Item:
    """The key of an item: at most 2,048 bytes of partition key, 1,024 of sort key, neither empty.

    Source: DynamoDB developer guide, "Quotas".
    """
    return {PARTITION_KEY: {"S": partition[:500]}, SORT_KEY: {"S": sort[:250] or "none"}}


def expiring(at: datetime) -> Item:
    """The attribute by which DynamoDB removes an item, in whole seconds of Unix time."""
    return {EXPIRY: {"N": str(int(at.timestamp()))}}


class StrangeItemError(MalformedError):
    """When no version of Trailkeeper can have written an item; one of another version is none."""


T = TypeVar("T", bound="_Dumped")


def believed(kind: type[T], item: Mapping[str, Any], now: datetime) -> T:
    """Read an item that can be true at this time: anybody may have written it.

    Raises:
        StrangeItemError: it says what cannot be, or nothing.
        MalformedError: it is not what `item` makes.
    """
    found = kind.parse(item)
    doubt = found.doubt(now)
    if doubt:
        raise StrangeItemError(doubt)
    return found


class _Dumped:
    """An item whose attribute `body` is the JSON of its fields, but for those that its key says."""

    __slots__ = ()

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Self:
        """Read an item.

        Raises:
            MalformedError: it is not what `item` makes.
        """
        return load(cls, {**_read(item), **cls._of_key(item)})

    def doubt(self, now: datetime) -> str:
        """Why it cannot be true at this time, "" if it can."""
        return _doubt_of(getattr(self, "at", now), now)

    @classmethod
    def _of_key(cls, item: Mapping[str, Any]) -> dict[str, str]:
        return {}


# What the heal function remembers.


@dataclass(frozen=True, slots=True)
class Pause(_Dumped):
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
        return _doubt_of(self.started, now)

    def item(self) -> Item:
        return {**key(*self.KEY), **_body(dump(self)), **expiring(self.end + KEPT)}


@dataclass(frozen=True, slots=True)
class Heal(_Dumped):
    """One time that logging was started again, and against whom; "" if no call told."""

    at: datetime
    author: str
    event_id: str = ""

    PARTITION = "heal"

    def item(self) -> Item:
        """The same event is one item, however often it comes."""
        sort = f"{self.at.isoformat()}{_EVENT}{self.event_id}"
        body = _body({"author": self.author})
        return {**key(self.PARTITION, sort), **body, **expiring(self.at + KEPT)}

    @classmethod
    def _of_key(cls, item: Mapping[str, Any]) -> dict[str, str]:
        at, _, event_id = _string(item, SORT_KEY).partition(_EVENT)
        return {"at": at, "event_id": event_id}


@dataclass(frozen=True, slots=True)
class Unconfirmed(_Dumped):
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
        return key(cls.PARTITION, f"{at.isoformat()}{_EVENT}{event_id}")

    def item(self) -> Item:
        body = {
            "call": self.call,
            "author": self.author,
            "principal": self.principal,
            "region": self.region,
        }
        return {**self.key_of(self.at, self.event_id), **_body(body), **expiring(self.at + KEPT)}

    @classmethod
    def _of_key(cls, item: Mapping[str, Any]) -> dict[str, str]:
        at, _, event_id = _string(item, SORT_KEY).partition(_EVENT)
        return {"at": at, "event_id": event_id}


@dataclass(frozen=True, slots=True)
class Containing(_Dumped):
    """Somebody who is to be contained, once event history confirms the calls of the fight."""

    at: datetime
    principal: str
    events: tuple[str, ...]

    PARTITION = "containing"

    @classmethod
    def key_of(cls, principal: str) -> Item:
        return key(cls.PARTITION, principal)

    def item(self) -> Item:
        return {**self.key_of(self.principal), **_body(dump(self)), **expiring(self.at + KEPT)}


@dataclass(frozen=True, slots=True)
class Contained(_Dumped):
    """Somebody whom Trailkeeper contained at a time."""

    at: datetime
    principal: str

    PARTITION = "contained"

    def item(self) -> Item:
        sort = f"{self.at.isoformat()}{_EVENT}{self.principal}"
        return {**key(self.PARTITION, sort), **_body(dump(self)), **expiring(self.at + KEPT)}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A difference that waits for people, and when they were told of it the last time.

    `what` is the outcome's fingerprint.
    """

    document: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LastReconcile(_Dumped):
    """How the last reconcile ended, and what waits for people since."""

    at: datetime
    report: Report
    waiting: tuple[Waiting, ...] = ()

    KEY = ("reconcile", "last")

    def doubt(self, now: datetime) -> str:
        return next(filter(None, (_doubt_of(at, now) for at in self._times())), "")

    def _times(self) -> tuple[datetime, ...]:
        return (self.at, *(each.at for each in self.waiting))

    def item(self) -> Item:
        return {**key(*self.KEY), **_body(dump(self)), **expiring(self.at + KEPT)}


@dataclass(frozen=True, slots=True)
class Deed(_Dumped):
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
        sort = f"{self.at.isoformat()}{_EVENT}{','.join(self.what)}"
        return {**key(self.kind, sort), **_body(body), **expiring(self.at + KEPT)}

    @classmethod
    def _of_key(cls, item: Mapping[str, Any]) -> dict[str, str]:
        kind, at = _string(item, PARTITION_KEY), _string(item, SORT_KEY).partition(_EVENT)[0]
        return {"kind": kind, "at": at}


@dataclass(frozen=True, slots=True)
class KnownTrails(_Dumped):
    """The account's other trails, as AWS listed them at a time."""

    at: datetime
    trails: tuple[ListedTrail, ...]

    KEY = ("trails", "known")

    def item(self) -> Item:
        return {**key(*self.KEY), **_body(dump(self)), **expiring(self.at + KEPT)}


@dataclass(frozen=True, slots=True)
class KnownBaseline(_Dumped):
    """The baseline that people know of, and since when."""

    at: datetime
    baseline: Baseline

    KEY = ("baseline", "known")

    def item(self) -> Item:
        return {**key(*self.KEY), **_body(dump(self))}


@dataclass(frozen=True, slots=True)
class KnownStop(_Dumped):
    """The latest stop of the trail that people know of, at the time that AWS says."""

    at: datetime

    KEY = ("stop", "known")

    def item(self) -> Item:
        return {**key(*self.KEY), **_body(dump(self)), **expiring(self.at + KEPT)}


@dataclass(frozen=True, slots=True)
class Begun(_Dumped):
    """What a run is about to restore, noted before its first write and removed once it is told.

    `over` is when the run has ended in any case: whose note is there later was cut off.
    """

    run: str
    over: datetime
    drifts: tuple[Outcome, ...]

    PARTITION = "begun"

    def doubt(self, now: datetime) -> str:
        return _doubt_of(self.over - LONGEST_RUN, now)

    @property
    def key(self) -> Item:
        return key(self.PARTITION, self.run)

    def item(self) -> Item:
        return {**self.key, **_body(dump(self)), **expiring(self.over + KEPT)}


Schedule = Literal["look", "sweep"]


@dataclass(frozen=True, slots=True)
class Ran(_Dumped):
    """When a schedule's look or sweep last came to its end."""

    schedule: Schedule
    at: datetime

    @staticmethod
    def key_of(schedule: Schedule) -> tuple[str, str]:
        return ("ran", schedule)

    def item(self) -> Item:
        return {**key(*self.key_of(self.schedule)), **_body(dump(self)), **expiring(self.at + KEPT)}


@dataclass(frozen=True, slots=True)
class Drill(_Dumped):
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
        return _doubt_of(self.announced, now) or _doubt_of(self.seen or now, now)

    @property
    def end(self) -> datetime:
        """Until when a stop can be this drill."""
        return self.announced + LONGEST_DRILL

    @property
    def next(self) -> datetime:
        """When the next one may be announced."""
        return self.announced + BETWEEN_DRILLS

    def item(self) -> Item:
        return {**key(*self.KEY), **_body(dump(self)), **expiring(self.announced + KEPT)}


@dataclass(frozen=True, slots=True)
class Silence(_Dumped):
    """A silence of the billing alarm that people were told of, by when it began."""

    since: datetime

    KEY = ("silence", "billing")

    def doubt(self, now: datetime) -> str:
        return _doubt_of(self.since, now)

    def item(self) -> Item:
        """Kept for ever: it is one item, and people hear of one silence once."""
        return {**key(*self.KEY), **_body(dump(self))}


# What the alert function remembers.


@dataclass(frozen=True, slots=True)
class DrillTold(_Dumped):
    """What became of an alert of a drill on a channel; `error` is "" if it was taken."""

    drill: str
    what: str
    channel: str
    at: datetime
    error: str = ""

    @staticmethod
    def partition(drill: str) -> str:
        return f"drill#{drill}"

    def item(self) -> Item:
        sort = f"{self.what}{_EVENT}{self.channel}"
        return {
            **key(self.partition(self.drill), sort),
            **_body(dump(self)),
            **expiring(self.at + KEPT),
        }


@dataclass(frozen=True, slots=True)
class Told(_Dumped):
    """The last alert that a channel was given, and why it did not take it; "" if it did."""

    channel: str
    at: datetime
    error: str = ""

    PARTITION = "told"

    def item(self) -> Item:
        return {
            **key(self.PARTITION, self.channel),
            **_body(dump(self)),
            **expiring(self.at + KEPT),
        }


@dataclass(frozen=True, slots=True)
class KnownWebhook(_Dumped):
    """The SHA-256 digest of the Slack webhook's URL that messages went to."""

    digest: str

    KEY = ("webhook", "slack")

    def item(self) -> Item:
        return {**key(*self.KEY), **_body(dump(self))}


@dataclass(frozen=True, slots=True)
class Outage:
    """A channel that took none of its last `failures` alerts; `told`: people know of it.

    DynamoDB itself counts and keeps the first time, so that two functions at once do not begin two
    outages.
    """

    channel: str
    since: datetime
    failures: int
    told: bool

    @staticmethod
    def key_of(channel: str) -> Item:
        return key("outage", channel)

    def item(self) -> Item:
        """As the first failure of an outage leaves it."""
        return {
            **self.key_of(self.channel),
            "since": {"S": self.since.isoformat()},
            "failures": {"N": str(self.failures)},
            **expiring(self.since + KEPT),
        }

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Outage:
        """Read an item.

        Raises:
            MalformedError: it is not what the alert function makes.
            StrangeItemError: no version of it can have counted so.
        """
        since = _understood(datetime.fromisoformat, _string(item, "since"))
        if since.tzinfo is None:
            raise MalformedError("the item's since has no zone")
        failures = _understood(int, _string(item, "failures", "N"))
        if failures < 1:
            raise StrangeItemError(f"an outage of {failures} failures")
        return cls(_string(item, SORT_KEY), since, failures, item.get("told") == {"BOOL": True})


@dataclass(frozen=True, slots=True)
class Seen:
    """An event that was told or held."""

    event_id: str

    PREFIX = "seen#"

    @property
    def key(self) -> Item:
        return key(f"{self.PREFIX}{self.event_id}", "seen")

    def item(self, expires: datetime) -> Item:
        return {**self.key, **expiring(expires)}

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Seen:
        """Read an item, or its key."""
        return cls(_string(item, PARTITION_KEY).removeprefix(cls.PREFIX))


@dataclass(frozen=True, slots=True)
class Counted:
    """A version of a log file whose records were counted."""

    file: str
    version: str

    def item(self, expires: datetime) -> Item:
        return {**key(f"counted#{self.file}", self.version), **expiring(expires)}


@dataclass(frozen=True, slots=True)
class KnownInsight(_Dumped):
    """The start or the end of an insight, kept for the other one."""

    insight: Insight

    @staticmethod
    def key_of(shared_id: str, state: str) -> Item:
        return key(f"insight#{shared_id}", state)

    def item(self, expires: datetime) -> Item:
        own = self.key_of(self.insight.shared_id, self.insight.state)
        return {**own, **_body(dump(self)), **expiring(expires)}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who called what about an instance, kept for the state change that it leads to."""

    instance: str
    cause: Cause

    PREFIX = "actor#"

    @classmethod
    def key_of(cls, instance: str, call: str) -> Item:
        return key(f"{cls.PREFIX}{instance}", call)

    def item(self, expires: datetime) -> Item:
        cause = {"S": json.dumps(dump_cause(self.cause))}
        return {
            **self.key_of(self.instance, self.cause.call),
            "cause": cause,
            **expiring(expires),
        }

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Caller:
        """Read an item.

        Raises:
            MalformedError: it is not what `item` makes.
        """
        instance = _string(item, PARTITION_KEY).removeprefix(cls.PREFIX)
        return cls(instance, _understood(load_cause, json.loads, _string(item, "cause")))


@dataclass(frozen=True, slots=True)
class Window:
    """The time during which happenings of a group are held; `closes` is Unix time."""

    id: str
    closes: float
    seconds: int

    @staticmethod
    def key_of(group: str) -> Item:
        return key(f"window#{group}", "window")

    def item(self, group: str, expires: datetime) -> Item:
        return {
            **self.key_of(group),
            "window": {"S": self.id},
            "closes": {"N": str(self.closes)},
            "seconds": {"N": str(self.seconds)},
            **expiring(expires),
        }

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Window:
        """Read an item.

        Raises:
            MalformedError: it is not what `item` makes.
        """
        closes = _understood(float, _string(item, "closes", "N"))
        seconds = _understood(int, _string(item, "seconds", "N"))
        return cls(_string(item, "window"), closes, seconds)


@dataclass(frozen=True, slots=True)
class Fold:
    """How many alerts of a group came within an hour (whole hours of Unix time).

    `told` of them people have heard of; `ends` is whether a message is on its way that tells of the
    others.
    """

    count: int
    told: int = 0
    ends: bool = False

    @staticmethod
    def key_of(group: str, hour: int) -> Item:
        return key(f"fold#{group}", str(hour))

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Fold:
        """Read an item.

        Raises:
            MalformedError: it is not what the alert function writes.
        """
        count, told = (
            _understood(int, _string(item, name, "N")) if name in item else 0
            for name in ("count", "told")
        )
        if not 0 <= told <= count:
            raise MalformedError(f"the item counts {count} and {told}")
        return cls(count, told, "ends" in item)


@dataclass(frozen=True, slots=True)
class Folded:
    """Whether an alert, by the digest of its JSON, is told with the others of its group."""

    digest: str
    folded: bool

    PREFIX = "folded#"

    @classmethod
    def key_of(cls, digest: str) -> Item:
        return key(f"{cls.PREFIX}{digest}", "folded")

    def item(self, expires: datetime) -> Item:
        return {**self.key_of(self.digest), "folded": {"BOOL": self.folded}, **expiring(expires)}

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Folded:
        """Read an item.

        Raises:
            MalformedError: it is not what `item` makes.
        """
        folded = item.get("folded")
        if folded not in ({"BOOL": True}, {"BOOL": False}):
            raise MalformedError("the item does not say whether it is folded")
        return cls(_string(item, PARTITION_KEY).removeprefix(cls.PREFIX), folded["BOOL"])


@dataclass(frozen=True, slots=True)
class Held:
    """A happening that waits for its window's summary, and the event that it is held under."""

    event_id: str
    happening: Happening

    @staticmethod
    def partition(window_id: str) -> str:
        return f"held#{window_id}"

    @classmethod
    def key_of(cls, window_id: str, event_id: str) -> Item:
        return key(cls.partition(window_id), event_id)

    @classmethod
    def item(cls, window_id: str, happening: Happening, owner_tag: str, expires: datetime) -> Item:
        return {
            **cls.key_of(window_id, happening.event_id),
            "happening": {"S": dump_happening(happening, owner_tag)},
            **expiring(expires),
        }

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Held:
        """Read an item.

        Raises:
            MalformedError: it is not what `item` makes.
        """
        happening = _understood(load_happening, _string(item, "happening"))
        return cls(_string(item, SORT_KEY), happening)


def _doubt_of(at: datetime, now: datetime) -> str:
    return f"of a time to come, {at.isoformat()}" if at - now > AHEAD else ""


def _string(item: Mapping[str, Any], name: str, kind: Literal["S", "N"] = "S") -> str:
    value = item.get(name)
    found = value.get(kind) if isinstance(value, Mapping) else None
    if not isinstance(found, str):
        raise MalformedError(f"the item has no {name} of type {kind}")
    return found


def _understood(*steps: Any) -> Any:
    """The last argument passed through the functions before it, from right to left."""
    *functions, value = steps
    try:
        for function in reversed(functions):
            value = function(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedError(f"the item cannot be read: {type(error).__name__}: {error}") from error
    return value


def _body(document: Mapping[str, Any]) -> Item:
    return {"body": {"S": json.dumps(document)}}


def _read(item: Mapping[str, Any]) -> dict[str, Any]:
    try:
        body = json.loads(_string(item, "body"))
    except ValueError as error:
        raise StrangeItemError(f"the item's body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise StrangeItemError("the item's body is no JSON object")
    return body
