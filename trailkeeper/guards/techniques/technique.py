"""What people and tests know of an attack on the guard; no function needs or carries it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from trailkeeper.evidence.names import Names
from trailkeeper.guards.sides import Side

Ending = Literal["repaired", "told", "no effect"]
Half = Literal["heal side", "watcher side"]
Way = Literal["alerts", "last resort"]
Seen = Literal["event", "schedule", "alarm"]

HEAL_SIDE: tuple[Half, ...] = ("heal side",)
WATCHER_SIDE: tuple[Half, ...] = ("watcher side",)
# In the names of documents: the first region that sends events home from beyond it.
REGION = "REGION"
EITHER: tuple[Half, ...] = ("heal side", "watcher side")


class Intruder(Protocol):
    """Somebody with some rights in a deployed account: clients, names, and what he brings along.

    `side` is the half of the guard that he goes for, `other` the one that watches over it. Whoever
    attacks can read, too. What `own_*` names is his. `functions` is Lambda.
    """

    events: Any
    scheduler: Any
    functions: Any
    cloudformation: Any
    cloudtrail: Any
    cloudwatch: Any
    dynamodb: Any
    ec2: Any
    iam: Any
    kms: Any
    logs: Any
    s3: Any
    sns: Any
    sqs: Any
    ssm: Any
    names: Names
    side: Side
    other: Side

    @property
    def me(self) -> str:
        """His ARN."""

    @property
    def own_function(self) -> str:
        """A function of his: its ARN."""

    @property
    def own_queue(self) -> str:
        """A queue of his that everybody may send to: its ARN."""

    @property
    def own_topic(self) -> str:
        """A topic of his: its ARN."""

    @property
    def own_key(self) -> str:
        """A key of his: its ARN."""

    @property
    def own_policy(self) -> str:
        """A managed policy that the function's role has not: its ARN."""

    def code(self, source: str) -> bytes:
        """A package for a function: one file, the handler of which is `index.handler`."""

    def sns_in(self, region: str) -> Any:
        """His client of SNS in a region."""

    def events_in(self, region: str) -> Any:
        """His client of EventBridge in a region."""

    def cloudformation_in(self, region: str) -> Any:
        """His client of CloudFormation in a region."""

    def lose_events(self) -> None:
        """Make the next calls so that no event of them arrives anywhere."""

    def wait_an_hour(self) -> None:
        """Do nothing for as long as the functions remember who stopped the trail."""

    def call(self, function: str, event: Mapping[str, Any]) -> Any:
        """Call a function and wait for its answer."""

    def refused(self, call: Callable[[], object]) -> None:
        """Make a call that AWS must refuse."""


Act = Callable[[Intruder], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """One way to take the guard out of service, to turn it around or to speak through it.

    `words` say what is done, `rights` are the IAM actions that it takes beside reading. `against`
    are the halves of the guard that it is tried on; the other one answers. `ends`:

    - "repaired": everything is as deployed again, seen by reading it back, and people are told;
      `documents` ("guard.document", with REGION of what is beyond home) are what the calls leave
      different;
    - "told": a machine must not or cannot put it back, and people hear of it;
    - "no effect": what runs, and what people are told, is not touched by it.

    `how` says why. People are told by the way that the attack did not touch, unless `way` names
    one: of the heal side by the topic of last resort, of the watcher's side by the alerts. `mail`
    is part of what they read, "" where nobody has to; by default the first call. `seen` is what
    finds it: the event of the call, a schedule because no event comes, or an alarm. No more than
    `mails` come of it, if that is what matters. `heals`: a trail that is stopped afterwards is
    started again, before people do anything.

    `attack` carries it out. `unplayed` says why no emulator can.
    """

    id: str
    words: str
    rights: tuple[str, ...]
    against: tuple[Half, ...] = HEAL_SIDE
    documents: tuple[str, ...] = ()
    ends: Ending = "repaired"
    how: str
    way: Way | None = None
    mail: str | None = None
    seen: Seen = "event"
    mails: int | None = None
    heals: bool = True
    attack: Act | None = None
    unplayed: str = ""

    @property
    def told_as(self) -> str:
        """Part of the mail that tells of it, "" if none has to."""
        return self.rights[0].partition(":")[2] if self.mail is None else self.mail

    def told_by(self, half: Half) -> Way:
        """The way to people after this half was attacked."""
        return self.way or ("last resort" if half == "heal side" else "alerts")


def policy(*statements: Mapping[str, Any]) -> str:
    """A policy as calls take it."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def deny(actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    """A statement that denies."""
    return {"Effect": "Deny", "Action": actions, "Resource": resource, **more}


def allow(actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}
