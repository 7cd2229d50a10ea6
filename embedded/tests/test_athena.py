"""Athena in the embedded account: CloudTrail's table, its partitions, and work groups."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.tests.bare_account import BareAccount, eventually

LOGS, RESULTS = "athena-logs", "athena-results"
INPUT_FORMAT = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
DAYS = ("2026/11/20", "2026/11/21")


@pytest.fixture(scope="module")
def athena(account: BareAccount) -> Any:
    buckets = account.client("s3")
    for name in (LOGS, RESULTS):
        buckets.create_bucket(Bucket=name)
    for region in ("us-east-1", "eu-central-1", "mars-north-1"):
        for day in DAYS:
            record = {
                "eventName": f"{region} {day}",
                "userIdentity": {"userName": "alice"},
                "requestParameters": {"bucketName": "b"},
            }
            body = gzip.compress(json.dumps({"Records": [record]}).encode(), mtime=0)
            key = f"AWSLogs/111122223333/CloudTrail/{region}/{day}/one.json.gz"
            buckets.put_object(Bucket=LOGS, Key=key, Body=body)
    buckets.put_object(
        Bucket=LOGS,
        Key=f"AWSLogs/111122223333/CloudTrail-Digest/us-east-1/{DAYS[0]}/d.json.gz",
        Body=b"no log file",
    )
    tables = account.client("glue")
    tables.create_database(DatabaseInput={"Name": "trails"})
    tables.create_table(
        DatabaseName="trails",
        TableInput={
            "Name": "logs",
            "TableType": "EXTERNAL_TABLE",
            "PartitionKeys": [{"Name": each, "Type": "string"} for each in ("region", "day")],
            "Parameters": {
                "projection.enabled": "true",
                "projection.region.type": "enum",
                "projection.region.values": "us-east-1,eu-central-1",
                "projection.day.type": "date",
                "projection.day.format": "yyyy/MM/dd",
                "projection.day.range": "2026/11/01,NOW",
                "storage.location.template": (
                    f"s3://{LOGS}/AWSLogs/111122223333/CloudTrail/${{region}}/${{day}}"
                ),
            },
            "StorageDescriptor": {
                "Columns": [
                    {"Name": "eventname", "Type": "string"},
                    {"Name": "useridentity", "Type": "struct<username:string>"},
                    {"Name": "requestparameters", "Type": "string"},
                ],
                "Location": f"s3://{LOGS}/AWSLogs/",
                "InputFormat": INPUT_FORMAT,
                "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                "SerdeInfo": {"SerializationLibrary": "org.apache.hive.hcatalog.data.JsonSerDe"},
            },
        },
    )
    client = account.client("athena")
    for name, limit in (("open", 1_000_000_000), ("tight", 10_000_000)):
        client.create_work_group(
            Name=name,
            Configuration={
                "EnforceWorkGroupConfiguration": True,
                "BytesScannedCutoffPerQuery": limit,
                "ResultConfiguration": {"OutputLocation": f"s3://{RESULTS}/{name}/"},
            },
        )
    return client


def started(athena: Any, query: str, group: str = "open", **given: Any) -> str:
    execution = athena.start_query_execution(
        QueryString=query,
        WorkGroup=group,
        QueryExecutionContext={"Database": "trails"},
        **given,
    )
    return str(execution["QueryExecutionId"])


def finished(athena: Any, query_id: str) -> dict[str, Any]:
    def done() -> dict[str, Any] | None:
        execution = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        return execution if execution["Status"]["State"] not in ("QUEUED", "RUNNING") else None

    execution = eventually(done)
    assert execution is not None
    return dict(execution)


def rows(athena: Any, query_id: str) -> list[list[str | None]]:
    found = athena.get_query_results(QueryExecutionId=query_id)["ResultSet"]["Rows"]
    return [[each.get("VarCharValue") for each in row["Data"]] for row in found[1:]]


def test_the_records_of_a_file_are_rows_with_their_partition(athena: Any) -> None:
    query_id = started(
        athena,
        "SELECT eventname, useridentity.username, "
        "json_extract_scalar(requestparameters, '$.bucketName'), region, day "
        "FROM logs WHERE day = '2026/11/20' ORDER BY region",
    )

    assert finished(athena, query_id)["Status"]["State"] == "SUCCEEDED"
    assert rows(athena, query_id) == [
        [f"{region} 2026/11/20", "alice", "b", region, "2026/11/20"]
        for region in ("eu-central-1", "us-east-1")
    ]


def test_what_the_partitions_leave_out_is_not_read(athena: Any) -> None:
    every = finished(athena, started(athena, "SELECT count(*) FROM logs"))
    one = finished(
        athena,
        started(
            athena,
            "SELECT count(*) FROM logs WHERE region IN ('us-east-1') "
            "AND day BETWEEN '2026/11/21' AND '2026/11/30' AND eventname <> 'x'",
        ),
    )

    scanned = [each["Statistics"]["DataScannedInBytes"] for each in (every, one)]
    assert scanned[0] > 3 * scanned[1] > 0


def test_a_query_over_the_scan_limit_is_cancelled(account: BareAccount, athena: Any) -> None:
    account.client("s3").put_object(
        Bucket=LOGS,
        Key="AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/05/large.json",
        Body=json.dumps({"Records": [{"eventName": "x" * 11_000_000}]}).encode(),
    )
    query = "SELECT count(*) FROM logs WHERE day = '2026/11/05'"
    assert finished(athena, started(athena, query, "open"))["Status"]["State"] == "SUCCEEDED"

    execution = finished(athena, started(athena, query, "tight"))

    assert execution["Status"]["State"] == "CANCELLED"
    assert "Bytes scanned limit was exceeded" in execution["Status"]["StateChangeReason"]


def test_results_lie_where_the_work_group_says(athena: Any) -> None:
    elsewhere = {"ResultConfiguration": {"OutputLocation": f"s3://{LOGS}/stolen/"}}
    execution = finished(athena, started(athena, "SELECT 1 AS one FROM logs", **elsewhere))

    location = execution["ResultConfiguration"]["OutputLocation"]
    assert location.startswith(f"s3://{RESULTS}/open/")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT eventname FRM logs",
        "SELECT getenv('HOME') FROM logs",
        "SELECT 1 FROM logs; SELECT 2",
    ],
)
def test_a_malformed_query_is_refused_at_once(athena: Any, query: str) -> None:
    with pytest.raises(ClientError) as refused:
        started(athena, query)

    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"


def test_a_column_that_is_not_there_fails_the_query(athena: Any) -> None:
    execution = finished(athena, started(athena, "SELECT absent FROM logs"))

    assert execution["Status"]["State"] == "FAILED"
    assert "absent" in execution["Status"]["StateChangeReason"]


def test_a_work_group_that_is_not_there_is_refused(athena: Any) -> None:
    with pytest.raises(ClientError, match="WorkGroup absent is not found"):
        started(athena, "SELECT 1 FROM logs", "absent")


def test_today_is_projected_and_tomorrow_is_not(account: BareAccount, athena: Any) -> None:
    today = datetime.now(UTC).strftime("%Y/%m/%d")
    for day in (today, "2099/01/01"):
        account.client("s3").put_object(
            Bucket=LOGS,
            Key=f"AWSLogs/111122223333/CloudTrail/us-east-1/{day}/now.json",
            Body=json.dumps({"Records": [{"eventName": day}]}).encode(),
        )
    query_id = started(athena, f"SELECT eventname FROM logs WHERE day >= '{today}'")
    finished(athena, query_id)

    assert [today] in rows(athena, query_id)
    assert ["2099/01/01"] not in rows(athena, query_id)
