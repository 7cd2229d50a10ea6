"""What a test needs around a trail: a log bucket, a log group, a role, a queue of events."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from embedded.tests.bare_account import BareAccount, Queue, eventually

Event = dict[str, Any]


@dataclass(frozen=True)
class TrailBed:
    """One account, region and name for a trail, with everything that it may depend on."""

    account: BareAccount
    name: str
    bucket: str
    log_group: str
    role_arn: str
    region: str = "us-east-1"

    @property
    def arn(self) -> str:
        return f"arn:aws:cloudtrail:{self.region}:{self.account.root.account}:trail/{self.name}"

    @property
    def log_group_arn(self) -> str:
        return (
            f"arn:aws:logs:{self.region}:{self.account.root.account}:log-group:{self.log_group}:*"
        )

    def create(self, **settings: Any) -> dict[str, Any]:
        """Create the trail, in its own region; it does not log yet."""
        created: dict[str, Any] = self.account.client("cloudtrail", self.region).create_trail(
            Name=self.name, S3BucketName=self.bucket, **settings
        )
        return created

    def with_logs(self) -> dict[str, str]:
        return {
            "CloudWatchLogsLogGroupArn": self.log_group_arn,
            "CloudWatchLogsRoleArn": self.role_arn,
        }

    def admit(self) -> None:
        """Put the bucket policy that lets the trail deliver."""
        account, bucket = self.account.root.account, f"arn:aws:s3:::{self.bucket}"
        statements = [
            statement("s3:GetBucketAcl", bucket, {"aws:SourceArn": self.arn}),
            statement(
                "s3:PutObject",
                f"{bucket}/AWSLogs/{account}/*",
                {"aws:SourceArn": self.arn, "s3:x-amz-acl": "bucket-owner-full-control"},
            ),
        ]
        self.account.client("s3").put_bucket_policy(
            Bucket=self.bucket,
            Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}),
        )

    def status(self) -> dict[str, Any]:
        got: dict[str, Any] = self.account.client("cloudtrail", self.region).get_trail_status(
            Name=self.arn
        )
        return got

    def log_events(self) -> list[Event]:
        """The records in the log group."""
        logs = self.account.client("logs")
        stream = f"{self.account.root.account}_CloudTrail_{self.region}"
        try:
            events = logs.get_log_events(
                logGroupName=self.log_group, logStreamName=stream, startFromHead=True
            )["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [json.loads(event["message"]) for event in events]

    def files(self) -> dict[str, list[Event]]:
        """The records in the bucket, by key of their file."""
        buckets = self.account.client("s3")
        keys = [
            each["Key"] for each in buckets.list_objects_v2(Bucket=self.bucket).get("Contents", ())
        ]
        return {
            key: json.loads(
                gzip.decompress(buckets.get_object(Bucket=self.bucket, Key=key)["Body"].read())
            )["Records"]
            for key in keys
            if "/AWSLogs/" in f"/{key}"
        }

    def delivered(self, name: str) -> list[Event]:
        """The records of an event name in the bucket, awaited."""

        def look() -> list[Event]:
            return [
                each
                for records in self.files().values()
                for each in records
                if each["eventName"] == name
            ]

        return eventually(look)


def statement(action: str, resource: str, equals: dict[str, str]) -> dict[str, Any]:
    """A statement that lets CloudTrail do something under conditions."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": action,
        "Resource": resource,
        "Condition": {"StringEquals": equals},
    }


def trail_bed(account: BareAccount, region: str = "us-east-1") -> TrailBed:
    """A new bucket that admits the trail, a log group and a delivery role."""
    name = f"trail-{uuid4().hex[:8]}"
    bed = TrailBed(account, name, f"logs-{name}", f"/{name}", "", region)
    account.client("s3").create_bucket(Bucket=bed.bucket)
    account.client("logs", region).create_log_group(logGroupName=bed.log_group)
    stream = f"{account.root.account}_CloudTrail_{region}"
    resource = f"{bed.log_group_arn.removesuffix(':*')}:log-stream:{stream}"
    role = account.role(
        f"delivery-{name}",
        "cloudtrail.amazonaws.com",
        logs_CreateLogStream=resource,
        logs_PutLogEvents=resource,
    )
    bed = TrailBed(account, name, bed.bucket, bed.log_group, role, region)
    bed.admit()
    return bed


def events_of(queue: Queue, stop: Callable[[Event], bool]) -> Iterator[Event]:
    """The events that reach a queue, up to and with the one that a test waits for."""
    while True:
        event = queue.message().body
        yield event
        if stop(event):
            return


def queue_of_rule(account: BareAccount, pattern: dict[str, Any]) -> Queue:
    """A queue that gets what a new rule matches."""
    name = f"events-{uuid4().hex[:8]}"
    queue = account.queue(name)
    bus = account.client("events")
    rule = bus.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    queue.allow("events.amazonaws.com", rule)
    bus.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": queue.arn}])
    return queue
