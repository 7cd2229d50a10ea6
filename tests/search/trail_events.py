"""One data set of CloudTrail events with known truths: the same at every call."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

Record = dict[str, Any]

ACCOUNT = "111122223333"
# Some days ago: a log group takes no events that are older than two weeks.
FIRST = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=5)
LAST = FIRST + timedelta(days=2)
REGIONS = ("us-east-1", "eu-central-1")
HOSTILE = (
    'it\'s "quoted" \\ and 100% _wild_',
    "'; DROP TABLE cloudtrail_logs; --",
    '" or eventName like /./ | limit 10000 #',
    "$(touch /tmp/pwned) `id` ; rm -rf /",
    "\u001b[31mred\u001b[0m\u0007",
    "=HYPERLINK(1)+@SUM",
    "naïve 이름 \u202egnp.exe",
)


def user(name: str, key: str) -> Record:
    return {
        "type": "IAMUser",
        "principalId": f"AIDA{name.upper():X<16}",
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "accountId": ACCOUNT,
        "accessKeyId": key,
        "userName": name,
    }


def role(name: str, session: str, key: str) -> Record:
    return {
        "type": "AssumedRole",
        "principalId": f"AROA{name.upper():X<16}:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session}",
        "accountId": ACCOUNT,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": f"AROA{name.upper():X<16}",
                "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
                "accountId": ACCOUNT,
                "userName": name,
            },
            "attributes": {"creationDate": "2026-11-20T00:00:00Z", "mfaAuthenticated": "false"},
        },
    }


ALICE = user("alice", "AKIAALICE00000000001")
MALLORY = user("mallory", "AKIAMALLORY000000001")
DEPLOY = role("deploy", "pipeline", "ASIADEPLOY0000000001")
ROOT = {
    "type": "Root",
    "principalId": ACCOUNT,
    "arn": f"arn:aws:iam::{ACCOUNT}:root",
    "accountId": ACCOUNT,
}
SCALING = {"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}
ADDRESSES = {
    "alice": ("198.51.100.7", "198.51.100.8"),
    "mallory": ("203.0.113.66",),
    "pipeline": ("192.0.2.10",),
}


class _Trail:
    def __init__(self) -> None:
        self._random = random.Random(20261120)
        self.records: list[Record] = []

    def add(self, who: Record, event: str, source: str, **more: Any) -> None:
        count = len(self.records)
        when = more.pop("at", None) or FIRST + timedelta(
            seconds=self._random.randrange(int((LAST - FIRST).total_seconds()))
        )
        name = who.get("userName") or who.get("principalId", "").rpartition(":")[2]
        address = more.pop("ip", None) or self._random.choice(ADDRESSES.get(name, ("192.0.2.1",)))
        record = {
            "eventVersion": "1.11",
            "userIdentity": who,
            "eventTime": f"{when:%Y-%m-%dT%H:%M:%SZ}",
            "eventSource": f"{source}.amazonaws.com",
            "eventName": event,
            "awsRegion": more.pop("region", None) or self._random.choice(REGIONS),
            "sourceIPAddress": address,
            "userAgent": self._random.choice(("aws-cli/2.31.0", "Boto3/1.44.5", *HOSTILE)),
        }
        for name in ("errorCode", "errorMessage"):
            if name in more:
                record[name] = more.pop(name)
        record["requestParameters"] = more.pop("request", None)
        record["responseElements"] = more.pop("response", None)
        if "additional" in more:
            record["additionalEventData"] = more.pop("additional")
        record |= {
            "requestID": f"{count:08x}-0000-4000-8000-00000000feed",
            "eventID": f"{self._random.getrandbits(32):08x}-0000-4000-8000-{count:012x}",
            "readOnly": event.startswith(("Describe", "Get", "List", "Decrypt")),
        }
        if "resources" in more:
            record["resources"] = more.pop("resources")
        category = more.pop("category", "Management")
        record |= {
            "eventType": more.pop("type", "AwsApiCall"),
            "managementEvent": category == "Management",
            "recipientAccountId": ACCOUNT,
            "eventCategory": category,
        }
        assert not more, more
        self.records.append(record)


@cache
def _made() -> tuple[Record, ...]:
    trail = _Trail()
    pick = trail._random.choice
    for at in range(12):
        instance = f"i-{at:017x}"
        who = pick((ALICE, DEPLOY, MALLORY))
        items = {"items": [{"instanceId": instance, "currentState": {"name": "pending"}}]}
        trail.add(
            who,
            "RunInstances",
            "ec2",
            request={"instanceType": "t3.micro", "note": pick(HOSTILE)},
            response={"instancesSet": items},
        )
        for event, state in (
            ("StopInstances", "stopping"),
            ("TerminateInstances", "shutting-down"),
        ):
            listed = {"instancesSet": {"items": [{"instanceId": instance}]}}
            changed = [{"instanceId": instance, "currentState": {"code": 64, "name": state}}]
            answered = {"instancesSet": {"items": changed}}
            trail.add(pick((ALICE, SCALING)), event, "ec2", request=listed, response=answered)
    for _ in range(7):
        denied = {"errorCode": "Client.UnauthorizedOperation", "errorMessage": pick(HOSTILE)}
        trail.add(MALLORY, "RunInstances", "ec2", request={"instanceType": "p5.48xlarge"}, **denied)
        trail.add(
            MALLORY,
            "CreateUser",
            "iam",
            request={"userName": pick(HOSTILE)},
            region="us-east-1",
            errorCode="AccessDenied",
            errorMessage="User is not authorized",
        )
    for _ in range(10):
        trail.add(pick((ALICE, DEPLOY)), "DescribeInstances", "ec2", request={"maxResults": 1000})
    for who, mfa, result in (
        *((ALICE, "Yes", "Success"),) * 3,
        *((ALICE, "No", "Success"),) * 2,
        *((MALLORY, "No", "Failure"),) * 4,
        (ROOT, "No", "Success"),
    ):
        failed = {"errorMessage": "Failed authentication"} if result == "Failure" else {}
        trail.add(
            who,
            "ConsoleLogin",
            "signin",
            type="AwsConsoleSignIn",
            region="us-east-1",
            response={"ConsoleLogin": result},
            additional={"MFAUsed": mfa, "MobileVersion": "No"},
            **failed,
        )
    for at in range(40):
        bucket, key = pick(("plans", "photos")), pick(("a.txt", f"b/{pick(HOSTILE)}", "c d.txt"))
        named = [
            {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{bucket}/{key}"},
            {"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{bucket}"},
        ]
        refused = (
            {"errorCode": pick(("AccessDenied", "NoSuchKey")), "errorMessage": "It is not there"}
            if at % 8 == 0
            else {}
        )
        trail.add(
            pick((ALICE, DEPLOY)),
            pick(("PutObject", "GetObject")),
            "s3",
            category="Data",
            request={"bucketName": bucket, "key": key, "Host": f"{bucket}.s3.amazonaws.com"},
            resources=named,
            additional={"bytesTransferredIn": at},
            **refused,
        )
    for at in range(30):
        arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{pick(('1111', '2222'))}"
        trail.add(
            pick((ALICE, DEPLOY)),
            "Decrypt",
            "kms",
            at=FIRST + timedelta(hours=at % 5, minutes=at),
            resources=[{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": arn}],
            request={"encryptionAlgorithm": "SYMMETRIC_DEFAULT"},
        )
    for event in ("StopLogging", "StartLogging", "StopLogging", "DescribeTrails"):
        trail.add(MALLORY, event, "cloudtrail", request={"name": "trailkeeper"}, region="us-east-1")
    trail.add(
        MALLORY,
        "PutEventSelectors",
        "cloudtrail",
        request={"trailName": "trailkeeper"},
        errorCode="AccessDenied",
        errorMessage="no",
        region="us-east-1",
    )
    trail.add(ROOT, "CreateAccessKey", "iam", response={"accessKey": {"status": "Active"}})
    trail.add(ROOT | {"invokedBy": "support.amazonaws.com"}, "DescribeRegions", "ec2")
    trail.add(ROOT, "RotateKey", "kms", type="AwsServiceEvent")
    # The same address as always, then one that nobody used before, late on the last day.
    late = LAST - timedelta(minutes=30)
    trail.add(ALICE, "ListBuckets", "s3", ip="203.0.113.99", at=late)
    return tuple(sorted(trail.records, key=lambda each: (each["eventTime"], each["eventID"])))


def records() -> list[Record]:
    """The events, oldest first; those of one second by their id."""
    return list(_made())
