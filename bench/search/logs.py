"""Makes log files to measure with: the shape of CloudTrail's, invented, the same for one seed.

About 1.3 KB a record, 50 to 500 records a file, one line a file, in the layout of a bucket. Of
500 records one is a RunInstances event, and these come in bursts, so that one file in seven has
one. Its name also stands where it is no event: in messages, policies, keys and parameters.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from random import Random
from typing import Any

ASKED = "RunInstances"
DAYS = 7
_SEED = 10
_START = datetime(2026, 3, 1, tzinfo=UTC)
_MEAN_FILE = 275 * 1300
_ACCOUNTS = ("111122223333", "444455556666")
_REGIONS = ("eu-central-1", "us-east-1", "ap-northeast-2")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_ROLES = ("deployer", "node-group", "backup", "AWSReservedSSO_Admin_0a1b2c3d", "ingest", "audit")
_USERS = ("alice", "bob", "carol.ops", "terraform", "jenkins")
_SERVICES = ("ec2", "lambda", "config", "autoscaling", "ecs-tasks")
_AGENTS = (
    "aws-cli/2.31.8 md/awscrt#0.27.6 ua/2.1 os/linux#6.1.150 md/arch#x86_64 lang/python#3.13.7 "
    "md/pyimpl#CPython m/E,b,Z cfg/retry-mode#standard md/installer#exe md/prompt#off",
    "Boto3/1.40.3 md/Botocore#1.40.3 ua/2.1 os/linux#6.1.148 md/arch#aarch64 lang/python#3.12.11",
    "APN/1.0 HashiCorp/1.0 Terraform/1.13.1 (+https://www.terraform.io) "
    "terraform-provider-aws/6.13.0 aws-sdk-go-v2/1.38.3 ua/2.1 os/linux lang/go#1.24.6",
    "aws-sdk-java/2.33.4 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.147 lang/java#21.0.8",
)
_ERRORS = ("AccessDenied", "AccessDenied", "Client.UnauthorizedOperation", "ThrottlingException")


@dataclass(frozen=True, slots=True)
class LogSet:
    """Log files that were made: where, how much, and what is in them."""

    folder: Path
    files: int
    records: int
    raw_bytes: int
    gz_bytes: int
    asked: int


class _Maker:
    """Makes the records of one file: a few callers, each with many calls."""

    def __init__(self, random: Random, account: str, region: str, start: datetime) -> None:
        self.random = random
        self.account = account
        self.region = region
        self.start = start
        self.callers = [self._caller() for _ in range(12)]

    def hexadecimal(self, digits: int) -> str:
        return f"{self.random.getrandbits(4 * digits):0{digits}x}"

    def uuid(self) -> str:
        text = self.hexadecimal(32)
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))

    def text(self, size: int) -> str:
        return "".join(self.random.choices(_LETTERS, k=size))

    def _caller(self) -> dict[str, Any]:
        kind = self.random.choice(("service", "user", "role", "role", "role"))
        if kind == "service":
            service = self.random.choice(_SERVICES)
            return {"type": "AWSService", "invokedBy": f"{service}.amazonaws.com"}
        if kind == "user":
            name = self.random.choice(_USERS)
            return {
                "type": "IAMUser",
                "principalId": "AIDA" + self.text(17).upper(),
                "arn": f"arn:aws:iam::{self.account}:user/{name}",
                "accountId": self.account,
                "accessKeyId": "AKIA" + self.text(16).upper(),
                "userName": name,
            }
        role, session = self.random.choice(_ROLES), f"i-0{self.hexadecimal(16)}"
        unique = "AROA" + self.text(17).upper()
        return {
            "type": "AssumedRole",
            "principalId": f"{unique}:{session}",
            "arn": f"arn:aws:sts::{self.account}:assumed-role/{role}/{session}",
            "accountId": self.account,
            "accessKeyId": "ASIA" + self.text(16).upper(),
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": unique,
                    "arn": f"arn:aws:iam::{self.account}:role/{role}",
                    "accountId": self.account,
                    "userName": role,
                },
                "attributes": {
                    "creationDate": f"{self.start:%Y-%m-%dT%H:%M:%SZ}",
                    "mfaAuthenticated": "false",
                },
            },
        }

    def record(self, name: str) -> dict[str, Any]:
        source, read_only, make = _CALLS[name]
        caller = self.random.choice(self.callers)
        by_service = "invokedBy" in caller
        when = self.start - timedelta(seconds=self.random.randrange(300))
        request, response, resources = make(self)
        failed = not by_service and self.random.random() < 0.06
        record: dict[str, Any] = {
            "eventVersion": "1.11",
            "userIdentity": caller,
            "eventTime": f"{when:%Y-%m-%dT%H:%M:%SZ}",
            "eventSource": f"{source}.amazonaws.com",
            "eventName": name,
            "awsRegion": self.region,
            "sourceIPAddress": caller.get("invokedBy") or f"203.0.113.{self.random.randrange(256)}",
            "userAgent": caller.get("invokedBy") or self.random.choice(_AGENTS),
        }
        if failed:
            action = ASKED if self.random.random() < 0.01 else name
            record["errorCode"] = self.random.choice(_ERRORS)
            record["errorMessage"] = (
                f"User: {caller['arn']} is not authorized to perform: {source}:{action} because "
                f"no identity-based policy allows the {source}:{action} action"
            )
        record |= {
            "requestParameters": request,
            "responseElements": None if failed else response,
            "requestID": self.uuid(),
            "eventID": self.uuid(),
            "readOnly": read_only,
        }
        if resources:
            record["resources"] = resources
        record |= {
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": self.account,
            "eventCategory": "Management",
        }
        if not by_service:
            record["tlsDetails"] = {
                "tlsVersion": "TLSv1.3",
                "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader": f"{source}.{self.region}.amazonaws.com",
            }
        return record


_Parts = tuple[Any, Any, Any]


def _assume(make: _Maker) -> _Parts:
    role = f"arn:aws:iam::{make.account}:role/{make.random.choice(_ROLES)}"
    request = {"roleArn": role, "roleSessionName": make.hexadecimal(16), "durationSeconds": 3600}
    credentials = {
        "accessKeyId": "ASIA" + make.text(16).upper(),
        "sessionToken": make.text(300) + "==",
        "expiration": "Mar 1, 2026, 12:00:00 PM",
    }
    listed = [{"accountId": make.account, "type": "AWS::IAM::Role", "ARN": role}]
    return request, {"credentials": credentials}, listed


def _decrypt(make: _Maker) -> _Parts:
    key = f"arn:aws:kms:{make.region}:{make.account}:key/{make.uuid()}"
    context = {"aws:s3:arn": f"arn:aws:s3:::data-{make.account}/{make.hexadecimal(12)}.parquet"}
    request = {"encryptionContext": context, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"}
    return request, None, [{"accountId": make.account, "type": "AWS::KMS::Key", "ARN": key}]


def _object(make: _Maker) -> _Parts:
    bucket = f"data-{make.account}"
    folder = f"runbooks/{ASKED}" if make.random.random() < 0.002 else "2026/03/01"
    request = {
        "bucketName": bucket,
        "Host": f"{bucket}.s3.{make.region}.amazonaws.com",
        "key": f"{folder}/part-{make.uuid()}.snappy.parquet",
    }
    return request, None, [{"type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{bucket}"}]


def _describe(make: _Maker) -> _Parts:
    items = [{"instanceId": f"i-0{make.hexadecimal(16)}"} for _ in range(make.random.randrange(4))]
    values = {"items": [{"value": f"vpc-0{make.hexadecimal(16)}"}]}
    filters = {"items": [{"name": "vpc-id", "valueSet": values}]}
    return {"instancesSet": {"items": items}, "filterSet": filters}, None, None


def _nothing(make: _Maker) -> _Parts:
    return None, None, None


def _lookup(make: _Maker) -> _Parts:
    wanted = make.random.choice((ASKED, "StopLogging", "ConsoleLogin", "DeleteTrail"))
    attributes = [{"attributeKey": "EventName", "attributeValue": wanted}]
    return {"lookupAttributes": attributes, "maxResults": 50}, None, None


def _policy(make: _Maker) -> _Parts:
    action = make.random.choice((f"ec2:{ASKED}", "s3:GetObject", "kms:Decrypt"))
    statement = {"Effect": "Allow", "Action": [action, "iam:PassRole"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)
    request = {
        "roleName": make.random.choice(_ROLES),
        "policyName": f"inline-{make.hexadecimal(4)}",
    }
    return {**request, "policyDocument": document}, None, None


def _launch(make: _Maker) -> _Parts:
    image, subnet = f"ami-0{make.hexadecimal(16)}", f"subnet-0{make.hexadecimal(16)}"
    count = make.random.choice((1, 1, 2, 3))
    request = {
        "instancesSet": {"items": [{"imageId": image, "minCount": count, "maxCount": count}]},
        "instanceType": "m8g.large",
        "subnetId": subnet,
        "clientToken": make.uuid(),
    }
    items = [
        {
            "instanceId": f"i-0{make.hexadecimal(16)}",
            "imageId": image,
            "instanceState": {"code": 0, "name": "pending"},
            "privateDnsName": f"ip-10-0-0-{place}.{make.region}.compute.internal",
            "instanceType": "m8g.large",
            "subnetId": subnet,
            "placement": {"availabilityZone": f"{make.region}a", "tenancy": "default"},
            "monitoring": {"state": "disabled"},
            "architecture": "arm64",
            "rootDeviceType": "ebs",
        }
        for place in range(count)
    ]
    return request, {"requestId": make.uuid(), "instancesSet": {"items": items}}, None


_CALLS: dict[str, tuple[str, bool, Callable[[_Maker], _Parts]]] = {
    ASKED: ("ec2", False, _launch),
    "AssumeRole": ("sts", True, _assume),
    "Decrypt": ("kms", True, _decrypt),
    "GetObject": ("s3", True, _object),
    "PutObject": ("s3", False, _object),
    "DescribeInstances": ("ec2", True, _describe),
    "DescribeVolumes": ("ec2", True, _describe),
    "DescribeAlarms": ("monitoring", True, _nothing),
    "DescribeLogGroups": ("logs", True, _nothing),
    "ListClusters": ("eks", True, _nothing),
    "GetAuthorizationToken": ("ecr", True, _nothing),
    "DescribeTrails": ("cloudtrail", True, _nothing),
    "LookupEvents": ("cloudtrail", True, _lookup),
    "PutRolePolicy": ("iam", False, _policy),
}
_OFTEN = {
    "AssumeRole": 190,
    "Decrypt": 160,
    "GetObject": 120,
    "PutObject": 40,
    "DescribeInstances": 130,
    "DescribeVolumes": 90,
    "DescribeAlarms": 70,
    "DescribeLogGroups": 60,
    "ListClusters": 50,
    "GetAuthorizationToken": 40,
    "DescribeTrails": 40,
    "LookupEvents": 2,
    "PutRolePolicy": 2,
}


def make(folder: Path, megabytes: int) -> LogSet:
    """Log files of about so many megabytes, uncompressed; those that are there are kept."""
    note = folder / "made.json"
    if note.exists():
        return LogSet(folder, **json.loads(note.read_text(encoding="utf-8")))
    count = max(1, round(megabytes * 1_000_000 / _MEAN_FILE))
    total: Counter[str] = Counter()
    with Pool() as pool:
        for made in pool.imap_unordered(partial(_file, folder, count), range(count), 8):
            total.update(made)
    note.write_text(json.dumps(total), encoding="utf-8")
    return LogSet(folder, **total)


def _file(folder: Path, count: int, number: int) -> dict[str, int]:
    random = Random(f"{_SEED}:{number}")
    account = _ACCOUNTS[number % len(_ACCOUNTS)]
    region = _REGIONS[number // len(_ACCOUNTS) % len(_REGIONS)]
    start = _START + timedelta(seconds=number * DAYS * 86_400 // count)
    maker = _Maker(random, account, region, start)
    names = random.choices(tuple(_OFTEN), tuple(_OFTEN.values()), k=random.randrange(50, 501))
    if random.random() < 1 / 7:
        for _ in range(random.choice((1, 2, 4, 7))):
            names[random.randrange(len(names))] = ASKED
    records = [maker.record(name) for name in names]
    raw = json.dumps({"Records": records}, separators=(",", ":")).encode()
    place = folder / "AWSLogs" / account / "CloudTrail" / region / f"{start:%Y/%m/%d}"
    place.mkdir(parents=True, exist_ok=True)
    name = f"{account}_CloudTrail_{region}_{start:%Y%m%dT%H%M}Z_{maker.text(16)}.json.gz"
    packed = gzip.compress(raw, 6, mtime=0)
    (place / name).write_bytes(packed)
    return {
        "files": 1,
        "records": len(records),
        "raw_bytes": len(raw),
        "gz_bytes": len(packed),
        "asked": names.count(ASKED),
    }
