"""The engine for Athena: everything that the log bucket keeps, read by a distributed engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from trailkeeper.cost.prices import prices
from trailkeeper.queries import TABLE
from trailkeeper.search.athena_record import record_sql
from trailkeeper.search.errors import SearchError
from trailkeeper.search.event import Event, parsed
from trailkeeper.search.question import Question
from trailkeeper.search.remote.calling import Tell, dollars, plainly, size, stop, wait
from trailkeeper.search.remote.newest import newest
from trailkeeper.search.times import shown
from trailkeeper.search.wildcard import has_wildcard

USD_PER_TB = prices().by_key["athena_tb"].price
LEAST_BYTES = 10_000_000
"""What the smallest query is charged for."""
_PAGE = 1000
_PLACE = "Athena"


class AthenaEngine:
    """Asks the table of the log files, in the work group that was deployed for it.

    `tell` hears what was read and its price.
    """

    def __init__(
        self,
        client: Any,
        *,
        work_group: str,
        database: str,
        tell: Tell,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client
        self._work_group = work_group
        self._database = database
        self._tell = tell
        self._sleep = sleep
        self._now = now
        self.problems = 0

    def search(self, question: Question) -> Iterator[Event]:
        """The answers, newest first.

        Raises:
            SearchError: the query or a call is refused, or reads more than the work group allows.
        """
        if question.since is None:
            self._tell("Without --since Athena reads every log file there is.")
        matches = question.matcher()
        rows = self.rows(events_query(question, self._now()))
        raw = (row["record"].encode("utf-8", "surrogatepass") for row in rows)
        read = (Event(each, parsed(each)) for each in raw)
        yield from newest((e for e in read if matches(e.record)), question.limit)

    def rows(self, query: str) -> Iterator[dict[str, str]]:
        """The rows of a query, by column, without the cells that are null.

        Raises:
            SearchError: the query or a call is refused, or reads more than the work group allows.
        """
        with plainly(_PLACE, "athena:StartQueryExecution"):
            query_id = self._client.start_query_execution(
                QueryString=query,
                WorkGroup=self._work_group,
                QueryExecutionContext={"Database": self._database},
            )["QueryExecutionId"]
        ended = False

        def look() -> Mapping[str, Any] | None:
            found = self._client.get_query_execution(QueryExecutionId=query_id)
            execution: Mapping[str, Any] = found["QueryExecution"]
            waits = execution["Status"]["State"] in ("QUEUED", "RUNNING")
            return None if waits else execution

        try:
            with plainly(_PLACE, "athena:GetQueryExecution"):
                execution = wait(look, self._sleep)
            ended = True
        finally:
            # Ctrl-C too: what runs on goes on costing.
            if not ended:
                of_query = {"QueryExecutionId": query_id}
                stop(_PLACE, self._tell, lambda: self._client.stop_query_execution(**of_query))
        if execution["Status"]["State"] != "SUCCEEDED":
            reason = " ".join(execution["Status"].get("StateChangeReason", "").split())
            raise SearchError(f"{_PLACE} did not answer: {reason}")
        scanned = execution["Statistics"].get("DataScannedInBytes", 0)
        price = max(scanned, LEAST_BYTES) / 1e12 * USD_PER_TB
        self._tell(f"{_PLACE} read {size(scanned)}, {dollars(price)}.")
        yield from self._results(query_id)

    def _results(self, query_id: str) -> Iterator[dict[str, str]]:
        given: dict[str, Any] = {"QueryExecutionId": query_id, "MaxResults": _PAGE}
        names: list[str] = []
        while True:
            with plainly(_PLACE, "athena:GetQueryResults"):
                answer = self._client.get_query_results(**given)
            rows = [each["Data"] for each in answer["ResultSet"]["Rows"]]
            if not names:
                # The first row of the first page is the names of the columns.
                names = [each.get("VarCharValue", "") for each in rows.pop(0)]
            for row in rows:
                yield {
                    name: cell["VarCharValue"]
                    for name, cell in zip(names, row, strict=True)
                    if "VarCharValue" in cell
                }
            if not answer.get("NextToken"):
                return
            given["NextToken"] = answer["NextToken"]


def events_query(question: Question, now: datetime) -> str:
    """SQL for a superset of the answers: what it cannot say is filtered afterwards."""
    # A log file lies in the folder of the day on which it was delivered.
    last = (question.until or now).astimezone(UTC) + timedelta(days=1)
    conditions = [f"day <= '{last:%Y/%m/%d}'"]
    if question.since:
        conditions.append(f"day >= '{question.since.astimezone(UTC):%Y/%m/%d}'")
        conditions.append(f"eventtime >= '{shown(question.since)}'")
    if question.until:
        conditions.append(f"eventtime < '{shown(question.until)}'")
    for column, values in (
        ("account", question.accounts),
        ("region", question.regions),
        ("eventname", question.events),
        ("eventsource", question.sources),
        ("useridentity.accesskeyid", question.access_keys),
    ):
        if values:
            conditions.append(_any_of(column, values))
    if question.errors or question.denied:
        conditions.append("errorcode IS NOT NULL")
    where = "\n  AND ".join(conditions)
    return (
        f"SELECT {record_sql()} AS record\nFROM {TABLE}\nWHERE {where}\n"
        "ORDER BY eventtime DESC, eventid DESC"
    )


def _any_of(column: str, values: Sequence[str]) -> str:
    exact = ", ".join(_quoted(each) for each in values if not has_wildcard(each))
    tests = [f"{column} IN ({exact})"] if exact else []
    tests += [
        f"{column} LIKE {_quoted(_pattern(each))} ESCAPE '!'"
        for each in values
        if has_wildcard(each)
    ]
    return f"({' OR '.join(tests)})"


def _pattern(wild: str) -> str:
    marks = {"*": "%", "?": "_", "%": "!%", "_": "!_", "!": "!!"}
    return "".join(marks.get(each, each) for each in wild)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
