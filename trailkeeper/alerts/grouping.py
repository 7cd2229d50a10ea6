"""Many happenings as one counted alert; adds one at a time, so memory does not grow with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from trailkeeper.alerts.alert import Alert, Command, Fact, Link, Step, known
from trailkeeper.alerts.commands import shown, span
from trailkeeper.alerts.console import Console
from trailkeeper.alerts.instance_alerts import (
    CATEGORY,
    SUMMARY,
    Happening,
    Interest,
    author,
    change_of,
    example_of,
    group_of,
)
from trailkeeper.alerts.instance_types import is_dear
from trailkeeper.events.instances import CALLS, DeniedCall
from trailkeeper.words.text import Moment, Severity, Text, Value

_MOST_TALLIES = 25
_MOST_EXAMPLES = 3
_MOST_NAMES, _MOST_LISTED = 100, 5
# As many as the console's list can be asked for by its address.
_MOST_INSTANCES = 20


@dataclass(slots=True)
class Tally:
    """How often one author made one kind of change, with a few examples."""

    change: Text
    author: Text
    count: int = 0
    examples: list[Value] = field(default_factory=list)

    @property
    def alike(self) -> Text:
        params: dict[str, Value] = {"count": self.count, "change": self.change, "who": self.author}
        return Text("many.alike", params)

    @property
    def line(self) -> Text:
        if not self.examples:
            return self.alike
        examples = self.examples[0]
        for each in self.examples[1:]:
            examples = Text("many.pair", {"first": examples, "second": each})
        return Text("many.line", {"alike": self.alike, "examples": examples})


class Summary:
    """Counts happenings of one group by author and change, by type and by owner."""

    def __init__(self, interest: Interest) -> None:
        self.count = 0
        self._owner_tag = interest.owner_tag
        self._tallies: dict[tuple[str, str], Tally] = {}
        self._types: Counter[str] = Counter()
        self._owners: Counter[str] = Counter()
        self._instances: list[str] = []
        self._uncounted = 0
        self._denied = False
        self._times: tuple[str, str] = ("", "")
        self._last: Happening | None = None

    def add(self, happening: Happening) -> None:
        """Count one more."""
        self.count += 1
        self._last = happening
        self._denied = self._denied or isinstance(happening, DeniedCall)
        first, last = self._times
        if happening.time:
            self._times = (
                min(first, happening.time) if first else happening.time,
                max(last, happening.time),
            )
        self._describe(happening)
        change, author_ = change_of(happening), author(happening)
        key = (repr(change), repr(author_)[:500])
        tally = self._tallies.get(key)
        if tally is None:
            if len(self._tallies) >= _MOST_TALLIES:
                self._uncounted += 1
                return
            tally = self._tallies[key] = Tally(change, author_)
        tally.count += 1
        example = example_of(happening)
        if example and len(tally.examples) < _MOST_EXAMPLES and example not in tally.examples:
            tally.examples.append(example)

    def _describe(self, happening: Happening) -> None:
        if isinstance(happening, DeniedCall):
            _count(self._types, happening.instance_type)
            return
        _count(self._types, happening.details.type)
        _count(self._owners, happening.details.tags.get(self._owner_tag, ""))
        if len(self._instances) < _MOST_INSTANCES:
            self._instances.append(happening.instance)

    @property
    def only(self) -> Happening | None:
        """The happening itself, when there was exactly one."""
        return self._last if self.count == 1 else None

    def alert(self, dedup_key: str) -> Alert:
        """The counts as one alert.

        Raises:
            ValueError: nothing was counted.
        """
        if self._last is None:
            message = "there is nothing to summarise"
            raise ValueError(message)
        region = self._last.region
        links = known(
            Link("link.instances", Console(region).instances(self._instances)),
            Link("link.event_history", Console(region).event_history(around=self._times[0])),
        )
        tallies = self._sorted()
        alike = len(tallies) == 1 and not self._uncounted
        return Alert(
            detection=SUMMARY,
            category=CATEGORY,
            severity=Severity.WARNING if self._denied else Severity.INFO,
            what=self._what(tallies[0].change, region, alike=alike),
            who=_short(tallies[0].author)
            if alike
            else Text("many.authors", {"count": self._authors}),
            story=tuple(self._story(tallies, region, alike=alike)),
            dedup_key=dedup_key,
            account=self._last.account,
            region=region,
            steps=(Step(Text("many.next_ask")), Step(Text("many.next"))),
            facts=tuple(self._facts(tallies)),
            links=links,
            evidence=self._calls(region),
            occurred_at=self._times[0] or None,
            group=group_of(self._last),
        )

    @property
    def _authors(self) -> int:
        return len({repr(tally.author) for tally in self._tallies.values()})

    def _what(self, change: Text, region: str, *, alike: bool) -> Text:
        params: dict[str, Value] = {"count": self.count, "region": region}
        if self._denied:
            return Text("subject.many.denied", params)
        return (
            Text("subject.many.alike", {**params, "change": change})
            if alike
            else Text("subject.many", params)
        )

    def _story(self, tallies: Sequence[Tally], region: str, *, alike: bool) -> Iterator[Text]:
        params: dict[str, Value] = {"count": self.count, "region": region}
        first, last = (Moment(each) for each in self._times)
        if alike:
            named = {"change": tallies[0].change, "who": tallies[0].author}
            yield Text("many.story_alike", {**params, **named, "first": first, "last": last})
        else:
            most = tallies[0].alike
            yield Text("many.story", {**params, "most": most, "first": first, "last": last})
        if self._types:
            yield Text("many.types", {"types": _listed(self._types)})
        if dear := Counter({each: n for each, n in self._types.items() if is_dear(each)}):
            yield Text("many.dear", {"types": _listed(dear)})

    def _facts(self, tallies: Sequence[Tally]) -> Iterator[Fact]:
        for tally in tallies:
            yield Fact("label.counted", tally.line)
        if self._uncounted:
            yield Fact("label.counted", Text("many.others", {"count": self._uncounted}))
        if self._owners:
            yield Fact("label.owners", _listed(self._owners))
        first, last = self._times
        if first:
            yield Fact(
                "label.when", Text("many.range", {"first": Moment(first), "last": Moment(last)})
            )

    def _calls(self, region: str) -> Command | None:
        around = span(*self._times, timedelta(minutes=60), timedelta(minutes=30))
        calls = ",".join(sorted(CALLS))
        return shown(Command("calls-named", {"events": calls, "region": region, **around}))

    def _sorted(self) -> list[Tally]:
        return sorted(self._tallies.values(), key=lambda tally: -tally.count)


def _short(author_: Text) -> Text:
    """An author as a subject names them."""
    return Text("actor.nobody") if author_.key == "actor.nobody_known" else author_


def _count(counter: Counter[str], name: str) -> None:
    """Count a name; what comes after the first hundred names is counted together."""
    if name:
        counter[name if name in counter or len(counter) < _MOST_NAMES else "..."] += 1


def _listed(counter: Counter[str]) -> Text:
    """`24 × t3.micro, 1 × p5.48xlarge`, the most frequent first."""
    texts = [
        Text("many.times", {"count": count, "name": name})
        for name, count in counter.most_common(_MOST_LISTED)
    ]
    if len(counter) > _MOST_LISTED:
        texts.append(Text("many.more", {"count": len(counter) - _MOST_LISTED}))
    listed = texts[0]
    for each in texts[1:]:
        listed = Text("many.pair", {"first": listed, "second": each})
    return listed
