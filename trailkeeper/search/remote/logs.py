"""The engine for CloudWatch Logs Insights: the trail's log group, as far as its retention goes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from trailkeeper.cost.prices import prices
from trailkeeper.search.errors import SearchError
from trailkeeper.search.event import Event, parsed
from trailkeeper.search.question import Question
from trailkeeper.search.remote.calling import Tell, dollars, plainly, size, stop, wait
from trailkeeper.search.remote.newest import newest
from trailkeeper.search.times import shown
from trailkeeper.search.wildcard import has_wildcard

USD_PER_GB = prices().by_key["logs_scan_gb"].price
MOST_ROWS = 10_000
"""The most rows that a query answers (StartQuery, limit)."""
# The time of a log event is about, and not exactly, the time of the event that it tells of.
_SLACK = timedelta(hours=1)
_SHORTEST = timedelta(seconds=1)
_PLACE = "CloudWatch Logs Insights"


class LogsEngine:
    """Asks the log group of the trail.

    `created` is when the group was made and `oldest` from when on its retention keeps events.
    `tell` hears of the cover, of what was read, and of its price.
    """

    def __init__(
        self,
        client: Any,
        group: str,
        *,
        created: datetime,
        oldest: datetime,
        tell: Tell,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client
        self._group = group
        self._created = created
        self._oldest = oldest
        self._tell = tell
        self._sleep = sleep
        self._now = now
        self._scanned = 0.0
        self.problems = 0

    def search(self, question: Question) -> Iterator[Event]:
        """The answers, newest first.

        Raises:
            SearchError: the span lies before what the group keeps, or a call is refused.
        """
        since, until = self.span(question.since, question.until)
        matches = question.matcher()
        read = (_event(raw) for raw in self._newest_first(question, since, until))
        yield from newest((e for e in read if e and matches(e.record)), question.limit)
        self._tell_cost()

    def rows(self, query: str, since: datetime, until: datetime) -> list[dict[str, str]]:
        """The rows of a Logs Insights query, by column.

        Raises:
            SearchError: the query or a call is refused.
        """
        found = self._answered(query, since, until)
        self._tell_cost()
        return [{name: value for name, value in row.items() if name != "@ptr"} for row in found]

    def span(self, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
        """The span to read, as far as the group covers it."""
        end = until or self._now() + _SHORTEST
        if end <= self._oldest:
            raise SearchError(
                f"The log group {self._group} keeps events since {shown(self._oldest)}; "
                f"the span ends at {shown(end)}. Ask --via athena, or --via files."
            )
        first = max(self._oldest, self._created)
        if since is None or since < first:
            self._tell(f"The log group {self._group} reaches back to {shown(first)}.")
        return max(since or self._oldest, self._oldest), end

    def _newest_first(self, question: Question, since: datetime, until: datetime) -> Iterator[str]:
        """The messages of a span; one with more than a query can answer is halved."""
        rows = self._answered(events_query(question, since, until), since, until)
        if len(rows) == MOST_ROWS and until - since > _SHORTEST:
            middle = (since + (until - since) / 2).replace(microsecond=0)
            if since < middle:
                yield from self._newest_first(question, middle, until)
                yield from self._newest_first(question, since, middle)
                return
        if len(rows) == MOST_ROWS:
            self.problems += 1
            self._tell(f"More than {MOST_ROWS} events at {shown(since)}: some are not shown.")
        for row in rows:
            yield row["@message"]

    def _answered(self, query: str, since: datetime, until: datetime) -> list[dict[str, str]]:
        with plainly(_PLACE, "logs:StartQuery"):
            query_id = self._client.start_query(
                logGroupName=self._group,
                startTime=max(0, int((since - _SLACK).timestamp())),
                endTime=int((until + _SLACK).timestamp()),
                queryString=query,
                limit=MOST_ROWS,
            )["queryId"]
        ended = False

        def look() -> Mapping[str, Any] | None:
            answer: Mapping[str, Any] = self._client.get_query_results(queryId=query_id)
            return None if answer["status"] in ("Scheduled", "Running", "Unknown") else answer

        try:
            with plainly(_PLACE, "logs:GetQueryResults"):
                answer = wait(look, self._sleep)
            ended = True
        finally:
            # Ctrl-C too: what runs on goes on costing.
            if not ended:
                stop(_PLACE, self._tell, lambda: self._client.stop_query(queryId=query_id))
        if answer["status"] != "Complete":
            raise SearchError(f"{_PLACE} ended the query as {answer['status']}.")
        self._scanned += answer.get("statistics", {}).get("bytesScanned", 0.0)
        return [{each["field"]: each["value"] for each in row} for row in answer["results"]]

    def _tell_cost(self) -> None:
        price = dollars(self._scanned / 1e9 * USD_PER_GB)
        self._tell(f"{_PLACE} read {size(self._scanned)}, {price}.")


def events_query(question: Question, since: datetime, until: datetime) -> str:
    """A query for a superset of the answers: what it cannot say is filtered afterwards."""
    conditions = [f'eventTime >= "{shown(since)}"', f'eventTime < "{shown(until)}"']
    for field, values in (
        ("eventName", question.events),
        ("eventSource", question.sources),
        ("awsRegion", question.regions),
        ("userIdentity.accessKeyId", question.access_keys),
    ):
        if values:
            conditions.append(_any_of(field, values))
    if question.errors or question.denied:
        conditions.append("ispresent(errorCode)")
    filtered = "\n| filter ".join(conditions)
    return f"filter {filtered}\n| fields @message\n| sort eventTime desc, eventID desc"


def _any_of(field: str, values: Sequence[str]) -> str:
    exact = [each for each in values if not has_wildcard(each)]
    tests = [f"{field} in [{', '.join(_quoted(each) for each in exact)}]"] if exact else []
    tests += [f"{field} like /{_pattern(each)}/" for each in values if has_wildcard(each)]
    return f"({' or '.join(tests)})"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _pattern(wild: str) -> str:
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in wild)
    return "^" + "".join(parts).replace("/", "\\/") + "$"


def _event(text: str) -> Event | None:
    raw = text.encode("utf-8", "surrogatepass")
    try:
        return Event(raw, parsed(raw))
    except ValueError:
        return None
