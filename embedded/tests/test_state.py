"""The state of the account: remembered once, put back as often as wanted."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.account import EmbeddedAccount
from embedded.control import RefusedError
from embedded.tests.bare_account import BareAccount, eventually
from embedded.tests.interpreter import PYTHON
from embedded.tests.trail_bed import trail_bed

SLOW = """
import os, time, boto3
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["OUT"], MessageBody="began")
    time.sleep(20)
    boto3.client("sqs").send_message(QueueUrl=os.environ["OUT"], MessageBody="ended")
"""
COUNTING = """
calls = 0
def handler(event, context):
    global calls
    calls += 1
    return calls
"""
FAILING = "def handler(event, context):\n    raise ValueError\n"


@pytest.fixture
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareAccount]:
    """An account of its own: only one state is remembered."""
    process = EmbeddedAccount(tmp_path_factory.mktemp("state"), python=PYTHON)
    with process as root:
        yield BareAccount(root, process.mailbox)


def names(answer: dict[str, Any], of: str, name: str) -> list[str]:
    return [each[name] for each in answer[of]]


def test_every_service_is_as_it_was(account: BareAccount) -> None:
    s3, table, queues = account.client("s3"), account.client("dynamodb"), account.client("sqs")
    bucket = {"Bucket": "kept-bucket"}
    s3.create_bucket(**bucket)
    s3.put_object(**bucket, Key="a", Body=b"before")
    table.create_table(
        TableName="kept",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table.put_item(TableName="kept", Item={"id": {"S": "1"}, "n": {"N": "1"}})
    queue = account.queue("kept")
    queues.send_message(QueueUrl=queue.url, MessageBody='"before"')
    account.client("logs").create_log_group(logGroupName="kept")
    role = account.role("kept", "lambda.amazonaws.com", sqs_SendMessage="*")
    account.root.control.remember()

    for _ in range(3):
        s3.put_object(**bucket, Key="a", Body=b"after")
        s3.put_object(**bucket, Key="b", Body=b"more")
        s3.put_bucket_policy(**bucket, Policy=_denying("kept-bucket"))
        s3.create_bucket(Bucket="more-bucket")
        table.put_item(TableName="kept", Item={"id": {"S": "1"}, "n": {"N": "2"}})
        table.put_item(TableName="kept", Item={"id": {"S": "2"}})
        assert queue.message().body == "before"
        account.queue("more")
        account.client("logs").delete_log_group(logGroupName="kept")
        account.client("iam").delete_role_policy(RoleName="kept", PolicyName="sqs_SendMessage")
        account.client("ssm").put_parameter(Name="more", Value="x", Type="String")

        account.root.control.reset()

        assert s3.get_object(**bucket, Key="a")["Body"].read() == b"before"
        assert names(s3.list_objects_v2(**bucket), "Contents", "Key") == ["a"]
        with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
            s3.get_bucket_policy(**bucket)
        assert names(s3.list_buckets(), "Buckets", "Name") == ["kept-bucket"]
        assert table.scan(TableName="kept")["Items"] == [{"id": {"S": "1"}, "n": {"N": "1"}}]
        assert queues.list_queues()["QueueUrls"] == [queue.url]
        groups = account.client("logs").describe_log_groups()
        assert names(groups, "logGroups", "logGroupName") == ["kept"]
        policies = account.client("iam").list_role_policies(RoleName=role.rpartition("/")[2])
        assert policies["PolicyNames"] == ["sqs_SendMessage"]
        assert account.client("ssm").describe_parameters()["Parameters"] == []
    assert queue.message().body == "before"


def _denying(bucket: str) -> str:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/x",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_service_that_nobody_had_used_has_forgotten_all(account: BareAccount) -> None:
    account.root.control.remember()
    secrets = account.client("secretsmanager")
    secrets.create_secret(Name="new", SecretString="x")
    account.root.control.reset()
    assert secrets.list_secrets()["SecretList"] == []


def test_mails_faults_and_the_history_are_as_they_were(account: BareAccount) -> None:
    topics = account.client("sns")
    topic = topics.create_topic(Name="news")["TopicArn"]
    topics.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    account.root.control.remember()
    (kept,) = account.mailbox.glob("*.eml")
    text = kept.read_bytes()

    topics.subscribe(TopicArn=topic, Protocol="email", Endpoint="b@example.com")
    assert eventually(lambda: len(list(account.mailbox.glob("*.eml"))) == 2)
    kept.unlink()
    account.root.control.fault(service="sns", action="*", error="Throttling")
    account.root.control.reset()

    assert list(account.mailbox.glob("*.eml")) == [kept]
    assert kept.read_bytes() == text
    assert account.root.control.faults() == []
    topics.subscribe(TopicArn=topic, Protocol="email", Endpoint="c@example.com")
    history = account.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "Subscribe"}]
    )
    asked = [
        json.loads(each["CloudTrailEvent"])["requestParameters"]["endpoint"]
        for each in history["Events"]
    ]
    assert asked == ["c@example.com", "a@example.com"]


def test_a_trail_logs_again_and_what_it_had_not_delivered_is_gone(account: BareAccount) -> None:
    bed = trail_bed(account)
    bed.create()
    trails = account.client("cloudtrail")
    trails.start_logging(Name=bed.name)
    bed.delivered("StartLogging")
    before = trails.get_trail(Name=bed.name)["Trail"]
    account.root.control.remember()
    files = bed.files()

    account.client("ssm").put_parameter(Name="more", Value="x", Type="String")
    trails.stop_logging(Name=bed.name)
    trails.delete_trail(Name=bed.name)
    account.root.control.reset()

    assert trails.get_trail(Name=bed.name)["Trail"] == before
    assert bed.status()["IsLogging"]
    assert bed.files() == files


def test_what_is_at_work_is_ended(account: BareAccount) -> None:
    out = account.queue("out")
    role = account.role("slow", "lambda.amazonaws.com", sqs_SendMessage=out.arn)
    environment = {"Variables": {"OUT": out.url}}
    account.function("slow", SLOW, Role=role, Timeout=60, Environment=environment)
    account.function("failing", FAILING)
    account.root.control.remember()
    functions = account.client("lambda")
    functions.invoke(FunctionName="slow", InvocationType="Event")
    functions.invoke(FunctionName="failing", InvocationType="Event")
    assert eventually(lambda: not out.is_empty())

    began = time.monotonic()
    account.root.control.reset()

    assert time.monotonic() - began < 5
    assert out.is_empty()
    account.root.control.settle(seconds=1)
    assert account.metric("AWS/Lambda", "Invocations", FunctionName="failing") == 0


def test_functions_start_cold(account: BareAccount) -> None:
    account.function("counting", COUNTING)
    functions = account.client("lambda")

    def count() -> int:
        return int(json.load(functions.invoke(FunctionName="counting")["Payload"]))

    account.root.control.remember()
    assert [count(), count()] == [1, 2]
    account.root.control.reset()
    assert count() == 1


def test_no_request_sees_half_of_it(account: BareAccount) -> None:
    s3 = account.client("s3")
    for name in ("one", "two"):
        s3.create_bucket(Bucket=f"{name}-bucket")
    account.root.control.remember()
    seen, stop = set(), threading.Event()

    def look() -> None:
        mine = account.root.client("s3")
        while not stop.is_set():
            seen.add(len(mine.list_buckets()["Buckets"]))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for _ in range(10):
            s3.create_bucket(Bucket="three-bucket")
            account.root.control.reset()
    finally:
        stop.set()
        looking.join()
    assert seen <= {2, 3}


def test_time_has_not_passed_for_alarms(account: BareAccount) -> None:
    metrics = account.client("cloudwatch")
    metrics.put_metric_alarm(
        AlarmName="heart",
        Namespace="Test",
        MetricName="beat",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    metrics.put_metric_data(Namespace="Test", MetricData=[{"MetricName": "beat", "Value": 1}])

    def state() -> str:
        return str(metrics.describe_alarms(AlarmNames=["heart"])["MetricAlarms"][0]["StateValue"])

    assert eventually(lambda: state() == "OK")
    account.root.control.remember()
    account.root.control.move_clock(600)
    assert state() == "ALARM"
    account.root.control.reset()
    assert state() == "OK"
    account.root.control.move_clock(1)
    assert state() == "OK"


def test_no_state_to_go_back_to_is_one_clear_error(account: BareAccount) -> None:
    with pytest.raises(RefusedError, match="no state was remembered"):
        account.root.control.reset()


def test_an_account_that_does_not_become_quiet_says_what_is_at_work(account: BareAccount) -> None:
    out = account.queue("out")
    role = account.role("slow", "lambda.amazonaws.com", sqs_SendMessage=out.arn)
    environment = {"Variables": {"OUT": out.url}}
    account.function("slow", SLOW, Role=role, Timeout=60, Environment=environment)
    account.client("lambda").invoke(FunctionName="slow", InvocationType="Event")
    for wait in (account.root.control.settle, account.root.control.remember):
        with pytest.raises(RefusedError, match=r"after 0\.2 s .* invoke-slow"):
            wait(seconds=0.2)
