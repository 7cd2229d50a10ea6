"""The engine for CloudTrail's event history: free, 90 days, management events, two calls a second.

Source: CloudTrail API reference, LookupEvents. Only one attribute is honoured a call.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from queue import SimpleQueue
from threading import Event as Flag
from typing import Any

from trailkeeper.search.errors import SearchError
from trailkeeper.search.event import Event, parsed
from trailkeeper.search.question import Question
from trailkeeper.search.remote.calling import Tell, plainly
from trailkeeper.search.remote.newest import newest
from trailkeeper.search.times import shown
from trailkeeper.search.wildcard import has_wildcard

KEPT = timedelta(days=90)
PAGE = 50
BETWEEN_CALLS = 0.5
"""Seconds: LookupEvents takes two calls a second in an account and region."""
_LONG = timedelta(hours=24)
_AT_ONCE = 64
_PLACE, _RIGHT = "CloudTrail's event history", "cloudtrail:LookupEvents"


@dataclass(frozen=True)
class Attribute:
    """What LookupEvents can filter by itself; one value a call."""

    key: str
    values: tuple[str, ...]


def attribute_of(question: Question) -> Attribute | None:
    """The most selective attribute that leaves out nothing the question wants.

    Username and ResourceName are not used: they miss roles and resources that our filters find.
    """
    for key, values in (
        ("AccessKeyId", question.access_keys),
        ("EventName", question.events),
        ("EventSource", question.sources),
    ):
        if values and not any(has_wildcard(each) for each in values):
            return Attribute(key, values)
    return None


class HistoryEngine:
    """Looks events up in all regions at once, and filters here what LookupEvents does not.

    `client` makes a CloudTrail client of a region. `tell` hears of a long scan and its cover.
    """

    def __init__(
        self,
        client: Callable[[str], Any],
        regions: Sequence[str],
        *,
        tell: Tell,
        progress: Callable[[int, int], None] = lambda calls, events: None,
        between_calls: float = BETWEEN_CALLS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client
        self._regions = regions
        self._tell = tell
        self._progress = progress
        self._between_calls = between_calls
        self._ended = Flag()
        self._now = now
        self.problems = 0

    def search(self, question: Question) -> Iterator[Event]:
        """The answers, newest first; with a limit the newest alone.

        Raises:
            SearchError: the span lies before the history, or a call is refused.
        """
        self._check(question)
        regions = _wanted(question, self._regions)
        if question.limit is None:
            yield from self._merged(question, regions)
            return
        yield from self._newest(question, regions, question.limit)

    def _check(self, question: Question) -> None:
        oldest = self._now() - KEPT
        if question.until and question.until <= oldest:
            raise SearchError(
                f"{_PLACE} begins at {shown(oldest)}; the span ends at {shown(question.until)}. "
                "Ask --via athena, or --via files."
            )
        if question.since is None or question.since < oldest:
            self._tell(f"{_PLACE} reaches back 90 days, to {shown(oldest)}, and no further.")
        since = max(question.since or oldest, oldest)
        until = min(question.until or self._now(), self._now())
        if attribute_of(question) is None and until - since > _LONG:
            self._tell(
                f"No filter here is one that {_PLACE} knows, so all events of the span are read: "
                f"{PAGE} a call, two calls a second in each region. --event, --access-key, "
                "--source or a shorter span make it quick."
            )

    def _newest(self, question: Question, regions: Sequence[str], limit: int) -> Iterator[Event]:
        with self._pool(regions) as pool:
            of_regions = pool.map(
                lambda region: list(newest(self._region(question, region), limit)), regions
            )
            found = [event for each in of_regions for event in each]
        found.sort(key=lambda event: event.order, reverse=True)
        yield from found[:limit]

    def _merged(self, question: Question, regions: Sequence[str]) -> Iterator[Event]:
        """All regions are read at once; an answer waits until no region can have a newer one."""
        queues = [SimpleQueue[Event | BaseException | None]() for _ in regions]

        def read(region: str, queue: SimpleQueue[Event | BaseException | None]) -> None:
            try:
                for event in self._region(question, region):
                    queue.put(event)
                queue.put(None)
            except BaseException as error:
                queue.put(error)

        with self._pool(regions) as pool:
            for region, queue in zip(regions, queues, strict=True):
                pool.submit(read, region, queue)
            # By time alone: two events of one second may come in any order.
            yield from heapq.merge(
                *map(_until_none, queues), key=lambda event: event.order[0], reverse=True
            )

    @contextmanager
    def _pool(self, regions: Sequence[str]) -> Iterator[ThreadPoolExecutor]:
        """Threads that end soon after whoever reads has had enough, as with Ctrl-C."""
        self._ended.clear()
        pool = ThreadPoolExecutor(min(len(regions), _AT_ONCE))
        try:
            yield pool
        finally:
            self._ended.set()
            pool.shutdown(cancel_futures=True)

    def _region(self, question: Question, region: str) -> Iterator[Event]:
        """The answers of one region; newest first unless there are several values to look up."""
        attribute = attribute_of(question)
        key = attribute.key if attribute else None
        values = attribute.values if attribute else (None,)
        found = (event for value in values for event in self._lookup(question, region, key, value))
        if len(values) == 1:
            yield from found
        else:
            yield from sorted(found, key=lambda event: event.order, reverse=True)

    def _lookup(
        self, question: Question, region: str, key: str | None, value: str | None
    ) -> Iterator[Event]:
        matches = question.matcher()
        given: dict[str, Any] = {"MaxResults": PAGE}
        if key:
            given["LookupAttributes"] = [{"AttributeKey": key, "AttributeValue": value}]
        oldest = self._now() - KEPT
        given["StartTime"] = max(question.since or oldest, oldest)
        if question.until:
            given["EndTime"] = question.until
        with plainly(f"{_PLACE} in {region}", _RIGHT):
            client = self._client(region)
        while True:
            with plainly(f"{_PLACE} in {region}", _RIGHT):
                answer = client.lookup_events(**given)
            self._progress(1, len(answer["Events"]))
            for each in answer["Events"]:
                event = _event(each["CloudTrailEvent"])
                if event and matches(event.record):
                    yield event
            if not answer.get("NextToken"):
                return
            given["NextToken"] = answer["NextToken"]
            if self._ended.wait(self._between_calls):
                return


def _until_none(queue: SimpleQueue[Event | BaseException | None]) -> Iterator[Event]:
    while (found := queue.get()) is not None:
        if isinstance(found, BaseException):
            raise found
        yield found


def _event(text: str) -> Event | None:
    raw = text.encode("utf-8", "surrogatepass")
    try:
        return Event(raw, parsed(raw))
    except ValueError:
        return None


def _wanted(question: Question, there: Sequence[str]) -> Sequence[str]:
    wanted = [
        each
        for each in there
        if not question.regions or any(fnmatchcase(each, wild) for wild in question.regions)
    ]
    if not wanted:
        raise SearchError(
            f"--region {', '.join(question.regions)} is none of this account's regions: "
            f"{', '.join(there)}."
        )
    return wanted
