"""Many happenings as one counted alert; adds one at a time, so memory does not grow with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from trailkeeper.alerts import history
from trailkeeper.alerts.alert import Alert, Fact, Link
from trailkeeper.alerts.console import Console
from trailkeeper.alerts.instance_alerts import (
    CATEGORY,
    SUMMARY,
    Happening,
    author,
    change_of,
    example_of,
    group_of,
)
from trailkeeper.events.instances import DeniedCall
from trailkeeper.words.text import Moment, Severity, Text, Value

_MOST_TALLIES = 25
_MOST_EXAMPLES = 3


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
    """Counts happenings of one group by author and change."""

    def __init__(self) -> None:
        self.count = 0
        self._tallies: dict[tuple[str, str], Tally] = {}
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
        link = Console(region).instances()
        return Alert(
            detection=SUMMARY,
            category=CATEGORY,
            severity=Severity.WARNING if self._denied else Severity.INFO,
            headline=self._headline(region),
            dedup_key=dedup_key,
            account=self._last.account,
            region=region,
            facts=tuple(self._facts()),
            next_steps=(Text("many.next"),),
            links=(Link("link.instances", link),) if link else (),
            command=history.calls_of_service("ec2.amazonaws.com", region),
            group=group_of(self._last),
        )

    def _headline(self, region: str) -> Text:
        tallies = self._sorted()
        params: dict[str, Value] = {"count": self.count, "region": region}
        if len(tallies) == 1 and not self._uncounted:
            alike = {"change": tallies[0].change, "who": tallies[0].author}
            return Text("many.headline_alike", {**params, **alike})
        return Text("many.headline", {**params, "most": tallies[0].alike})

    def _facts(self) -> Iterator[Fact]:
        for tally in self._sorted():
            yield Fact("label.counted", tally.line)
        if self._uncounted:
            yield Fact("label.counted", Text("many.others", {"count": self._uncounted}))
        first, last = self._times
        if first:
            yield Fact("label.first", Moment(first))
            yield Fact("label.last", Moment(last))

    def _sorted(self) -> list[Tally]:
        return sorted(self._tallies.values(), key=lambda tally: -tally.count)
