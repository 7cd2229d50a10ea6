"""What the trail says by itself, from the call to the mail: controls of CIS, and Insights."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from embedded.control import Control
from tests.e2e.conftest import RECORDED_BUCKET
from tests.e2e.stage import ADMINISTRATOR, Stage, wait_for
from tests.insight_events import event


def test_a_call_is_counted_alarms_and_is_told_with_its_author(stage: Stage) -> None:
    stage.ec2.describe_vpcs()
    assert not stage.mails_with("VPC or a peering")

    vpc = stage.ec2.create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"]

    mail = stage.wait_for_mail("VPC or a peering")
    assert mail.subject.startswith("[Warning] VPCs changed - administrator")
    assert f"Who: user {ADMINISTRATOR}" in mail.text
    assert "Call: ec2:CreateVpc" in mail.text
    assert f"Resource: {vpc}" in mail.text
    # Reading VPCs looks alike, and is no change.
    assert "It was one call" in mail.text


def test_an_alarm_that_somebody_brings_by_a_call_is_told_as_made_up(stage: Stage) -> None:
    topic = stage.ready.topic_arn.replace("-alerts", "-alarms")
    alarm = {
        "AlarmName": "trailkeeper-of-a-stranger",
        "NewStateValue": "ALARM",
        "OldStateValue": "OK",
        "NewStateReason": "Threshold Crossed",
        "StateChangeTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
    }
    said = {"Type": "Notification", "TopicArn": topic, "Message": json.dumps(alarm)}
    record = {"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": said}

    answer = stage.ready.client("lambda").invoke(
        FunctionName="trailkeeper-alert:live", Payload=json.dumps({"Records": [record]})
    )

    assert json.load(answer["Payload"]) == {"batchItemFailures": []}
    mail = stage.wait_for_mail("messages that are not in the queue trailkeeper-alerts")
    assert mail.subject.startswith("[Warning] Made-up messages to the alert function")
    stage.wait_until_all_is_told()
    told = [each for each in stage.mails() if "of-a-stranger" in each.subject + each.text]
    assert told == []


def test_what_cloudtrail_insights_saw_is_one_mail_of_start_and_end(stage: Stage) -> None:
    control, place = Control(stage.ready.endpoint), stage.ready

    for state in ("Start", "End"):
        control.say(event(state), account=place.account, region=place.region)

    mail = stage.wait_for_mail("CloudTrail Insights saw")
    assert mail.subject.startswith("[Warning] Unusual ec2:RunInstances calls, over after 7 min")
    assert "Who: arn:aws:iam::123456789012:user/mallory, 40 a minute" in mail.text
    stage.wait_until_all_is_told()
    assert len(stage.mails_with("CloudTrail Insights saw")) == 1


def test_a_delivered_log_file_is_counted_by_service_and_outcome(stage: Stage) -> None:
    stage.ec2.describe_vpcs()

    def counted() -> float:
        now = datetime.now(UTC)
        answer = stage.cloudwatch.get_metric_statistics(
            Namespace="Trailkeeper",
            MetricName="RecordsBySource",
            Dimensions=[{"Name": "Source", "Value": "ec2"}, {"Name": "Error", "Value": "none"}],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(hours=1),
            Period=3600,
            Statistics=["Sum"],
        )
        return float(sum(each["Sum"] for each in answer["Datapoints"]))

    wait_for("the records of EC2 to be counted", counted)


def test_a_log_file_that_cannot_be_read_is_told(stage: Stage) -> None:
    at = datetime.now(UTC)
    key = (
        f"AWSLogs/{stage.ready.account}/CloudTrail/{stage.ready.region}/{at:%Y/%m/%d}/"
        f"{stage.ready.account}_CloudTrail_{stage.ready.region}_{at:%Y%m%dT%H%MZ}_cut.json.gz"
    )
    stage.s3.put_object(
        Bucket=stage.ready.log_bucket, Key=key, Body=gzip.compress(b'{"Records": [{"eventID": "1"')
    )

    # What a stranger can write is nothing to click.
    mail = stage.wait_for_mail("_cut[.]json[.]gz")
    assert mail.subject.startswith("[Warning] A log file cannot be read")
    assert 'Trailkeeper could not read it: "cut off".' in mail.text
    stage.s3.delete_object(Bucket=stage.ready.log_bucket, Key=key)


def test_who_invokes_our_functions_and_uses_a_named_bucket_is_on_record(stage: Stage) -> None:
    """A forged invocation leaves a trace; the log bucket itself is never recorded."""
    for bucket in (RECORDED_BUCKET, "bucket-of-nobody"):
        stage.s3.create_bucket(Bucket=bucket)
        stage.s3.put_object(Bucket=bucket, Key="2026.pdf", Body=b"x")
    stage.s3.list_objects_v2(Bucket=stage.ready.log_bucket)
    stage.heal({"trailkeeper": {"command": "status"}})

    def recorded() -> list[dict[str, Any]]:
        pages = stage.logs.get_paginator("filter_log_events").paginate(
            logGroupName=stage.log_group, filterPattern='{ $.eventCategory = "Data" }'
        )
        return [json.loads(each["message"]) for page in pages for each in page["events"]]

    def by_us() -> dict[str, dict[str, Any]]:
        return {
            each["eventName"]: each
            for each in recorded()
            if each["userIdentity"].get("userName") == ADMINISTRATOR
        }

    wait_for(
        "the invocation and the upload to be on record",
        lambda: {"Invoke", "PutObject"} <= by_us().keys(),
    )
    invoked = by_us()["Invoke"]
    assert stage.ready.heal_function in invoked["requestParameters"]["functionName"]
    # Other tests put records of their own into the log group.
    buckets = {
        each["requestParameters"]["bucketName"]
        for each in recorded()
        if each["eventSource"] == "s3.amazonaws.com"
        and each["userIdentity"].get("userName") == ADMINISTRATOR
    }
    assert buckets == {RECORDED_BUCKET}


def test_after_a_stop_the_mail_says_that_insights_may_be_blind(stage: Stage) -> None:
    event = stage.stop_logging()

    mail = stage.wait_for_mail(event)
    assert "CloudTrail Insights may need up to 36 hours to work again" in mail.text
    wait_for("the trail to log", stage.logs_events)
