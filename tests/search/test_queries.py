"""The questions that ship: what their files say, how values get in, what they answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlglot
from duckdb import DuckDBPyConnection
from sqlglot import exp

from tests.search.trail_events import ACCOUNT, FIRST, HOSTILE, LAST, records
from tests.search.truths import GIVEN, TRUTHS, unordered
from trailkeeper import queries
from trailkeeper.dialects import athena, insights
from trailkeeper.dialects.loading import connect
from trailkeeper.queries import Query, QueryError, Span
from trailkeeper.search.athena_record import record_sql

SPAN = Span(FIRST, LAST)
ALL = sorted(queries.library())
# The table in the Athena user guide, "Create the table for CloudTrail logs in Athena using
# partition projection", its columns in order.
DOCUMENTED = (
    *("eventversion", "useridentity", "eventtime", "eventsource", "eventname", "awsregion"),
    *("sourceipaddress", "useragent", "errorcode", "errormessage", "requestparameters"),
    *("responseelements", "additionaleventdata", "requestid", "eventid", "readonly", "resources"),
    *("eventtype", "apiversion", "recipientaccountid", "serviceeventdetails", "sharedeventid"),
    *("vpcendpointid", "vpcendpointaccountid", "eventcategory", "addendum"),
    *("sessioncredentialfromconsole", "edgedevicedetails", "tlsdetails"),
)
# What a person asks in the first minute after an alert, and where it is answered.
ASKED = {
    *("recent-events", "event-fields", "launched-instances", "changed-instances"),
    *("instances-calls", "run-instances-events", "console-logins", "failed-console-logins"),
    *("console-logins-without-mfa", "bucket-uploads", "s3-activity", "kms-decrypt-by-key"),
    *("errors", "s3-errors", "denied-calls", "kms-decrypt-per-hour", "principal-activity"),
    *("access-key-activity", "resource-history", "trail-changes", "new-addresses", "root-use"),
}


@pytest.fixture(scope="module")
def logs() -> Iterator[DuckDBPyConnection]:
    connection = connect()
    insights.load(
        connection,
        [
            insights.LogEvent(
                int(datetime.fromisoformat(each["eventTime"]).timestamp() * 1000),
                json.dumps(each, separators=(",", ":"), ensure_ascii=False),
            )
            for each in records()
        ],
    )
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def table() -> Iterator[DuckDBPyConnection]:
    connection = connect()
    athena.load(
        connection,
        athena.Table(queries.TABLE, queries.columns(), queries.PARTITION_KEYS),
        [
            (
                each,
                {
                    "account": ACCOUNT,
                    "region": each["awsRegion"],
                    "day": each["eventTime"][:10].replace("-", "/"),
                },
            )
            for each in records()
        ],
    )
    yield connection
    connection.close()


def in_insights(logs: DuckDBPyConnection, query: Query, **given: str) -> list[dict[str, str]]:
    values = GIVEN.get(query.name, {}) | {"limit": "5000"} | given
    return insights.run(logs, query.in_insights(values, SPAN)).rows


def in_athena(table: DuckDBPyConnection, query: Query, **given: str) -> list[dict[str, str]]:
    values = GIVEN.get(query.name, {}) | {"limit": "5000"} | given
    answer = athena.run(table, query.in_athena(values, SPAN))
    return [
        {
            name: str(value)
            for name, value in zip(answer.columns, row, strict=True)
            if value is not None
        }
        for row in answer.rows
    ]


def test_every_question_is_there_in_both_languages() -> None:
    folder = queries.FOLDER

    assert set(ALL) == ASKED
    assert {path.stem for path in (folder / "athena").glob("*.sql")} == ASKED
    assert {path.stem for path in (folder / "insights").glob("*.query")} == ASKED


@pytest.mark.parametrize("name", ALL)
def test_twins_have_one_header(name: str) -> None:
    query = queries.find(name)
    headers = [
        [line.lstrip("#- ") for line in text.partition("\n\n")[0].splitlines()]
        for text in (query.insights, query.athena)
    ]

    assert headers[0] == headers[1]
    assert query.parameters, "at least how many rows"
    assert all(each.checked(each.default) == each.default for each in query.parameters)


@pytest.mark.parametrize("name", ALL)
def test_both_twins_answer_what_plain_python_finds(
    name: str, logs: DuckDBPyConnection, table: DuckDBPyConnection
) -> None:
    query = queries.find(name)
    truth = unordered(TRUTHS[name](records()))

    assert truth, "the data set has an answer for every question"
    assert unordered(in_insights(logs, query)) == truth
    assert unordered(in_athena(table, query)) == truth


@pytest.mark.parametrize("name", ALL)
def test_both_twins_show_the_same_columns(name: str, logs: DuckDBPyConnection) -> None:
    query = queries.find(name)
    (select,) = sqlglot.parse(query.athena, dialect="athena")
    assert isinstance(select, exp.Select)

    asked = query.in_insights(GIVEN.get(name, {}), SPAN)

    assert list(insights.run(logs, asked).labels) == select.named_selects


@pytest.mark.parametrize("name", ["recent-events", "errors", "new-addresses", "s3-activity"])
def test_a_limit_keeps_the_same_rows_in_the_same_order(
    name: str, logs: DuckDBPyConnection, table: DuckDBPyConnection
) -> None:
    query = queries.find(name)
    first = in_insights(logs, query, limit="2")

    assert len(first) == min(2, len(TRUTHS[name](records())))
    assert first == in_athena(table, query, limit="2")


def test_a_span_begins_with_its_first_second_and_ends_before_its_last(
    logs: DuckDBPyConnection, table: DuckDBPyConnection
) -> None:
    times = sorted({each["eventTime"] for each in records()})
    since, until = (datetime.fromisoformat(times[at]) for at in (10, 20))
    query = queries.find("recent-events")
    span = Span(since, until)
    wanted = sorted(e["eventID"] for e in records() if times[10] <= e["eventTime"] < times[20])

    found = insights.run(logs, query.in_insights({"limit": "5000"}, span)).rows
    listed = athena.run(table, query.in_athena({"limit": "5000"}, span))

    assert sorted(row["id"] for row in found) == wanted
    assert sorted(row[listed.columns.index("id")] for row in listed.rows) == wanted


@pytest.mark.parametrize("name", ALL)
def test_what_is_saved_for_the_console_needs_no_value(name: str, logs: DuckDBPyConnection) -> None:
    query = queries.find(name)

    insights.run(logs, query.saved("insights"))
    athena.translate(query.saved("athena"))
    assert len(query.saved("insights")) <= 10_000
    assert not re.search(r"(?<![\w:'%]):[a-z]", query.saved("athena").partition("\n\n")[2])


@pytest.mark.parametrize("name", ALL)
def test_the_sql_is_athena_s_and_prunes_by_partition(name: str) -> None:
    (select,) = sqlglot.parse(queries.find(name).athena, dialect="athena")
    assert isinstance(select, exp.Select)
    allowed = {*DOCUMENTED, *queries.PARTITION_KEYS, *select.named_selects, "item", "value", "name"}

    assert {table.name for table in select.find_all(exp.Table)} == {"cloudtrail_logs"}
    assert {each.name for each in select.find_all(exp.Column) if not each.table} <= {
        *allowed,
        "useridentity",
        "type",
    }
    assert "day BETWEEN :first_day AND :last_day" in queries.find(name).athena


def test_the_columns_are_the_documented_ones() -> None:
    assert tuple(name.lower() for name in queries.columns()) == DOCUMENTED


def test_the_whole_record_is_put_together_from_every_column() -> None:
    written = sqlglot.parse_one(queries.find("run-instances-events").athena, dialect="athena")
    (record,) = (each for each in written.selects if each.alias == "record")

    assert record.this == sqlglot.parse_one(record_sql(), dialect="athena")


@pytest.mark.parametrize(
    "hostile", [*(each for each in HOSTILE if each.isprintable()), "\\", '\\"', "'", ":limit"]
)
def test_a_hostile_value_finds_what_is_called_so_and_nothing_else(
    hostile: str, logs: DuckDBPyConnection, table: DuckDBPyConnection
) -> None:
    bucket, history = queries.find("bucket-uploads"), queries.find("principal-activity")
    plain, sql = (bucket.in_athena({"bucket": each}, SPAN) for each in ("plain", hostile))

    assert in_insights(logs, bucket, bucket=hostile) == []
    assert in_athena(table, bucket, bucket=hostile) == []
    assert in_insights(logs, history, principal=hostile) == []
    assert in_athena(table, history, principal=hostile) == []
    assert _shape(sql) == _shape(plain)


def test_a_hostile_name_is_found_by_its_own_text(
    logs: DuckDBPyConnection, table: DuckDBPyConnection
) -> None:
    keys = {
        each["requestParameters"]["key"]
        for each in records()
        if each["eventName"] == "PutObject" and "'" in each["requestParameters"]["key"]
    }
    query = queries.find("resource-history")

    assert keys
    for key in keys:
        wanted = sorted(
            each["eventID"]
            for each in records()
            if each["eventSource"] == "s3.amazonaws.com"
            and (each["requestParameters"] or {}).get("key") == key
        )
        found = in_athena(table, query, resource=key.partition('"')[0])
        assert sorted(row["id"] for row in found) == wanted


def _shape(sql: str) -> str:
    """The statement with every text left out."""
    tree = sqlglot.parse_one(sql, dialect="athena")
    for each in list(tree.find_all(exp.Literal)):
        if each.is_string:
            each.replace(exp.Literal.string(""))
    return str(tree.sql())


@pytest.mark.parametrize(
    ("name", "given", "why"),
    [
        ("recent-events", {"limit": "0"}, "limit: given '0'; allowed: a whole number from 1"),
        ("recent-events", {"limit": "1; DROP TABLE x"}, "allowed: a whole number"),
        ("recent-events", {"limit": "10001"}, "allowed: a whole number from 1 to 10000"),
        ("recent-events", {"limti": "5"}, "has no parameter 'limti'; did you mean limit?"),
        ("bucket-uploads", {"bucket": ""}, "allowed: a text without control characters"),
        ("bucket-uploads", {"bucket": "a\nb"}, "allowed: a text without control characters"),
        ("bucket-uploads", {"bucket": "a\0b"}, "allowed: a text without control characters"),
        ("bucket-uploads", {"bucket": "\ud800"}, "allowed: a text without control characters"),
        ("bucket-uploads", {"bucket": "b" * 1025}, "of 1 to 1024 characters"),
        ("instances-calls", {"after": "yesterday"}, "allowed: a time such as"),
        ("instances-calls", {"after": "2026-02-30T00:00:00Z"}, "allowed: a time such as"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_one_line(
    name: str, given: dict[str, str], why: str
) -> None:
    with pytest.raises(QueryError) as refused:
        queries.find(name).in_athena(given, SPAN)

    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("root-uses", "did you mean root-use"),
        ("console-login", "did you mean console-logins"),
        ("mfa", "did you mean console-logins-without-mfa"),
        ("DENIED-CALLS", "did you mean denied-calls"),
        ("zzzz", "There is no query 'zzzz'. All of them: trailkeeper queries"),
        ("acces-key-activity", "or s3-activity? All of them: trailkeeper queries"),
    ],
)
def test_a_misspelt_name_is_told_what_was_meant(given: str, meant: str) -> None:
    with pytest.raises(QueryError, match=re.escape(meant)):
        queries.find(given)


def test_the_days_of_a_span_leave_room_for_late_delivery() -> None:
    span = Span(datetime(2026, 11, 26, 8, tzinfo=UTC), datetime(2026, 11, 26, 23, 59, tzinfo=UTC))
    sql = queries.find("recent-events").in_athena({}, span)

    assert "day BETWEEN '2026/11/26' AND '2026/11/27'" in sql
