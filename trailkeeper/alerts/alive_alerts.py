"""The sign of life: without it nobody could tell a guard that finds nothing from a dead one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from trailkeeper.alerts.alert import Alert, Fact
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.words.text import LONGEST_FIELD, Moment, Severity, Text, Value

DETECTION = "guard-alive"
_MOST_DEPLOYS = 10


@dataclass(frozen=True, slots=True)
class Counts:
    """What the guard did since a time; `took` is how many alerts each channel took."""

    since: datetime
    looks: int
    sweeps: int
    heals: int
    took: Mapping[str, int]


class Deployed(Protocol):
    """A deploy of one of our stacks by somebody who may, which was no alarm."""

    @property
    def at(self) -> datetime: ...
    @property
    def stack(self) -> str: ...
    @property
    def who(self) -> str: ...


def alive(
    counts: Counts | None,
    days: int,
    baseline: Baseline,
    now: datetime,
    deployed: Sequence[Deployed] = (),
) -> Alert:
    """The message by the channels; without counts it is the first."""
    facts = (*_facts(counts), *_deploys(deployed))
    return _alert(tuple(_story(counts, days)), days, baseline, now, facts)


def uncounted(days: int, baseline: Baseline, now: datetime) -> Alert:
    """The same where nobody can tell what was done."""
    story = (Text("story.alive.heal"), Text("story.alive.unknown"))
    return _alert(story, days, baseline, now, ())


def watcher_alive(
    calls: Mapping[str, int] | None,
    days: int,
    baseline: Baseline,
    now: datetime,
    deployed: Sequence[Deployed] = (),
) -> Alert:
    """The message by the second way; `calls` are what Lambda counted, by the functions' names."""
    told: dict[str, Value] = {"days": days}
    counted = (
        Text("story.alive.uncounted") if calls is None else Text("story.alive.invocations", told)
    )
    facts = tuple(
        Fact("label.invocations", Text("alive.invocations", {"function": name, "count": count}))
        for name, count in (calls or {}).items()
    )
    story = (Text("story.alive.second_way"), counted)
    alert = _alert(story, days, baseline, now, (*facts, *_deploys(deployed)))
    return replace(alert, what=Text("subject.alive.second_way"))


def _story(counts: Counts | None, days: int) -> Iterator[Text]:
    if counts is None:
        yield Text("story.alive.heal")
        yield Text("story.alive.first", {"days": days})
        return
    done: dict[str, Value] = {
        "since": Moment(counts.since.isoformat()),
        "looks": counts.looks,
        "sweeps": counts.sweeps,
        "heals": counts.heals,
    }
    yield Text("story.alive.counts", done)


def _facts(counts: Counts | None) -> tuple[Fact, ...]:
    took = counts.took if counts else {}
    return tuple(
        Fact(
            "label.taken",
            Text("alive.taken", {"channel": Text(f"channel.{name}"), "count": taken}),
        )
        for name, taken in sorted(took.items())
        if name in _CHANNELS
    )


def _deploys(deployed: Sequence[Deployed]) -> Iterator[Fact]:
    """The latest of them, newest last."""
    for each in deployed[-_MOST_DEPLOYS:]:
        known: dict[str, Value] = {
            "stack": each.stack,
            "at": Moment(each.at.isoformat()),
            "who": each.who[:LONGEST_FIELD],
        }
        yield Fact("label.deployed", Text("alive.deployed", known))


# What `took` says comes from the state table, into which anybody may have written.
_CHANNELS = frozenset({"sns", "slack", "amazon-q"})


def _alert(
    story: tuple[Text, ...],
    days: int,
    baseline: Baseline,
    now: datetime,
    facts: tuple[Fact, ...],
) -> Alert:
    return Alert(
        detection=DETECTION,
        category="alerting",
        severity=Severity.INFO,
        what=Text("subject.alive"),
        story=(*story, Text("story.alive.silence", {"days": days})),
        dedup_key=f"{DETECTION}/{now:%Y-%m-%dT%H}",
        account=baseline.account,
        region=baseline.region,
        facts=facts,
        occurred_at=now.isoformat(),
    )
