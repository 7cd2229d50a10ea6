"""A small account with known events, and log files that hold them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

ACCOUNT, OTHER = "111122223333", "444455556666"
ALICE_KEY, JOB_KEY = "AKIAALICE000000EXAMP", "ASIAJOB0000000EXAMPL"


def alice() -> dict[str, Any]:
    return {
        "type": "IAMUser",
        "principalId": "AIDAALICE",
        "arn": f"arn:aws:iam::{ACCOUNT}:user/ops/alice",
        "accountId": ACCOUNT,
        "accessKeyId": ALICE_KEY,
        "userName": "alice",
    }


def job() -> dict[str, Any]:
    return {
        "type": "AssumedRole",
        "principalId": "AROADEPLOY:ci-run-7",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/ci-run-7",
        "accountId": ACCOUNT,
        "accessKeyId": JOB_KEY,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROADEPLOY",
                "arn": f"arn:aws:iam::{ACCOUNT}:role/deployer",
                "accountId": ACCOUNT,
                "userName": "deployer",
            }
        },
    }


def root() -> dict[str, Any]:
    return {"type": "Root", "principalId": ACCOUNT, "arn": f"arn:aws:iam::{ACCOUNT}:root"}


def service() -> dict[str, Any]:
    return {"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}


def record(event_id: str, time: str, source: str, name: str, **members: Any) -> dict[str, Any]:
    return {
        "eventVersion": "1.11",
        "userIdentity": members.pop("by", alice()),
        "eventTime": time,
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": members.pop("region", "eu-central-1"),
        "sourceIPAddress": members.pop("ip", "203.0.113.7"),
        **members,
        "eventID": event_id,
        "recipientAccountId": members.pop("account", ACCOUNT),
    }


LAUNCH = record(
    "launch",
    "2026-03-01T10:00:00Z",
    "ec2",
    "RunInstances",
    responseElements={"instancesSet": {"items": [{"instanceId": "i-0abc"}]}},
)
STOP = record(
    "stop",
    "2026-03-01T11:30:00Z",
    "ec2",
    "StopInstances",
    by=job(),
    ip="198.51.100.20",
    requestParameters={"instancesSet": {"items": [{"instanceId": "i-0abc"}]}},
)
DENIED = record(
    "denied",
    "2026-03-02T09:00:00Z",
    "ec2",
    "RunInstances",
    by=job(),
    ip="198.51.100.21",
    errorCode="Client.UnauthorizedOperation",
    errorMessage="You are not authorized to perform: ec2:RunInstances",
)
MISSING = record(
    "missing",
    "2026-03-02T12:00:00Z",
    "s3",
    "GetObject",
    region="us-east-1",
    errorCode="NoSuchKey",
    requestParameters={"bucketName": "plans", "key": "RunInstances/plan.md"},
    resources=[
        {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::plans/RunInstances/plan.md"},
        {"type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::plans", "accountId": ACCOUNT},
    ],
)
LOGIN = record(
    "login",
    "2026-03-03T00:00:00Z",
    "signin",
    "ConsoleLogin",
    by=root(),
    region="us-east-1",
    ip="2001:db8::17",
)
SCALING = record(
    "scaling",
    "2026-03-03T06:00:00Z",
    "ec2",
    "TerminateInstances",
    by=service(),
    ip="autoscaling.amazonaws.com",
    account=OTHER,
    requestParameters={"instancesSet": {"items": [{"instanceId": "i-0def"}]}},
)
LOOKUP = record(
    "lookup",
    "2026-03-03T07:00:00Z",
    "cloudtrail",
    "LookupEvents",
    requestParameters={
        "lookupAttributes": [{"attributeKey": "EventName", "attributeValue": "RunInstances"}]
    },
)
ALL = (LAUNCH, STOP, DENIED, MISSING, LOGIN, SCALING, LOOKUP)


def text(*records: dict[str, Any]) -> bytes:
    """A log file as CloudTrail writes it."""
    return json.dumps({"Records": list(records)}, separators=(",", ":")).encode()


def place(folder: Path, each: dict[str, Any]) -> Path:
    """Where the file with a record is, as in a bucket."""
    when = each["eventTime"]
    account, region = each["recipientAccountId"], each["awsRegion"]
    day = when[:10].replace("-", "/")
    stamp = when[:16].replace("-", "").replace(":", "") + "Z"
    name = f"{account}_CloudTrail_{region}_{stamp}_0123456789abcdef.json.gz"
    return folder / "AWSLogs" / account / "CloudTrail" / region / day / name


def bucket(folder: Path, *records: dict[str, Any]) -> Path:
    """A folder with a log file for each record, in the layout of the bucket."""
    for each in records or ALL:
        path = place(folder, each)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text(each), mtime=0))
    return folder
