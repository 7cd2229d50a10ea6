"""The attacker of every story and test: an administrator who turned against the evidence."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import boto3
from botocore.exceptions import ClientError

from stage.account import ADMINISTRATOR
from stage.ready import Ready

_BUCKET = "attackers-logs"
_OTHER_ACCOUNT = "999999999999"
_PATIENCE_SECONDS = 20.0
_POLL_SECONDS = 0.05
_LATE_MILLISECONDS = 400


class Administrator:
    """What `trailkeeper.detections.proof.Attacker` asks for, on an embedded account."""

    def __init__(self, ready: Ready) -> None:
        self._ready = ready
        self.account = ready.account
        self.region = ready.region
        self.me = f"arn:aws:iam::{ready.account}:user/{ADMINISTRATOR}"
        self.trail = ready.trail_arn
        self.log_bucket = ready.log_bucket
        self.evidence_key = ready.evidence_key_arn or ""
        self.log_group = ready.log_group
        self.delivery_role = f"trailkeeper-delivery-{ready.region}"
        self.memory: dict[str, Any] = {}

    def __getattr__(self, service: str) -> Any:
        if service.startswith("_"):
            raise AttributeError(service)
        client = self._ready.client(service)
        setattr(self, service, client)
        return client

    # What the attacker brings along

    def own_bucket(self) -> str:
        """A bucket that CloudTrail may deliver to: its name."""
        self.s3.create_bucket(Bucket=_BUCKET)
        arn = f"arn:aws:s3:::{_BUCKET}"
        policy = _policy(
            _service_may("cloudtrail.amazonaws.com", arn, "s3:GetBucketAcl"),
            _service_may("cloudtrail.amazonaws.com", f"{arn}/*", "s3:PutObject"),
        )
        self.s3.put_bucket_policy(Bucket=_BUCKET, Policy=policy)
        self.s3.put_bucket_versioning(Bucket=_BUCKET, VersioningConfiguration={"Status": "Enabled"})
        return _BUCKET

    def own_key(self) -> str:
        """A key that CloudTrail and CloudWatch Logs may use: its ARN."""
        ours = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{self.account}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
        policy = _policy(
            ours,
            _service_may("cloudtrail.amazonaws.com", "*", "kms:*"),
            _service_may(f"logs.{self.region}.amazonaws.com", "*", "kms:*"),
        )
        return str(self.kms.create_key(Policy=policy)["KeyMetadata"]["Arn"])

    def own_role(self, service: str = "cloudtrail.amazonaws.com") -> str:
        """A role that a service may take, with every right: its ARN."""
        name = f"attackers-{service.partition('.')[0]}"
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        _unless(
            "EntityAlreadyExists",
            lambda: self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust)),
        )
        rights = _policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
        self.iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=rights)
        return f"arn:aws:iam::{self.account}:role/{name}"

    def own_group(self) -> str:
        """A log group: its ARN, with `:*`."""
        _unless(
            "ResourceAlreadyExistsException",
            lambda: self.logs.create_log_group(logGroupName="/attackers"),
        )
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:/attackers:*"

    def own_policy(self) -> str:
        """A managed policy that denies writing logs: its ARN."""
        deny = _policy({"Effect": "Deny", "Action": "logs:*", "Resource": "*"})
        name = f"attackers-{time.monotonic_ns()}"
        made = self.iam.create_policy(PolicyName=name, PolicyDocument=deny)
        return str(made["Policy"]["Arn"])

    def own_queue(self) -> str:
        """A queue that S3 may send to: its ARN."""
        queue = self.sqs.create_queue(QueueName="attackers")["QueueUrl"]
        arn = f"arn:aws:sqs:{self.region}:{self.account}:attackers"
        policy = _policy(_service_may("s3.amazonaws.com", arn, "sqs:SendMessage"))
        self.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
        return arn

    def own_stream(self) -> str:
        """A stream that CloudWatch Logs can write to: its ARN."""
        _unless(
            "ResourceInUseException",
            lambda: self.kinesis.create_stream(StreamName="attackers", ShardCount=1),
        )
        return f"arn:aws:kinesis:{self.region}:{self.account}:stream/attackers"

    def own_topic(self) -> str:
        """A topic that CloudTrail may publish to: its ARN."""
        topic = str(self.sns.create_topic(Name="attackers")["TopicArn"])
        policy = _policy(_service_may("cloudtrail.amazonaws.com", topic, "sns:Publish"))
        self.sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        return topic

    def own_trail(self, name: str) -> str:
        """A trail that delivers to `own_bucket`: its ARN."""
        bucket = self.own_bucket()
        return str(self.cloudtrail.create_trail(Name=name, S3BucketName=bucket)["TrailARN"])

    def remove_other_trails(self) -> None:
        """Delete every trail but the guarded one."""
        for trail in self.cloudtrail.describe_trails()["trailList"]:
            if trail["TrailARN"] != self.trail:
                self.cloudtrail.delete_trail(Name=trail["TrailARN"])

    def stranger(self, service: str) -> Any:
        """A client of somebody with every right in another account."""
        key = self._embedded("strangers", {"account": _OTHER_ACCOUNT})
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self._ready.endpoint,
            region_name=self.region,
            aws_access_key_id=key["access_key_id"],
            aws_secret_access_key=key["secret_access_key"],
        )

    # How the attacker goes about it

    def refused(self, call: Callable[[], object]) -> None:
        """Make a call that AWS must refuse."""
        try:
            call()
        except ClientError:
            return
        raise AssertionError("AWS would have refused this call")

    def persist(self, what: str, call: Callable[[], object]) -> None:
        """Make a call until AWS carries it out."""

        def carried_out() -> bool:
            try:
                call()
            except ClientError:
                return False
            return True

        self.wait_for(what, carried_out)

    def wait_for(self, what: str, look: Callable[[], object]) -> None:
        """Wait until `look` sees something."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not look():
            assert time.monotonic() < deadline, f"{what}: not within {_PATIENCE_SECONDS} s"
            time.sleep(_POLL_SECONDS)

    def outrun(self, service: str, action: str) -> None:
        """Let the guard's next call of this name come late."""
        self._embedded(
            "faults",
            {
                "service": service,
                "action": action,
                "delay_ms": _LATE_MILLISECONDS,
                "principal": f"trailkeeper-heal-{self.region}",
                "times": 1,
            },
        )

    def lose_events(self, action: str, times: int) -> None:
        """Let the events of the next calls of this name get lost."""
        fault = {"deliver": "eventbridge", "drop": True, "action": action, "times": times}
        self._embedded("faults", fault)

    def reconcile(self) -> None:
        """Let the guard look again."""
        command = json.dumps({"trailkeeper": {"command": "reconcile"}})
        answer = self._ready.client("lambda").invoke(
            FunctionName=self._ready.heal_function, Qualifier="live", Payload=command
        )
        assert not answer.get("FunctionError"), answer["Payload"].read()

    def _embedded(self, what: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            f"{self._ready.endpoint}/_embedded/{what}", json.dumps(body).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.loads(answer.read() or b"null")


def _unless(code: str, call: Callable[[], object]) -> None:
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _service_may(service: str, resource: str, *actions: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": list(actions),
        "Resource": resource,
    }
