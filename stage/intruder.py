"""The attacker of the guard: a user who has just the rights that an attack takes, and can read."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from embedded.control import RefusedError
from stage.ready import Ready

NAME = "mallory"
_OWN = "attackers"
_SERVICES = {"functions": "lambda"}
# Whoever means harm looks first.
_READING = (
    *("cloudformation:Describe*", "cloudwatch:Describe*", "events:Describe*", "events:List*"),
    *("iam:Get*", "iam:List*", "kms:Describe*", "kms:Get*", "kms:List*", "lambda:Get*"),
    "logs:Describe*",
    *("lambda:List*", "scheduler:Get*", "scheduler:List*", "sns:Get*", "sns:List*"),
    *("sqs:Get*", "sqs:List*", "ssm:Get*"),
)
_TABLE, _HEAL = "trailkeeper-state", {"S": "heal"}
_HEALS_SECONDS, _SETTLES_SECONDS, _POLL_SECONDS = 30.0, 3.0, 0.05
_DOES_NOTHING = "def handler(event, context):\n    return None\n"


@dataclass(frozen=True)
class Key:
    """The keys of the user."""

    id: str
    secret: str


def settle_in(ready: Ready) -> Key:
    """Make the user, and what belongs to him, once in an account."""
    iam = ready.client("iam")
    iam.create_user(UserName=NAME)
    iam.put_user_policy(UserName=NAME, PolicyName="reads", PolicyDocument=_allow(*_READING))
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = iam.create_role(RoleName=_OWN, AssumeRolePolicyDocument=_policy(trust))["Role"]
    iam.put_role_policy(RoleName=_OWN, PolicyName="all", PolicyDocument=_allow("sqs:*", "logs:*"))
    ready.client("lambda").create_function(
        FunctionName=_OWN,
        Runtime="python3.13",
        Handler="index.handler",
        Role=role["Arn"],
        Code={"ZipFile": packed(_DOES_NOTHING)},
    )
    ready.client("sqs").create_queue(QueueName=_OWN)
    ready.client("sns").create_topic(Name=_OWN)
    kms = ready.client("kms")
    everybody = {"AWS": f"arn:aws:iam::{ready.account}:root"}
    usable = _policy(
        *(
            {"Effect": "Allow", "Principal": who, "Action": "kms:*", "Resource": "*"}
            for who in (everybody, {"Service": f"logs.{ready.region}.amazonaws.com"})
        )
    )
    key = kms.create_key(Policy=usable)["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=f"alias/{_OWN}", TargetKeyId=key)
    made = iam.create_access_key(UserName=NAME)["AccessKey"]
    return Key(made["AccessKeyId"], made["SecretAccessKey"])


def packed(source: str) -> bytes:
    """A package for a function: one file, the handler of which is `index.handler`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), source)
    return file.getvalue()


class Mallory:
    """What `trailkeeper.guards.techniques.technique.Intruder` asks for, on an embedded account.

    `side` is the half of the guard that he goes for, `other` the one that watches over it.
    """

    def __init__(self, ready: Ready, key: Key, names: Any, side: Any, other: Any) -> None:
        self._ready = ready
        self._key = key
        self.names, self.side, self.other = names, side, other
        self.me = f"arn:aws:iam::{ready.account}:user/{NAME}"
        self.own_policy = "arn:aws:iam::aws:policy/AdministratorAccess"
        self.own_function = self._own("lambda", f"function:{_OWN}")
        self.own_queue = self._own("sqs", _OWN)
        self.own_topic = self._own("sns", _OWN)

    def _own(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self._ready.region}:{self._ready.account}:{resource}"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        client = self._client(_SERVICES.get(name, name), self._ready.region)
        setattr(self, name, client)
        return client

    def sns_in(self, region: str) -> Any:
        """His client of SNS in a region."""
        return self._client("sns", region)

    def events_in(self, region: str) -> Any:
        """His client of EventBridge in a region."""
        return self._client("events", region)

    def cloudformation_in(self, region: str) -> Any:
        """His client of CloudFormation in a region."""
        return self._client("cloudformation", region)

    def _client(self, service: str, region: str) -> Any:
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self._ready.endpoint,
            region_name=region,
            aws_access_key_id=self._key.id,
            aws_secret_access_key=self._key.secret,
            config=Config(retries={"total_max_attempts": 1}),
        )

    @property
    def own_key(self) -> str:
        """A key of his: its ARN."""
        found = self._ready.client("kms").describe_key(KeyId=f"alias/{_OWN}")
        return str(found["KeyMetadata"]["Arn"])

    def may(self, administrator: Any, *rights: str) -> None:
        """Be given these rights, beside reading, by the administrator's client of IAM."""
        administrator.put_user_policy(
            UserName=NAME, PolicyName="may", PolicyDocument=_allow(*rights)
        )

    def wait_an_hour(self) -> None:
        """Let the function heal, and forget what it remembers for an hour."""
        trail = self._ready.client("cloudtrail")
        deadline = time.monotonic() + _HEALS_SECONDS
        while not trail.get_trail_status(Name=self._ready.trail_arn)["IsLogging"]:
            if time.monotonic() > deadline:
                raise TimeoutError("the trail is not healed")
            time.sleep(_POLL_SECONDS)
        with suppress(RefusedError):  # alerts may be held for a while
            self._ready.control.settle(_SETTLES_SECONDS)
        # Only the functions may write there.
        key = self._ready.control.session(self._ready.heal_function)
        make: Any = boto3.client
        table = make(
            "dynamodb",
            endpoint_url=self._ready.endpoint,
            region_name=self._ready.region,
            aws_access_key_id=key.access_key_id,
            aws_secret_access_key=key.secret_access_key,
            aws_session_token=key.session_token,
        )
        asked = {"KeyConditionExpression": "id = :id", "ExpressionAttributeValues": {":id": _HEAL}}
        for each in table.query(TableName=_TABLE, **asked)["Items"]:
            table.delete_item(TableName=_TABLE, Key={name: each[name] for name in ("id", "at")})

    def code(self, source: str) -> bytes:
        """A package for a function: one file, the handler of which is `index.handler`."""
        return packed(source)

    def lose_events(self) -> None:
        """Make the next calls so that no event of them arrives anywhere."""
        self._ready.control.fault(deliver="eventbridge", drop=True)

    def call(self, function: str, event: Mapping[str, Any]) -> Any:
        """Call a function and wait for its answer."""
        answer = self.functions.invoke(FunctionName=function, Payload=json.dumps(event))
        return json.load(answer["Payload"])

    def refused(self, call: Callable[[], object]) -> None:
        """Make a call that AWS must refuse."""
        try:
            call()
        except ClientError:
            return
        raise AssertionError("AWS would have refused this call")


def _allow(*actions: str) -> str:
    return _policy({"Effect": "Allow", "Action": list(actions), "Resource": "*"})


def _policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
