"""Injected faults happen to the calls they are meant for, and are recorded like AWS's own."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.error import HTTPError

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from embedded.tests.bare_account import BareAccount
from embedded.tests.trail_bed import TrailBed, queue_of_rule, trail_bed


class Faults:
    """The endpoint for faults."""

    def __init__(self, endpoint: str) -> None:
        self._url = f"{endpoint}/_embedded/faults"

    def __call__(self, method: str, **fault: Any) -> Any:
        body = json.dumps(fault).encode() if fault else None
        request = urllib.request.Request(self._url, body, method=method)
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)["faults"]


@pytest.fixture
def faults(account: BareAccount) -> Iterator[Faults]:
    endpoint = Faults(account.root.endpoint)
    yield endpoint
    endpoint("DELETE")


@pytest.fixture
def bed(account: BareAccount) -> Iterator[TrailBed]:
    made = trail_bed(account)
    made.create()
    account.client("cloudtrail").start_logging(Name=made.arn)
    yield made
    account.client("cloudtrail").delete_trail(Name=made.arn)


@pytest.fixture
def once(account: BareAccount) -> Iterator[Any]:
    """Makes clients that do not try again, and closes them."""
    with ExitStack() as opened:

        def make(service: str) -> Any:
            client = account.root.session().client(
                service,
                endpoint_url=account.root.endpoint,
                config=Config(retries={"total_max_attempts": 1}),
            )
            return opened.enter_context(closing(client))

        yield make


def test_an_error_strikes_as_often_as_asked_and_is_recorded(
    bed: TrailBed, faults: Faults, once: Any
):
    faults("POST", service="cloudtrail", action="StopLogging", error="ThrottlingException", times=2)
    trails = once("cloudtrail")
    for _ in range(2):
        with pytest.raises(ClientError) as refused:
            trails.stop_logging(Name=bed.arn)
        assert refused.value.response["Error"]["Code"] == "ThrottlingException"
    assert bed.status()["IsLogging"]
    assert faults("GET") == []
    trails.stop_logging(Name=bed.arn)
    assert not bed.status()["IsLogging"]
    wanted = {"AttributeKey": "EventName", "AttributeValue": "StopLogging"}
    latest = trails.lookup_events(LookupAttributes=[wanted], MaxResults=3)["Events"]
    codes = [json.loads(event["CloudTrailEvent"]).get("errorCode") for event in latest]
    assert codes == [None, "ThrottlingException", "ThrottlingException"]


@pytest.mark.parametrize(
    ("service", "action", "call", "parameters"),
    [
        ("s3", "GetBucketPolicy", "get_bucket_policy", {"Bucket": "any-bucket"}),
        ("iam", "ListUsers", "list_users", {}),
        ("ec2", "DescribeInstances", "describe_instances", {}),
        ("lambda", "ListFunctions", "list_functions", {}),
        ("monitoring", "DescribeAlarms", "describe_alarms", {}),
    ],
)
def test_every_protocol_answers_the_error(
    faults: Faults, once: Any, service: str, action: str, call: str, parameters: dict[str, Any]
):
    faults("POST", service=service, action=action, error="SlowDown", message="later", status=503)
    client = once("cloudwatch" if service == "monitoring" else service)
    with pytest.raises(ClientError) as refused:
        getattr(client, call)(**parameters)
    error = refused.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("SlowDown", "later")


def test_a_fault_can_be_for_one_principal(bed: TrailBed, faults: Faults, account: BareAccount):
    faults("POST", service="cloudtrail", action="*", error="Broken", principal="role/heal")
    account.client("cloudtrail").stop_logging(Name=bed.arn)


def test_a_delay_passes_and_the_call_is_made(bed: TrailBed, faults: Faults, once: Any):
    faults("POST", service="cloudtrail", action="StopLogging", delay_ms=300, times=1)
    began = time.monotonic()
    once("cloudtrail").stop_logging(Name=bed.arn)
    assert time.monotonic() - began >= 0.3
    assert not bed.status()["IsLogging"]


def test_a_stale_read_tells_what_was_before_the_write(
    bed: TrailBed, faults: Faults, account: BareAccount
):
    trails = account.client("cloudtrail")
    assert trails.get_trail_status(Name=bed.arn)["IsLogging"]
    faults("POST", service="cloudtrail", action="GetTrailStatus", stale_seconds=60)
    trails.stop_logging(Name=bed.arn)
    assert trails.get_trail_status(Name=bed.arn)["IsLogging"]
    trails.start_logging(Name=bed.arn)
    assert not trails.get_trail_status(Name=bed.arn)["IsLogging"]
    faults("DELETE")
    assert trails.get_trail_status(Name=bed.arn)["IsLogging"]


def test_a_stale_read_of_a_document(bed: TrailBed, faults: Faults, account: BareAccount):
    buckets = account.client("s3")
    before = buckets.get_bucket_policy(Bucket=bed.bucket)["Policy"]
    faults("POST", service="s3", action="GetBucketPolicy", stale_seconds=60, times=1)
    buckets.delete_bucket_policy(Bucket=bed.bucket)
    assert buckets.get_bucket_policy(Bucket=bed.bucket)["Policy"] == before
    with pytest.raises(ClientError):
        buckets.get_bucket_policy(Bucket=bed.bucket)


def test_a_service_hears_late_of_what_was_written_in_another(
    bed: TrailBed, faults: Faults, once: Any, account: BareAccount
):
    error = "InvalidCloudWatchLogsRoleArnException"
    late = {"service": "cloudtrail", "action": "StopLogging", "after": "iam", "after_seconds": 0.5}
    faults("POST", **late, error=error, message="Access denied.")
    trails = once("cloudtrail")
    trails.stop_logging(Name=bed.arn)
    account.client("iam").create_user(UserName="late")
    with pytest.raises(ClientError, match=error):
        trails.stop_logging(Name=bed.arn)

    def taken() -> bool:
        try:
            trails.stop_logging(Name=bed.arn)
        except ClientError:
            return False
        return True

    deadline = time.monotonic() + 5
    while not taken():
        assert time.monotonic() < deadline


def test_an_event_is_lost_on_its_way_to_the_bus(
    bed: TrailBed, faults: Faults, account: BareAccount
):
    queue = queue_of_rule(account, {"source": ["aws.cloudtrail"]})
    faults("POST", deliver="eventbridge", drop=True, action="StopLogging", times=1)
    trails = account.client("cloudtrail")
    trails.stop_logging(Name=bed.arn)
    trails.start_logging(Name=bed.arn)
    assert queue.message().body["detail"]["eventName"] == "StartLogging"
    assert bed.delivered("StopLogging")


def names(bed: TrailBed) -> set[str]:
    """The calls in the log files."""
    return {each["eventName"] for records in bed.files().values() for each in records}


def test_log_files_that_are_held_back_arrive_afterwards(bed: TrailBed, faults: Faults):
    faults("POST", deliver="s3", drop=True)
    bed.account.client("cloudtrail").put_event_selectors(
        TrailName=bed.arn, EventSelectors=[{"ReadWriteType": "All"}]
    )
    bed.account.root.control.settle()
    assert "LatestDeliveryError" not in bed.status()
    held = names(bed)
    faults("DELETE")
    bed.account.root.control.settle()
    assert "PutEventSelectors" not in held
    assert "PutEventSelectors" in names(bed)


def test_an_answer_can_be_dated_as_by_another_clock(faults: Faults, once: Any):
    faults("POST", service="sts", action="GetCallerIdentity", dated_seconds=-600, times=1)

    def dated() -> float:
        answer = once("sts").get_caller_identity()["ResponseMetadata"]
        return parsedate_to_datetime(answer["HTTPHeaders"]["date"]).timestamp()

    assert dated() - time.time() == pytest.approx(-600, abs=5)
    assert dated() - time.time() == pytest.approx(0, abs=5)


@pytest.mark.parametrize(
    "fault",
    [
        {"service": "cloudtrail"},
        {"service": "cloudtrail", "action": "StopLogging"},
        {"service": "cloudtrail", "action": "StopLogging", "eror": "x"},
        {"deliver": "sns", "drop": True},
        {"service": "cloudtrail", "action": "StopLogging", "error": "x", "after": "iam"},
        {"service": "s3", "action": "*", "delay_ms": 1, "after": "iam", "after_seconds": 1},
    ],
)
def test_a_fault_that_cannot_be_made_is_refused(faults: Faults, fault: dict[str, Any]):
    with pytest.raises(HTTPError) as refused:
        faults("POST", **fault)
    with refused.value as answer:
        assert answer.code == 400
    assert faults("GET") == []
