"""What people are told of deleted log files: how many, which first, and whether for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from trailkeeper.alerts.alert import Alert, Command, Fact, Link, Step, known
from trailkeeper.alerts.commands import shown, span
from trailkeeper.alerts.console import Console
from trailkeeper.events.deletions import Deletion
from trailkeeper.evidence.names import LOG_GROUP, access_bucket
from trailkeeper.words.text import LONGEST_FIELD, Moment, Severity, Text, Value

DETECTION = "log-files-deleted"
CATEGORY = "log-bucket"
# With the ways of EventBridge and SQS, people hear within a minute.
COUNTED_SECONDS = 30
_MOST_FILES, _MOST_NAMES = 5, 3
# Names beyond these are counted together, as memory must not grow with them.
_MOST_COUNTED = 100


class Deletions:
    """Counts deletions, one at a time, so that memory does not grow with them."""

    def __init__(self) -> None:
        self._lost = self._hidden = 0
        self._requesters: Counter[str] = Counter()
        self._addresses: Counter[str] = Counter()
        self._first: list[tuple[str, str]] = []
        self._times: tuple[str, str] = ("", "")
        self._last: Deletion | None = None

    @property
    def count(self) -> int:
        """How many were added."""
        return self._lost + self._hidden

    def add(self, deletion: Deletion) -> None:
        """Count one more."""
        self._last = deletion
        self._lost += deletion.lost
        self._hidden += not deletion.lost
        _count(self._requesters, deletion.requester)
        _count(self._addresses, deletion.source_ip)
        self._first = sorted([*self._first, (deletion.time, deletion.key)])[:_MOST_FILES]
        if deletion.time:
            first, last = self._times
            self._times = (min(first or deletion.time, deletion.time), max(last, deletion.time))

    def alert(self, dedup_key: str) -> Alert:
        """The counts as one alert.

        Raises:
            ValueError: nothing was counted.
        """
        if self._last is None:
            message = "there is nothing to tell"
            raise ValueError(message)
        last = self._last
        return Alert(
            detection=DETECTION,
            category=CATEGORY,
            severity=Severity.CRITICAL if self._lost else Severity.WARNING,
            what=Text("subject.deletions.lost", {"count": self._lost})
            if self._lost
            else Text("subject.deletions.hidden", {"count": self._hidden}),
            result=None if self._lost else Text("result.nothing_lost"),
            who=self._who(last.account),
            story=tuple(self._story()),
            dedup_key=dedup_key,
            account=last.account,
            region=last.region,
            steps=tuple(self._steps(last)),
            facts=tuple(self._facts(last)),
            links=known(Link("link.bucket", Console(last.region).bucket(last.bucket))),
            evidence=self._calls(last.region),
            occurred_at=self._times[0] or None,
        )

    def _who(self, account: str) -> Text:
        """S3 names an account, or a service: whoever of one's own account it was is not known."""
        others = [name for name in self._requesters if name != account]
        if len(others) != 1 or len(self._requesters) != 1:
            return Text("actor.nobody")
        return Text("actor.short", {"name": others[0][:LONGEST_FIELD]})

    def _story(self) -> Iterator[Text]:
        when = self._when()
        if not self._lost:
            yield Text("story.deletions.hidden", {"count": self._hidden, "when": when})
            return
        yield Text("story.deletions.lost", {"count": self._lost, "when": when})
        if self._hidden:
            yield Text("story.deletions.hidden_too", {"count": self._hidden})

    def _when(self) -> Text:
        first, last = (Moment(each) for each in self._times)
        if not first.iso:
            return Text("deletions.some_time")
        if first == last:
            return Text("deletions.at", {"at": first})
        return Text("deletions.span", {"first": first, "last": last})

    def _steps(self, deletion: Deletion) -> Iterator[Step]:
        place = {"region": deletion.region, "bucket": deletion.bucket}
        bucket = access_bucket(deletion.account, deletion.region)
        log = {"region": deletion.region, "bucket": bucket, "day": self._times[0][:10]}
        yield Step(Text("next.deletions.who"), shown(Command("access-log", log)))
        if self._hidden:
            yield Step(Text("next.deletions.hidden"), shown(Command("delete-markers", place)))
        if self._lost:
            yield Step(Text("next.deletions.lost", {"log_group": LOG_GROUP}))

    def _facts(self, deletion: Deletion) -> Iterator[Fact]:
        for name, count in self._requesters.most_common(_MOST_NAMES):
            own = name == deletion.account
            asked: dict[str, Value] = {"name": name[:LONGEST_FIELD], "count": count}
            yield Fact("label.who", Text(f"deletions.{'own' if own else 'requester'}", asked))
        for address, count in self._addresses.most_common(_MOST_NAMES):
            asked = {"name": address[:LONGEST_FIELD], "count": count}
            yield Fact("label.source_ip", Text("deletions.requester", asked))
        if len(self._addresses) > _MOST_NAMES:
            more = len(self._addresses) - _MOST_NAMES
            yield Fact("label.source_ip", Text("deletions.more", {"count": more}))
        for kind, count in (("lost", self._lost), ("hidden", self._hidden)):
            if count:
                yield Fact("label.deleted", Text(f"deletions.{kind}", {"count": count}))
        yield Fact("label.bucket", deletion.bucket)
        for _, file in self._first:
            yield Fact("label.file", file[:LONGEST_FIELD])
        if self.count > len(self._first):
            more = self.count - len(self._first)
            yield Fact("label.file", Text("deletions.more", {"count": more}))

    def _calls(self, region: str) -> Command | None:
        """What else was changed about then: deletions themselves are no management events."""
        around = span(*self._times, timedelta(hours=1), timedelta(minutes=30))
        return shown(Command("writes", {"region": region, **around}))


def _count(counter: Counter[str], name: str) -> None:
    if name:
        counter[name if name in counter or len(counter) < _MOST_COUNTED else "..."] += 1
