"""What the alert function, and that of delivered files, remember in the state table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from trailkeeper.alerts.happening_json import dump as dump_happening
from trailkeeper.alerts.happening_json import dump_cause, load_cause
from trailkeeper.alerts.happening_json import load as load_happening
from trailkeeper.alerts.instance_alerts import Happening
from trailkeeper.events.deletions import Deletion
from trailkeeper.events.insights import Insight
from trailkeeper.events.instances import Cause
from trailkeeper.state.table import (
    KEPT,
    MARK,
    PARTITION_KEY,
    SORT_KEY,
    Dumped,
    Item,
    StrangeItemError,
    body_of,
    expiring,
    key,
    string_of,
    understood,
)
from trailkeeper.wire.typed import MalformedError, dump

# Powertools keeps the alerts that were sent under this key.
ONCE = "once"
# SQS keeps a message for 14 days at most, so a flush may come that late.
HELD_KEPT = FOLDED_KEPT = timedelta(days=14)
SEEN_KEPT = SENT_KEPT = timedelta(days=1)
CAUSE_KEPT = FOLD_KEPT = timedelta(hours=2)
INSIGHT_KEPT = timedelta(days=7)
# Of the alerts that are told together.
MOST_PRINCIPALS = 100


@dataclass(frozen=True, slots=True)
class DrillTold(Dumped):
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
        sort = f"{self.what}{MARK}{self.channel}"
        return {
            **key(self.partition(self.drill), sort),
            **body_of(dump(self)),
            **expiring(self.at + KEPT),
        }


@dataclass(frozen=True, slots=True)
class Told(Dumped):
    """The last alert that a channel was given, and why it did not take it; "" if it did.

    `taken` is how many it took so far, which DynamoDB itself counts.
    """

    channel: str
    at: datetime
    error: str = ""
    taken: int = 0

    PARTITION = "told"

    @classmethod
    def key_of(cls, channel: str) -> Item:
        return key(cls.PARTITION, channel)

    def noted(self) -> Item:
        """The attributes beside the key and the count."""
        body = {"channel": self.channel, "at": self.at.isoformat(), "error": self.error}
        return {**body_of(body), **expiring(self.at + KEPT)}

    def item(self) -> Item:
        return {**self.key_of(self.channel), **self.noted(), "taken": {"N": str(self.taken)}}

    @classmethod
    def _of_key(cls, item: Mapping[str, Any]) -> dict[str, Any]:
        return {"taken": understood(int, string_of(item, "taken", "N")) if "taken" in item else 0}


@dataclass(frozen=True, slots=True)
class KnownWebhook(Dumped):
    """The SHA-256 digest of the Slack webhook's URL that messages went to."""

    digest: str

    KEY = ("webhook", "slack")

    def item(self) -> Item:
        return {**key(*self.KEY), **body_of(dump(self))}


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
        since = understood(datetime.fromisoformat, string_of(item, "since"))
        if since.tzinfo is None:
            raise MalformedError("the item's since has no zone")
        failures = understood(int, string_of(item, "failures", "N"))
        if failures < 1:
            raise StrangeItemError(f"an outage of {failures} failures")
        return cls(string_of(item, SORT_KEY), since, failures, item.get("told") == {"BOOL": True})


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
        return cls(string_of(item, PARTITION_KEY).removeprefix(cls.PREFIX))


@dataclass(frozen=True, slots=True)
class Counted:
    """A version of a log file whose records were counted."""

    file: str
    version: str

    def item(self, expires: datetime) -> Item:
        return {**key(f"counted#{self.file}", self.version), **expiring(expires)}


@dataclass(frozen=True, slots=True)
class KnownInsight(Dumped):
    """The start or the end of an insight, kept for the other one."""

    insight: Insight

    @staticmethod
    def key_of(shared_id: str, state: str) -> Item:
        return key(f"insight#{shared_id}", state)

    def item(self, expires: datetime) -> Item:
        own = self.key_of(self.insight.shared_id, self.insight.state)
        return {**own, **body_of(dump(self)), **expiring(expires)}


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
        instance = string_of(item, PARTITION_KEY).removeprefix(cls.PREFIX)
        return cls(instance, understood(load_cause, json.loads, string_of(item, "cause")))


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
        closes = understood(float, string_of(item, "closes", "N"))
        seconds = understood(int, string_of(item, "seconds", "N"))
        return cls(string_of(item, "window"), closes, seconds)


@dataclass(frozen=True, slots=True)
class Fold:
    """How many alerts of a group came within an hour (whole hours of Unix time).

    `more` of them are told together, and of so many, `told`, people have heard; `ends` is whether a
    message is on its way that tells of the others. They were of these `principals`, as far as they
    are kept, and of these `kinds`.
    """

    count: int
    more: int = 0
    told: int = 0
    ends: bool = False
    principals: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @staticmethod
    def key_of(group: str, hour: int) -> Item:
        return key(f"fold#{group}", str(hour))

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Fold:
        """Read an item.

        Raises:
            MalformedError: it is not what the alert function writes.
        """
        count, more, told = (
            understood(int, string_of(item, name, "N")) if name in item else 0
            for name in ("count", "more", "told")
        )
        if count < 0 or not 0 <= told <= more:
            raise MalformedError(f"the item counts {count}, {more} and {told}")
        principals, kinds = (_names(item, each) for each in ("principals", "kinds"))
        return cls(count, more, told, "ends" in item, principals, kinds)


def _names(item: Mapping[str, Any], attribute: str) -> tuple[str, ...]:
    kept = item.get(attribute)
    found = kept.get("SS", ()) if isinstance(kept, Mapping) else ()
    return tuple(sorted(str(each) for each in found))


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
        return cls(string_of(item, PARTITION_KEY).removeprefix(cls.PREFIX), folded["BOOL"])


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
        happening = understood(load_happening, string_of(item, "happening"))
        return cls(string_of(item, SORT_KEY), happening)


@dataclass(frozen=True, slots=True)
class HeldDeletion(Dumped):
    """A deleted log file that is counted when its window closes."""

    deletion: Deletion

    @staticmethod
    def partition(window_id: str) -> str:
        return f"deleted#{window_id}"

    def item(self, window_id: str, expires: datetime) -> Item:
        """The same event is one item, however often it comes."""
        own = key(self.partition(window_id), self.deletion.event_id)
        return {**own, **body_of(dump(self)), **expiring(expires)}
