"""Athena's SQL over a table that CloudTrail's records fill."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

import pytest
from duckdb import DuckDBPyConnection

from trailkeeper.dialects.athena import RefusedSqlError, Table, load, run, shown
from trailkeeper.dialects.loading import connect

TABLE = Table(
    "trail",
    {
        "eventname": "string",
        "useridentity": "struct<type:string,sessioncontext:struct<attributes:map<string,string>>>",
        "requestparameters": "string",
        "readonly": "string",
        "resources": "array<struct<arn:string,type:string>>",
        "eventtime": "string",
    },
    {"region": "string", "day": "string"},
)
RECORD = {
    "eventName": "RunInstances",
    "eventTime": "2026-11-26T08:30:00Z",
    "userIdentity": {"type": "Root", "sessionContext": {"attributes": {"Mfa": "yes"}}, "new": 1},
    "requestParameters": {"bucketName": "it's", "list": [1, {"key": "deep"}], "none": None},
    "readOnly": False,
    "resources": [{"ARN": "arn:x", "type": "T"}, {"ARN": "arn:y"}],
    "unknownMember": {"a": "b"},
}


@pytest.fixture(scope="module")
def trail() -> Iterator[DuckDBPyConnection]:
    connection = connect()
    load(
        connection,
        TABLE,
        [
            (RECORD, {"region": "us-east-1", "day": "2026/11/26"}),
            ({"eventName": "Other", "requestParameters": "a text"}, {"region": "eu-central-1"}),
        ],
    )
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("useridentity.type", "Root"),
        ("useridentity.sessioncontext.attributes['Mfa']", "yes"),
        ("json_extract_scalar(requestparameters, '$.bucketName')", "it's"),
        ("json_extract_scalar(requestparameters, '$.list[1].key')", "deep"),
        ("json_extract_scalar(requestparameters, '$.list')", None),
        ("json_extract_scalar(requestparameters, '$.none')", None),
        ("json_extract_scalar(requestparameters, '$.absent.deeper')", None),
        ("readonly", "false"),
        ("element_at(resources, 2).arn", "arn:y"),
        ("cardinality(resources)", 2),
        ("any_match(resources, r -> r.arn = 'arn:y')", True),
        ("region || ' ' || day", "us-east-1 2026/11/26"),
        ("date_format(from_iso8601_timestamp(eventtime), '%H:%i')", "08:30"),
        ("regexp_like(eventname, '^Run')", True),
        ("strpos(eventname, 'Inst')", 4),
        ("regexp_extract(eventname, 'Z+')", None),
        ("regexp_extract(eventname, 'Run(.)', 1)", "I"),
        ("json_extract_scalar(eventname, '$.x')", None),
        ("CAST(json_extract(requestparameters, '$.bucketName') AS varchar)", "it's"),
        ("concat(eventname, NULL)", None),
        ("greatest(1, NULL)", None),
        ("CAST(3 AS double) / 2", 1.5),
        (
            "json_format(CAST(map_filter(MAP(ARRAY['a', 'b'], ARRAY[CAST(region AS JSON), NULL]), "
            "(k, v) -> v IS NOT NULL) AS JSON))",
            '{"a":"us-east-1"}',
        ),
    ],
)
def test_an_expression_has_the_value_that_athena_gives_it(
    trail: DuckDBPyConnection, expression: str, value: object
) -> None:
    query = f"SELECT {expression} AS found FROM trail WHERE eventname = 'RunInstances'"

    assert run(trail, query).rows == [(value,)]


@pytest.mark.parametrize(
    ("query", "columns", "row"),
    [
        (
            "SELECT eventName, useridentity.TYPE, count(*), 1 AS One FROM other.trail "
            "WHERE region = 'us-east-1' GROUP BY 1, 2",
            ("eventname", "type", "_col2", "one"),
            ("RunInstances", "Root", 1, 1),
        ),
        (
            "SELECT a, t, day FROM trail CROSS JOIN UNNEST(resources) AS r(a, t) WHERE a = 'arn:x'",
            ("a", "t", "day"),
            ("arn:x", "T", "2026/11/26"),
        ),
        (
            "SELECT one FROM (SELECT split('a/b', '/') AS parts) "
            "CROSS JOIN UNNEST(parts) AS t(one) ORDER BY one DESC LIMIT 1",
            ("one",),
            ("b",),
        ),
        ("SELECT 1 UNION ALL SELECT 1 LIMIT 1", ("_col0",), (1,)),
        (
            "WITH few AS (SELECT eventname FROM trail) SELECT max(eventname) FROM few",
            ("_col0",),
            ("RunInstances",),
        ),
    ],
)
def test_columns_are_called_and_rows_taken_apart_as_in_athena(
    trail: DuckDBPyConnection, query: str, columns: tuple[str, ...], row: tuple[object, ...]
) -> None:
    answer = run(trail, query)

    assert (answer.columns, answer.rows) == (columns, [row])


def test_an_object_in_a_column_of_text_is_its_json(trail: DuckDBPyConnection) -> None:
    (row,) = run(trail, "SELECT requestparameters FROM trail WHERE readonly = 'false'").rows

    assert json.loads(row[0]) == RECORD["requestParameters"]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT eventname FROM", "it is not Athena's SQL"),
        ("DROP TABLE trail", "only one SELECT is answered"),
        ("SELECT 1; SELECT 2", "only one SELECT is answered"),
        ("COPY trail TO '/tmp/x'", "only one SELECT is answered"),
        ("SELECT getenv('HOME')", "the function getenv is not answered here"),
        ("SELECT * FROM read_csv('/etc/hostname')", "the function read_csv is not answered"),
        ("SELECT * FROM read_text('/etc/hostname')", "the function read_text is not answered"),
        ("SELECT eventname FROM trail WHERE eventname = :name", "a parameter is not answered"),
        ("SELECT absent FROM trail", "absent"),
        ("SELECT split_part(eventname, '/', 3) FROM trail", "the function split_part is not"),
        ("SELECT count(*) / 2 FROM trail", "a division of whole numbers (cast one to double)"),
        ("SELECT from_iso8601_timestamp('2026-01-01T00:00:00+02:00') FROM trail", "2026-01-01"),
    ],
)
def test_what_is_not_answered_is_refused_in_one_line(
    trail: DuckDBPyConnection, query: str, why: str
) -> None:
    with pytest.raises(RefusedSqlError) as refused:
        run(trail, query)

    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        (True, "true"),
        (3, "3"),
        (1.5, "1.5"),
        ("it's", "it's"),
        (["a", None], "[a, null]"),
        ({"arn": "x", "type": None}, "{arn=x, type=null}"),
        (datetime(2026, 11, 26, 8, 30, 0, 120_000), "2026-11-26 08:30:00.120 UTC"),
    ],
)
def test_a_value_is_written_as_athena_writes_it(value: object, written: str | None) -> None:
    assert shown(value) == written
