"""The engines that ask AWS: what they ask for, what they say, and that they end what they began."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from trailkeeper.search.choosing import Places, choose
from trailkeeper.search.errors import SearchError
from trailkeeper.search.question import Question
from trailkeeper.search.remote import athena, history, logs

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
GROUP = "/trailkeeper/trail"


def record(number: int, **more: Any) -> dict[str, Any]:
    when = NOW - timedelta(minutes=number)
    return {
        "eventTime": f"{when:%Y-%m-%dT%H:%M:%SZ}",
        "eventName": "RunInstances",
        "eventSource": "ec2.amazonaws.com",
        "eventID": f"{number:08d}",
        "userIdentity": {"userName": "alice", "accessKeyId": "AKIAALICE"},
        **more,
    }


class History:
    """A CloudTrail client that answers pages, and remembers what it was asked."""

    def __init__(self, *pages: list[dict[str, Any]]) -> None:
        self.pages = pages
        self.asked: list[dict[str, Any]] = []

    def lookup_events(self, **given: Any) -> dict[str, Any]:
        self.asked.append(given)
        page = int(given.get("NextToken", 0))
        found = self.pages[page] if self.pages else []
        answer: dict[str, Any] = {"Events": [{"CloudTrailEvent": json.dumps(e)} for e in found]}
        if page + 1 < len(self.pages):
            answer["NextToken"] = str(page + 1)
        return answer


def history_engine(clients: dict[str, Any], told: list[str] | None = None) -> history.HistoryEngine:
    return history.HistoryEngine(
        clients.__getitem__,
        sorted(clients),
        tell=(told if told is not None else []).append,
        between_calls=0,
        now=lambda: NOW,
    )


@pytest.mark.parametrize(
    ("filters", "attribute"),
    [
        ({"events": ["RunInstances"]}, [("EventName", "RunInstances")]),
        ({"events": ["A,B"]}, [("EventName", "A"), ("EventName", "B")]),
        ({"events": ["Run*"]}, [None]),
        ({"events": ["Run*"], "sources": ["ec2"]}, [("EventSource", "ec2.amazonaws.com")]),
        (
            {"events": ["RunInstances"], "access_keys": ["AKIAALICE"], "sources": ["ec2"]},
            [("AccessKeyId", "AKIAALICE")],
        ),
        ({"users": ["alice"]}, [None]),
        ({"resources": ["i-1"]}, [None]),
    ],
)
def test_history_is_asked_by_the_most_selective_attribute_that_misses_nothing(
    filters: dict[str, Any], attribute: list[tuple[str, str] | None]
) -> None:
    client = History()
    list(history_engine({"us-east-1": client}).search(Question.of(**filters)))

    assert [
        each["LookupAttributes"] and tuple(each["LookupAttributes"][0].values())
        if "LookupAttributes" in each
        else None
        for each in client.asked
    ] == attribute


def test_history_filters_the_rest_here_in_every_region() -> None:
    clients = {
        "us-east-1": History([record(1), record(2, userIdentity={"userName": "bob"})], [record(3)]),
        "eu-central-1": History([record(4, awsRegion="eu-central-1")]),
    }
    asked = Question.of(events=["RunInstances"], users=["alice"])
    found = history_engine(clients).search(asked)

    assert sorted(each.record["eventID"][-1] for each in found) == ["1", "3", "4"]


def test_history_of_all_regions_comes_newest_first() -> None:
    clients = {
        "us-east-1": History([record(1), record(4)], [record(5)]),
        "eu-central-1": History([record(2), record(3), record(6)]),
        "eu-west-1": History(),
    }
    found = history_engine(clients).search(Question.of(users=["alice"]))

    assert [each.record["eventID"][-1] for each in found] == ["1", "2", "3", "4", "5", "6"]


def test_history_asks_only_the_regions_that_are_wanted() -> None:
    clients = {"us-east-1": History([record(1)]), "eu-central-1": History()}
    list(history_engine(clients).search(Question.of(regions=["eu-*"])))

    assert (len(clients["us-east-1"].asked), len(clients["eu-central-1"].asked)) == (0, 1)
    with pytest.raises(SearchError, match="--region mars-north-1 is none of this account's"):
        list(history_engine(clients).search(Question.of(regions=["mars-north-1"])))


def test_of_one_second_every_engine_leaves_out_the_same_events() -> None:
    same = {"eventTime": "2026-11-26T11:00:00Z"}
    pages = [record(4, **same), record(7, **same)], [record(5, **same)], [record(90)]
    asked = Question.of(limit=2, since=NOW - timedelta(hours=2))
    engines = (
        history_engine({"us-east-1": History(*pages)}),
        logs_engine(Logs([each for page in pages for each in page])),
    )

    for engine in engines:
        found = [each.record["eventID"] for each in engine.search(asked)]
        assert found == ["00000007", "00000005"]


def test_a_limit_ends_the_reading_of_history() -> None:
    client = History([record(1), record(2)], [record(3)], [record(4)])
    found = list(history_engine({"us-east-1": client}).search(Question.of(limit=1)))

    assert [each.record["eventID"] for each in found] == ["00000001"]
    assert len(client.asked) < 3


def test_whoever_has_seen_enough_ends_the_reading_of_history() -> None:
    endless = History(*([record(number)] for number in range(10_000)))
    found = history_engine({"us-east-1": endless}).search(Question.of())
    next(found)
    found.close()  # type: ignore[attr-defined]

    assert len(endless.asked) < 10_000


def test_a_long_scan_and_the_end_of_history_are_told() -> None:
    told: list[str] = []
    engine = history_engine({"us-east-1": History()}, told)
    list(engine.search(Question.of(users=["alice"])))

    assert any("two calls a second in each region" in line for line in told)
    assert any("reaches back 90 days, to 2026-08-28T12:00:00Z" in line for line in told)
    before = Question.of(until=NOW - timedelta(days=91))
    with pytest.raises(SearchError, match="begins at 2026-08-28T12:00:00Z; the span ends at"):
        list(engine.search(before))


def test_a_refusal_names_the_right_that_is_missing() -> None:
    class Refusing:
        def lookup_events(self, **_: Any) -> Any:
            message = {"Code": "AccessDeniedException", "Message": "User: x is not\nauthorized"}
            raise ClientError({"Error": message}, "LookupEvents")

    with pytest.raises(SearchError, match="You lack the right cloudtrail:LookupEvents") as refused:
        list(history_engine({"us-east-1": Refusing()}).search(Question.of(limit=1)))

    assert "\n" not in str(refused.value)


class Logs:
    """A CloudWatch Logs client with events of its own, which answers at most `most` of a span."""

    def __init__(self, records: list[dict[str, Any]], most: int = logs.MOST_ROWS) -> None:
        self.records, self.most = records, most
        self.queries: list[str] = []
        self.stopped: list[str] = []
        self.status = "Complete"

    def start_query(self, **given: Any) -> dict[str, str]:
        self.queries.append(given["queryString"])
        return {"queryId": str(len(self.queries) - 1)}

    def get_query_results(self, queryId: str) -> dict[str, Any]:
        since, until = self.queries[int(queryId)].split('"')[1:4:2]
        found = [e for e in self.records if since <= e["eventTime"] < until]
        found.sort(key=lambda each: str(each["eventTime"]), reverse=True)
        rows = [[{"field": "@message", "value": json.dumps(e)}] for e in found[: self.most]]
        return {"status": self.status, "results": rows, "statistics": {"bytesScanned": 2e9}}

    def stop_query(self, queryId: str) -> None:
        self.stopped.append(queryId)


def logs_engine(
    client: Any, told: list[str] | None = None, sleep: Callable[[float], None] = lambda _: None
) -> logs.LogsEngine:
    return logs.LogsEngine(
        client,
        GROUP,
        created=NOW - timedelta(days=30),
        oldest=NOW - timedelta(days=365),
        tell=(told if told is not None else []).append,
        sleep=sleep,
        now=lambda: NOW,
    )


def test_logs_insights_is_asked_for_no_less_than_is_wanted() -> None:
    asked = Question.of(
        events=["Run*,StopLogging"], sources=["ec2"], denied=True, access_keys=["AKIAALICE"]
    )
    query = logs.events_query(asked, NOW - timedelta(hours=1), NOW)

    assert query.splitlines() == [
        'filter eventTime >= "2026-11-26T11:00:00Z"',
        '| filter eventTime < "2026-11-26T12:00:00Z"',
        '| filter (eventName in ["StopLogging"] or eventName like /^Run.*$/)',
        '| filter (eventSource in ["ec2.amazonaws.com"])',
        '| filter (userIdentity.accessKeyId in ["AKIAALICE"])',
        "| filter ispresent(errorCode)",
        "| fields @message",
        "| sort eventTime desc, eventID desc",
    ]


def test_a_span_with_more_than_a_query_answers_is_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_ROWS", 5)
    client = Logs([record(number) for number in range(1, 41)], most=5)
    found = list(logs_engine(client).search(Question.of(since=NOW - timedelta(hours=1))))

    assert [each.record["eventID"] for each in found] == [f"{n:08d}" for n in range(1, 41)]


def test_what_logs_insights_read_is_told_with_its_price() -> None:
    told: list[str] = []
    list(logs_engine(Logs([record(1)]), told).search(Question.of(since=NOW - timedelta(hours=1))))

    assert told == ["CloudWatch Logs Insights read 2.0 GB, 0.01 USD."]


def test_a_span_before_the_log_group_is_told_and_one_before_its_retention_refused() -> None:
    told: list[str] = []
    engine = logs_engine(Logs([]), told)
    list(engine.search(Question.of(since=NOW - timedelta(days=60))))

    assert told[0] == f"The log group {GROUP} reaches back to 2026-10-27T12:00:00Z."
    with pytest.raises(SearchError, match="keeps events since 2025-11-26T12:00:00Z"):
        list(engine.search(Question.of(until=NOW - timedelta(days=400))))


class Interrupted:
    """Presses Ctrl-C when somebody waits."""

    def __call__(self, seconds: float) -> None:
        raise KeyboardInterrupt


def test_ctrl_c_stops_the_query_in_logs_insights() -> None:
    client = Logs([])
    client.status = "Running"
    with pytest.raises(KeyboardInterrupt):
        list(logs_engine(client, sleep=Interrupted()).search(Question.of()))

    assert client.stopped == ["0"]


def test_a_query_that_failed_in_logs_insights_is_an_error() -> None:
    client = Logs([])
    client.status = "Timeout"
    with pytest.raises(SearchError, match="Logs Insights ended the query as Timeout"):
        list(logs_engine(client).search(Question.of()))

    assert client.stopped == []


@pytest.fixture
def stubbed() -> Iterator[tuple[Any, Stubber]]:
    client = boto3.client(
        "athena",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    with Stubber(client) as stubber:
        yield client, stubber


def athena_engine(
    client: Any, told: list[str] | None = None, sleep: Callable[[float], None] = lambda _: None
) -> athena.AthenaEngine:
    return athena.AthenaEngine(
        client,
        work_group="trailkeeper",
        database="trailkeeper",
        tell=(told if told is not None else []).append,
        sleep=sleep,
        now=lambda: NOW,
    )


def execution(state: str, **status: str) -> dict[str, Any]:
    return {
        "QueryExecution": {
            "Status": {"State": state, **status},
            "Statistics": {"DataScannedInBytes": 3_000_000_000_000},
        }
    }


def started(stubber: Stubber, query: str) -> None:
    stubber.add_response(
        "start_query_execution",
        {"QueryExecutionId": "one"},
        {
            "QueryString": query,
            "WorkGroup": "trailkeeper",
            "QueryExecutionContext": {"Database": "trailkeeper"},
        },
    )


def test_athena_is_asked_for_the_partitions_of_the_span_alone() -> None:
    asked = Question.of(
        since=NOW - timedelta(days=1),
        until=NOW,
        regions=["us-east-1"],
        accounts=["111122223333"],
        events=["Stop_*"],
        errors=True,
    )
    where = athena.events_query(asked, NOW).partition("\nWHERE ")[2].splitlines()

    assert [each.strip().removeprefix("AND ") for each in where] == [
        "day <= '2026/11/27'",
        "day >= '2026/11/25'",
        "eventtime >= '2026-11-25T12:00:00Z'",
        "eventtime < '2026-11-26T12:00:00Z'",
        "(account IN ('111122223333'))",
        "(region IN ('us-east-1'))",
        "(eventname LIKE 'Stop!_%' ESCAPE '!')",
        "errorcode IS NOT NULL",
        "ORDER BY eventtime DESC, eventid DESC",
    ]


def test_athena_s_pages_are_rows_and_its_price_is_told(stubbed: tuple[Any, Stubber]) -> None:
    client, stubber = stubbed
    told: list[str] = []
    started(stubber, "SELECT 1")
    stubber.add_response("get_query_execution", execution("RUNNING"))
    stubber.add_response("get_query_execution", execution("SUCCEEDED"))
    row = [{"Data": [{"VarCharValue": "a"}, {"VarCharValue": "b"}]}]
    first = {"ResultSet": {"Rows": [*row, {"Data": [{"VarCharValue": "1"}, {}]}]}, "NextToken": "x"}
    stubber.add_response("get_query_results", first)
    stubber.add_response("get_query_results", {"ResultSet": {"Rows": row}})

    assert list(athena_engine(client, told).rows("SELECT 1")) == [{"a": "1"}, {"a": "a", "b": "b"}]
    assert told == ["Athena read 3000.0 GB, 15.00 USD."]


def test_ctrl_c_stops_the_query_in_athena(stubbed: tuple[Any, Stubber]) -> None:
    client, stubber = stubbed
    started(stubber, "SELECT 1")
    stubber.add_response("get_query_execution", execution("RUNNING"))
    stubber.add_response("stop_query_execution", {}, {"QueryExecutionId": "one"})
    with pytest.raises(KeyboardInterrupt):
        list(athena_engine(client, sleep=Interrupted()).rows("SELECT 1"))

    stubber.assert_no_pending_responses()


def test_a_query_that_cannot_be_stopped_hides_no_error(stubbed: tuple[Any, Stubber]) -> None:
    client, stubber = stubbed
    started(stubber, "SELECT 1")
    stubber.add_client_error("get_query_execution", "AccessDeniedException", "no right to look")
    stubber.add_client_error("stop_query_execution", "AccessDeniedException", "no right to stop")
    told: list[str] = []
    with pytest.raises(SearchError, match="You lack the right athena:GetQueryExecution"):
        list(athena_engine(client, told).rows("SELECT 1"))

    assert len(told) == 1
    assert told[0].startswith("Athena could not be told to stop the query, which runs on")


def test_a_query_that_athena_ended_is_an_error_in_one_line(stubbed: tuple[Any, Stubber]) -> None:
    client, stubber = stubbed
    started(stubber, "SELECT 1")
    reason = "Query cancelled! :\nBytes scanned limit was exceeded"
    stubber.add_response("get_query_execution", execution("CANCELLED", StateChangeReason=reason))
    with pytest.raises(SearchError) as refused:
        list(athena_engine(client).rows("SELECT 1"))

    assert str(refused.value) == (
        "Athena did not answer: Query cancelled! : Bytes scanned limit was exceeded"
    )


OLD = NOW - timedelta(days=20)


@pytest.mark.parametrize(
    ("asked", "places", "via"),
    [
        ({"since": NOW - timedelta(hours=2)}, Places(17, OLD, 1e6, 1e9), "history"),
        (
            {"since": NOW - timedelta(days=10), "events": ["RunInstances"]},
            Places(17, OLD, 1e6, 1e9),
            "history",
        ),
        ({"since": NOW - timedelta(days=10)}, Places(17, OLD, 1e6, 1e9), "logs"),
        ({"since": NOW - timedelta(days=30)}, Places(17, OLD, 1e6, 1e9), "athena"),
        ({"since": NOW - timedelta(days=30)}, Places(17, None, 0, None), "history"),
        ({"since": NOW - timedelta(days=200)}, Places(17, OLD, 1e6, 1e9), "athena"),
        ({}, Places(17, OLD, 1e6, 1e9), "athena"),
        ({}, Places(17, OLD, 1e6, None), "history"),
    ],
)
def test_auto_takes_the_cheapest_that_covers_the_span(
    asked: dict[str, Any], places: Places, via: str
) -> None:
    assert choose(Question.of(**asked), places, NOW).via == via


def test_auto_says_what_the_choice_costs() -> None:
    ten_days = Question.of(since=NOW - timedelta(days=10))
    half_a_year = Question.of(since=NOW - timedelta(days=200))
    places = Places(17, OLD, 5e8, 2e12)

    assert choose(ten_days, places, NOW).reason.endswith("reads about 5.0 GB, 0.03 USD.")
    assert choose(half_a_year, places, NOW).reason.endswith("reads about 2000.0 GB, 10.00 USD.")
    short = choose(Question.of(since=NOW - timedelta(hours=1)), places, NOW).reason
    assert "free, 50 events a call, two calls a second in each of 17 regions" in short


def test_a_span_that_nothing_covers_is_refused_with_what_does_help() -> None:
    with pytest.raises(SearchError, match="Nothing in AWS covers a span from 2026-05-10"):
        choose(Question.of(since=NOW - timedelta(days=200)), Places(17, None, 0, None), NOW)
