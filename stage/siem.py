"""A stream out of the account, as to a SIEM: what it gets is put into a bucket of its own name."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

STREAM = "siem"


class Siem:
    """The stream; `client` gives its owner's client of a service."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._client = client

    def make(self) -> str:
        """Make the stream, its bucket and its role; its ARN."""
        people = self._client("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": "firehose.amazonaws.com"}}
        rights = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
        made = people.create_role(
            RoleName=STREAM, AssumeRolePolicyDocument=_policy({**trust, "Action": "sts:AssumeRole"})
        )
        people.put_role_policy(RoleName=STREAM, PolicyName="writes", PolicyDocument=_policy(rights))
        self._client("s3").create_bucket(Bucket=STREAM)
        stream = self._client("firehose").create_delivery_stream(
            DeliveryStreamName=STREAM,
            ExtendedS3DestinationConfiguration={
                "RoleARN": made["Role"]["Arn"],
                "BucketARN": f"arn:aws:s3:::{STREAM}",
            },
        )
        return str(stream["DeliveryStreamARN"])

    def events(self) -> list[dict[str, Any]]:
        """The CloudTrail events that came, as CloudWatch Logs sends them on."""
        files = self._client("s3")
        listed = files.get_paginator("list_objects_v2").paginate(Bucket=STREAM)
        keys = [each["Key"] for page in listed for each in page.get("Contents", ())]
        bodies = [files.get_object(Bucket=STREAM, Key=key)["Body"].read() for key in keys]
        batches = [json.loads(gzip.decompress(body)) for body in bodies]
        return [
            json.loads(event["message"])
            for batch in batches
            if batch["messageType"] == "DATA_MESSAGE"
            for event in batch["logEvents"]
        ]


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
