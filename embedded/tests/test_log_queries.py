"""Logs Insights in the embedded account: what is answered, refused, stopped and saved."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.tests.bare_account import BareAccount, eventually

GROUP = "/queried"


@pytest.fixture(scope="module")
def logs(account: BareAccount) -> Any:
    client = account.client("logs")
    client.create_log_group(logGroupName=GROUP)
    client.create_log_stream(logGroupName=GROUP, logStreamName="one")
    now = int(time.time() * 1000)
    messages = [
        json.dumps({"name": name, "size": size})
        for name, size in zip("abca", range(4), strict=True)
    ]
    events = [{"timestamp": now - 4000 + at, "message": text} for at, text in enumerate(messages)]
    client.put_log_events(logGroupName=GROUP, logStreamName="one", logEvents=events)
    return client


def started(logs: Any, query: str, **given: Any) -> str:
    span = {"startTime": int(time.time()) - 3600, "endTime": int(time.time()) + 60}
    names = {"logGroupNames": [GROUP]}
    return str(logs.start_query(queryString=query, **{**names, **span, **given})["queryId"])


def finished(logs: Any, query_id: str) -> dict[str, Any]:
    def done() -> dict[str, Any] | None:
        answer = logs.get_query_results(queryId=query_id)
        return dict(answer) if answer["status"] not in ("Scheduled", "Running") else None

    answer = eventually(done)
    assert answer is not None
    return answer


def test_a_query_is_answered_with_what_it_cost(logs: Any) -> None:
    answer = finished(logs, started(logs, "stats sum(size) as total by name | sort name | limit 2"))

    assert answer["status"] == "Complete"
    assert [{each["field"]: each["value"] for each in row} for row in answer["results"]] == [
        {"name": "a", "total": "3"},
        {"name": "b", "total": "1"},
    ]
    assert answer["statistics"]["recordsScanned"] == 4
    assert answer["statistics"]["bytesScanned"] == 4 * len('{"name": "a", "size": 0}')


def test_the_limit_of_the_call_holds_as_well(logs: Any) -> None:
    answer = finished(logs, started(logs, "fields name | sort name desc", limit=1))

    ((shown, pointer),) = answer["results"]
    assert shown == {"field": "name", "value": "c"}
    record = logs.get_log_record(logRecordPointer=pointer["value"])["logRecord"]
    assert json.loads(record["@message"])["name"] == "c"


def test_only_the_span_is_read(logs: Any) -> None:
    long_ago = {"startTime": 1, "endTime": 2}

    assert finished(logs, started(logs, "fields name", **long_ago))["results"] == []


@pytest.mark.parametrize(
    ("given", "code", "why"),
    [
        ({"query": "fields a | pattern b"}, "MalformedQueryException", "symbol found pattern"),
        ({"query": "filter name"}, "MalformedQueryException", "needs a condition"),
        ({"logGroupNames": ["/absent"]}, "ResourceNotFoundException", "'/absent' does not exist"),
        ({"startTime": 9, "endTime": 8}, "InvalidParameterException", "in this order"),
        ({"limit": 10_001}, "InvalidParameterException", "limit is 1 to 10000"),
    ],
)
def test_what_aws_refuses_is_refused(logs: Any, given: dict[str, Any], code: str, why: str) -> None:
    query = given.pop("query", "fields name")
    with pytest.raises(ClientError) as refused:
        started(logs, query, **given)

    assert refused.value.response["Error"]["Code"] == code
    assert why in refused.value.response["Error"]["Message"]


def test_a_malformed_query_is_told_where(logs: Any) -> None:
    with pytest.raises(logs.exceptions.MalformedQueryException) as refused:
        started(logs, "fields a | filtre b = 1")

    assert refused.value.response["queryCompileError"]["location"] == {
        "startCharOffset": 11,
        "endCharOffset": 17,
    }


def test_a_query_that_has_ended_cannot_be_stopped(logs: Any) -> None:
    query_id = started(logs, "fields name")
    finished(logs, query_id)

    with pytest.raises(logs.exceptions.InvalidParameterException):
        logs.stop_query(queryId=query_id)
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.stop_query(queryId="absent")


def test_a_definition_is_kept_found_by_its_folder_changed_and_deleted(logs: Any) -> None:
    kept = logs.put_query_definition(
        name="Folder/one", queryString="fields name", logGroupNames=[GROUP]
    )["queryDefinitionId"]
    logs.put_query_definition(queryDefinitionId=kept, name="Folder/two", queryString="limit 1")

    (found,) = logs.describe_query_definitions(queryDefinitionNamePrefix="Folder/")[
        "queryDefinitions"
    ]
    assert (found["name"], found["queryString"]) == ("Folder/two", "limit 1")
    assert logs.describe_query_definitions(queryDefinitionNamePrefix="No")["queryDefinitions"] == []
    assert logs.delete_query_definition(queryDefinitionId=kept)["success"] is True
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.delete_query_definition(queryDefinitionId=kept)
