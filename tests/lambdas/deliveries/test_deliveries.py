"""A delivered log file is counted once, by service and outcome; an unreadable one is told."""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from lambdas.deliveries.deliveries import Deliveries
from trailkeeper.alerts.alert import Alert
from trailkeeper.environments.deliveries import DeliveriesEnviron
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader

BUCKET = "trailkeeper-logs-123456789012-us-east-1"
FOLDER = "AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/26"
KEY = f"{FOLDER}/123456789012_CloudTrail_us-east-1_20261126T1000Z_AbCd1234.json.gz"
ENVIRON = DeliveriesEnviron(
    account="123456789012",
    region="us-east-1",
    log_bucket=BUCKET,
    alerts_queue_url="queue",
    table="table",
)
NOW = datetime(2026, 11, 26, 10, 5, tzinfo=UTC)


def created(key: str = KEY, bucket: str = BUCKET) -> dict[str, Any]:
    """EventBridge's event (S3 user guide, "EventBridge event message structure")."""
    return {
        "detail-type": "Object Created",
        "source": "aws.s3",
        "detail": {"bucket": {"name": bucket}, "object": {"key": key, "size": 1}},
    }


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "Any")


class Account:
    """A log bucket, a table and a queue, as far as the function sees them."""

    def __init__(self, *records: dict[str, Any]) -> None:
        self.content = gzip.compress(json.dumps({"Records": records}).encode())
        self.version = "v1"
        self.failure: Exception | None = None
        self.table_failure: Exception | None = None
        self.asked: list[dict[str, Any]] = []
        self.alerts: list[Alert] = []
        self.lines: list[dict[str, Any]] = []
        self._kept: set[str] = set()

    def get_object(self, **asked: Any) -> Any:
        self.asked.append(asked)
        if self.failure:
            raise self.failure
        return {"Body": io.BytesIO(self.content), "VersionId": self.version}

    def put_item(self, *, Item: Any, ConditionExpression: str, **_: Any) -> None:
        assert ConditionExpression == "attribute_not_exists(id)"
        if self.table_failure:
            raise self.table_failure
        key = f"{Item['id']['S']} {Item['at']['S']}"
        if key in self._kept:
            raise refused("ConditionalCheckFailedException")
        self._kept.add(key)

    def send_message(self, *, MessageBody: str, **_: Any) -> None:
        self.alerts.append(Alert.from_json(MessageBody))

    def take(self, event: Any) -> dict[str, Any]:
        return Deliveries(
            ENVIRON,
            s3=self,
            sqs=self,
            dynamodb=self,
            write=lambda line: self.lines.append(json.loads(line)),
            clock=NOW.timestamp,
            now=lambda: NOW,
            warn=lambda *_, **__: None,
        ).take(event)

    def counts(self) -> dict[tuple[str, ...], int]:
        """What CloudWatch makes of the lines: dimensions and sums."""
        sums: Counter[tuple[str, ...]] = Counter()
        for line in self.lines:
            (directive,) = line["_aws"]["CloudWatchMetrics"]
            assert directive["Namespace"] == "Trailkeeper"
            (dimensions,), (metric,) = directive["Dimensions"], directive["Metrics"]
            values = (line[name] for name in dimensions)
            sums[(metric["Name"], *values)] += line[metric["Name"]]
        return dict(sums)


def record(event_id: str, source: str = "ec2", error: str = "") -> dict[str, Any]:
    found = {"eventID": event_id, "eventSource": f"{source}.amazonaws.com"}
    return found | ({"errorCode": error} if error else {})


def test_records_are_counted_by_service_and_outcome() -> None:
    account = Account(
        record("1"),
        record("2"),
        record("3", error="Client.UnauthorizedOperation"),
        record("4", "s3", "AccessDenied"),
        record("5", "s3", "NoSuchBucket"),
        record("6", "kms", "ThrottlingException"),
        {"eventID": "7"},
    )

    assert account.take(created())["records"] == 7

    assert account.counts() == {
        ("RecordsDelivered", "trailkeeper-deliveries"): 7,
        ("RecordsBySource", "ec2", "none"): 2,
        ("RecordsBySource", "ec2", "denied"): 1,
        ("RecordsBySource", "s3", "denied"): 1,
        ("RecordsBySource", "s3", "other"): 1,
        ("RecordsBySource", "kms", "throttled"): 1,
        ("RecordsBySource", "unknown", "none"): 1,
    }
    assert account.asked == [{"Bucket": BUCKET, "Key": KEY, "ExpectedBucketOwner": "123456789012"}]


def test_the_same_event_in_a_file_twice_counts_once() -> None:
    account = Account(record("1"), record("1"), record("2"))

    assert account.take(created())["records"] == 2


def test_the_same_file_twice_counts_once_and_a_new_version_again() -> None:
    account = Account(record("1"))

    assert account.take(created())["outcome"] == "counted"
    assert account.take(created())["outcome"] == "counted before"
    account.version = "v2"
    assert account.take(created())["outcome"] == "counted"

    assert account.counts()["RecordsDelivered", "trailkeeper-deliveries"] == 2


def test_without_the_state_table_it_is_counted_all_the_same() -> None:
    for failure in (refused("ThrottlingException"), ReadTimeoutError(endpoint_url="x")):
        account = Account(record("1"))
        account.table_failure = failure

        assert account.take(created())["outcome"] == "counted"


@pytest.mark.parametrize(
    "event",
    [
        created(bucket="mallorys-bucket"),
        created("secrets.txt"),
        created(KEY.replace("/CloudTrail/", "/CloudTrail-Digest/")),
        created(KEY.replace("AWSLogs/1234", "AWSLogs/9999")),
        created(KEY + "/../../secrets"),
        created(KEY + "\n"),
        {"detail": {"bucket": {"name": BUCKET}, "object": {}}},
        {"detail": None},
        [],
        "text",
    ],
    ids=str,
)
def test_nothing_but_our_log_files_is_read(event: Any) -> None:
    account = Account(record("1"))

    assert account.take(event)["outcome"] == "not a log file of ours"
    assert account.asked == []


def test_a_damaged_file_is_told() -> None:
    account = Account(record("1"))
    account.content = account.content[:-10]

    assert account.take(created())["outcome"] == "unreadable"

    [alert] = account.alerts
    mail = email.render(alert, Reader())
    assert mail.subject == "[Warning] A log file cannot be read - 123456789012"
    assert "123456789012_CloudTrail_us-east-1_20261126T1000Z_AbCd1234" in mail.body
    assert "(EOFError)" in mail.body
    assert account.lines == []


def test_a_file_that_is_gone_is_told() -> None:
    account = Account()
    account.failure = refused("NoSuchKey")

    account.take(created())

    assert [each.dedup_key for each in account.alerts] == ["log-file/gone/2026-11-26T10"]


@pytest.mark.parametrize(
    "failure", [refused("AccessDenied"), refused("SlowDown"), ReadTimeoutError(endpoint_url="x")]
)
def test_what_may_pass_is_left_to_lambdas_retries(failure: Exception) -> None:
    account = Account()
    account.failure = failure

    with pytest.raises(type(failure)):
        account.take(created())
    assert account.alerts == []
