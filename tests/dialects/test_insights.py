"""Logs Insights queries over events that a person can read at a glance."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given
from hypothesis import strategies as st

from trailkeeper.dialects.insights import LogEvent, MalformedQueryError, load, run
from trailkeeper.dialects.loading import connect

NOON = int(datetime(2026, 11, 26, 12, tzinfo=UTC).timestamp() * 1000)
EVENTS: tuple[tuple[int, Any], ...] = (
    (0, {"name": "i-9", "size": 1, "who": {"arn": "a/bob"}, "items": [{"id": "x"}, {"id": "y"}]}),
    (10, {"name": "i-10", "size": 2.5, "who": {"arn": "a/al"}, "open": True, "empty": None}),
    (70, {"name": "it's", "size": "big", "x-key": "q", "dot.ted": {"in": "deep"}}),
    (80, {"name": "i-9", "size": 7, "text": 'say "hi" \\ now'}),
    (81, "plain user=joe, took=12 ms"),
)


@pytest.fixture(scope="module")
def events() -> Iterator[DuckDBPyConnection]:
    connection = connect()
    load(
        connection,
        [
            LogEvent(NOON + minute * 60_000, each if isinstance(each, str) else json.dumps(each))
            for minute, each in EVENTS
        ],
    )
    yield connection
    connection.close()


def rows(events: DuckDBPyConnection, query: str) -> list[dict[str, str]]:
    return run(events, query).rows


def column(events: DuckDBPyConnection, query: str) -> list[str | None]:
    answer = run(events, query)
    (only,) = answer.labels
    return [row.get(only) for row in answer.rows]


@pytest.mark.parametrize(
    ("condition", "minutes"),
    [
        ('name = "i-9"', "00 20"),
        ("name = 'i-9'", "00 20"),
        ('name != "i-9"', "10"),
        ("size > 2", "10 20"),
        ("size >= 2.5 and size < 7", "10"),
        ("size = 1 or size = 7 and who.arn like 'b'", "00"),
        ("(size = 1 or size = 7) and name like /^i-9$/", "00 20"),
        ('not name = "i-9"', "10"),
        ('name in ["i-10", "i-9"] and size in [1, 2]', "00"),
        ('name not in ["i-9"]', "10"),
        ('name like "9"', "00 20"),
        ("name like /(?i)I-1/", "10"),
        ("name not like /9/", "10"),
        ("name =~ /^i-[0-9]{2}$/", "10"),
        ("ispresent(open)", "10"),
        ("not ispresent(who.arn) and ispresent(name)", "20"),
        ("ispresent(empty)", ""),
        ("open = 1", "10"),
        ('items.1.id = "y"', "00"),
        ("ispresent(items)", ""),
        ("ispresent(who)", ""),
        ("strcontains(name, '-1') = 1", "10"),
        ("-size < -2 and size * 2 - 1 = 4", "10"),
        ("size % 2 = 1 and size ^ 2 > 10", "20"),
        (r'text = "say \"hi\" \\ now"', "20"),
        ("FILTER_IS_A_FIELD = 1", ""),
    ],
)
def test_a_filter_keeps_what_fits(events: DuckDBPyConnection, condition: str, minutes: str) -> None:
    found = rows(
        events,
        f'filter {condition} | filter ispresent(name) and name != "it\'s" '
        "| fields @timestamp | sort @timestamp",
    )

    assert " ".join(row["@timestamp"][14:16] for row in found) == minutes


def test_the_hyphen_the_dot_and_the_number_in_a_path(events: DuckDBPyConnection) -> None:
    query = (
        "filter ispresent(`x-key`) | fields `x-key`, `dot.ted`.in as a, `dot.ted.in` as b, "
        "items.0.id as c # nothing there"
    )

    assert rows(events, query) == [{"x-key": "q", "a": "deep"}]


def test_stats_group_and_name_their_columns(events: DuckDBPyConnection) -> None:
    answer = run(
        events,
        "stats count(*) as n, count(size), sum(size), avg(size), min(size), max(size), "
        "count_distinct(name), pct(size, 50) by bin(1h) as hour | sort hour",
    )

    assert answer.labels == (
        *("hour", "n", "count(size)", "sum(size)", "avg(size)", "min(size)", "max(size)"),
        *("count_distinct(name)", "pct(size, 50)"),
    )
    assert [list(row.values()) for row in answer.rows] == [
        ["2026-11-26 12:00:00.000", "2", "2", "3.5", "1.75", "1", "2.5", "2", "1.75"],
        ["2026-11-26 13:00:00.000", "3", "2", "7", "7", "7", "7", "2", "7"],
    ]


def test_a_group_without_the_field_is_a_row(events: DuckDBPyConnection) -> None:
    found = rows(events, "stats count(*) as n by name, who.arn as who | sort name, who")

    assert found == [
        {"n": "1"},
        {"name": "i-9", "n": "1"},
        {"name": "i-9", "who": "a/bob", "n": "1"},
        {"name": "i-10", "who": "a/al", "n": "1"},
        {"name": "it's", "n": "1"},
    ]


def test_stats_over_stats(events: DuckDBPyConnection) -> None:
    assert rows(
        events, "stats count(*) as n by name | stats max(n) as most, count(*) as names"
    ) == [{"most": "2", "names": "4"}]


def test_sorting_puts_numbers_in_names_by_their_value(events: DuckDBPyConnection) -> None:
    query = "filter ispresent(name) | sort name {} | display name"

    assert column(events, query.format("asc")) == ["i-9", "i-9", "i-10", "it's"]
    assert column(events, query.format("desc")) == ["it's", "i-10", "i-9", "i-9"]
    assert column(events, "filter ispresent(size) | sort size | display size") == [
        *("big", "1", "2.5", "7")
    ]


def test_dedup_keeps_the_first_in_order_and_all_without_the_field(
    events: DuckDBPyConnection,
) -> None:
    newest = "fields name, size | dedup name"
    oldest = "fields name, size | sort @timestamp asc | dedup name | limit 2"

    assert [row.get("size") for row in rows(events, newest)] == [None, "7", "big", "2.5"]
    assert [row["size"] for row in rows(events, oldest)] == ["1", "2.5"]


def test_parse_by_glob_and_by_expression(events: DuckDBPyConnection) -> None:
    glob = 'parse @message "user=*, took=* ms" as who, ms | filter ispresent(who) | display who, ms'
    named = r"parse @message /user=(?<who>\w+).*?(?<ms>\d+)/ | filter ms > 11 | display who, ms"
    listed = r"parse who.arn /a\/(\w+)/ as user | filter user like /b/ | display user"

    assert rows(events, glob) == [{"who": "joe", "ms": "12"}]
    to_the_end = 'parse @message "user=*," as who | parse @message "took=*" as rest'
    shown = "filter ispresent(rest) | display who, rest"
    assert rows(events, f"{to_the_end} | {shown}") == [{"who": "joe", "rest": "12 ms"}]
    assert rows(events, named) == [{"who": "joe", "ms": "12"}]
    assert rows(events, listed) == [{"user": "bob"}]


def test_without_fields_time_and_message_are_shown_newest_first(
    events: DuckDBPyConnection,
) -> None:
    answer = run(events, "limit 1")

    assert answer.labels == ("@timestamp", "@message")
    assert answer.rows == [
        {"@timestamp": "2026-11-26 13:21:00.000", "@message": "plain user=joe, took=12 ms"}
    ]


def test_fields_add_up_and_display_has_the_last_word(events: DuckDBPyConnection) -> None:
    assert run(events, "fields name | fields size * 2 as double").labels == ("name", "double")
    assert run(events, "fields name | fields size | display size").labels == ("size",)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "the query is empty"),
        ("filter", "the query ends too early"),
        ("filter a == 1", "unexpected symbol found = at line 1 and position 11"),
        ("fields a\n| filtre b = 1", "unexpected symbol found filtre at line 2 and position 3"),
        ("pattern @message", "unexpected symbol found pattern at line 1 and position 1"),
        ("fields a | unnest b into c", "unexpected symbol found unnest"),
        ('filter a = "open', "unexpected symbol found"),
        ("fields now()", "there is no function now here"),
        ("filter name", "filter needs a condition"),
        ("filter name and size = 1", "and needs a condition"),
        ("filter count(*) > 1", "count is an aggregation; it is allowed in stats only"),
        ("stats name by size", "stats needs an aggregation of name"),
        ("stats count(*) | stats count(*) | stats count(*)", "at most 2 stats commands"),
        ("stats count(*) by bin(1fortnight)", "a period of ms, s, m, h or d"),
        ("stats count(*) by bin(0m)", "a period of ms, s, m, h or d"),
        ("stats pct(size, 101)", "a number from 0 to 100"),
        ("dedup name | filter size = 1", "after dedup only limit is allowed, not filter"),
        ("limit 0", "limit 0; allowed: 1 to 10000"),
        ("limit 10001", "limit 10001; allowed: 1 to 10000"),
        ("limit :limit", "the parameter :limit has no value"),
        ('parse @message "a=*, b=*" as a', "2 wildcards (*) and 1 names"),
        ("parse @message /no group/", "needs a group that captures"),
        ("parse @message /(a)(?<b>c)/", "needs a name for every group"),
        ("filter name like /(?<!a)b/", "the query cannot be run"),
        ("filter abs(1, 2) = 1", "abs takes 1 values, not 2"),
        ("x" * 10_001, "the query has 10001 characters; allowed: at most 10000"),
    ],
)
def test_what_is_outside_is_refused(events: DuckDBPyConnection, query: str, why: str) -> None:
    with pytest.raises(MalformedQueryError) as refused:
        run(events, query)

    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_refusal_says_where() -> None:
    with pytest.raises(MalformedQueryError) as refused:
        run(connect(), "fields a | filtre b = 1")

    assert (refused.value.start, refused.value.end) == (11, 17)


@given(
    value=st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1)
)
def test_a_text_is_only_ever_compared(events: DuckDBPyConnection, value: str) -> None:
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    assert rows(events, f"filter name = {quoted} | display name") == [
        {"name": each["name"]}
        for _, each in reversed(EVENTS)
        if isinstance(each, dict) and each["name"] == value
    ]
