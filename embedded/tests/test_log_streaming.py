"""Log groups that are streamed on: what arrives, and what the role must allow."""

from __future__ import annotations

import gzip
import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.tests.bare_account import BareAccount

GROUP = "/streamed"


def role(account: BareAccount, name: str, action: str, trusted: str = "logs.amazonaws.com") -> str:
    """A role that may do one thing; its ARN."""
    iam = account.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": trusted}, "Action": "sts:AssumeRole"}
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    allowed = {"Effect": "Allow", "Action": action, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=document)
    return str(made["Role"]["Arn"])


def stream(account: BareAccount, name: str) -> str:
    """A Kinesis stream; its ARN."""
    kinesis = account.client("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=name)
    return str(kinesis.describe_stream(StreamName=name)["StreamDescription"]["StreamARN"])


def arrived(account: BareAccount, name: str) -> list[dict[str, Any]]:
    """Everything in a stream, in order."""
    kinesis = account.client("kinesis")
    (shard,) = kinesis.list_shards(StreamName=name)["Shards"]
    place = kinesis.get_shard_iterator(
        StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )
    records = kinesis.get_records(ShardIterator=place["ShardIterator"])["Records"]
    return [json.loads(gzip.decompress(each["Data"])) for each in records]


def subscribe(account: BareAccount, group: str, destination: str, by: str, pattern: str) -> None:
    account.client("logs").put_subscription_filter(
        logGroupName=group,
        filterName="on",
        filterPattern=pattern,
        destinationArn=destination,
        roleArn=by,
    )


def put(account: BareAccount, group: str, *messages: str) -> None:
    logs = account.client("logs")
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": each} for each in messages]
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)


def test_what_matches_arrives_after_a_test_message(account: BareAccount) -> None:
    account.client("logs").create_log_group(logGroupName=GROUP)
    destination = stream(account, "siem")
    by = role(account, "streams", "kinesis:PutRecord")
    subscribe(account, GROUP, destination, by, '{ $.eventName = "StopLogging" }')

    put(account, GROUP, '{"eventName": "StopLogging"}', '{"eventName": "GetTrail"}')

    test, batch = arrived(account, "siem")
    assert test["messageType"] == "CONTROL_MESSAGE"
    assert (batch["messageType"], batch["logGroup"], batch["logStream"]) == (
        "DATA_MESSAGE",
        GROUP,
        "s",
    )
    assert batch["subscriptionFilters"] == ["on"]
    assert [each["message"] for each in batch["logEvents"]] == ['{"eventName": "StopLogging"}']


@pytest.mark.parametrize(
    ("name", "action", "trusted", "destination"),
    [
        ("no-right", "kinesis:GetRecords", "logs.amazonaws.com", None),
        ("no-trust", "kinesis:PutRecord", "events.amazonaws.com", None),
        ("no-stream", "kinesis:PutRecord", "logs.amazonaws.com", "gone"),
    ],
)
def test_a_filter_that_could_not_deliver_is_refused(
    account: BareAccount, name: str, action: str, trusted: str, destination: str | None
) -> None:
    logs = account.client("logs")
    logs.create_log_group(logGroupName=f"/{name}")
    arn = stream(account, name)
    by = role(account, name, action, trusted)

    with pytest.raises(ClientError, match="Could not deliver test message to specified Kinesis"):
        subscribe(account, f"/{name}", arn.replace(name, destination or name), by, "")

    found = logs.describe_subscription_filters(logGroupName=f"/{name}")["subscriptionFilters"]
    assert found == []


def test_a_role_that_lost_its_right_delivers_nothing_and_logging_goes_on(
    account: BareAccount,
) -> None:
    logs = account.client("logs")
    logs.create_log_group(logGroupName="/lost")
    by = role(account, "lost", "kinesis:PutRecord")
    subscribe(account, "/lost", stream(account, "lost"), by, "")
    account.client("iam").delete_role_policy(RoleName="lost", PolicyName="may")

    put(account, "/lost", "still here")

    assert [each["messageType"] for each in arrived(account, "lost")] == ["CONTROL_MESSAGE"]
    kept = logs.filter_log_events(logGroupName="/lost")["events"]
    assert [each["message"] for each in kept] == ["still here"]


def test_a_firehose_stream_puts_what_arrives_into_its_bucket(account: BareAccount) -> None:
    account.client("logs").create_log_group(logGroupName="/hose")
    account.client("s3").create_bucket(Bucket="hose")
    made = account.client("firehose").create_delivery_stream(
        DeliveryStreamName="hose",
        ExtendedS3DestinationConfiguration={
            "RoleARN": role(account, "hose-writes", "s3:PutObject", "firehose.amazonaws.com"),
            "BucketARN": "arn:aws:s3:::hose",
        },
    )
    by = role(account, "hose", "firehose:PutRecord*")
    subscribe(account, "/hose", made["DeliveryStreamARN"], by, "")

    put(account, "/hose", "to the bucket")

    s3 = account.client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="hose").get("Contents", [])]
    bodies = [s3.get_object(Bucket="hose", Key=key)["Body"].read() for key in keys]
    assert any(b"to the bucket" in gzip.decompress(each) for each in bodies)
