"""Real botocore clients that reach nobody: they note every call and answer what a test says.

botocore checks the arguments of a call against AWS's own model before it is noted, so a call with
a parameter that AWS does not know fails here as it would there.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from threading import local
from types import SimpleNamespace
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

REGION = "us-east-1"
_SERVICES = (
    *("cloudtrail", "s3", "kms", "logs", "iam", "sns", "sqs", "dynamodb", "cloudformation"),
    *("lambda", "events", "scheduler", "cloudwatch", "glue", "athena", "sts", "ssm"),
)
# What the guards call by another name than the service's.
_OTHER_NAMES = {"billing": "cloudwatch", "functions": "lambda"}
_DOCUMENTS = ("Policy", "PolicyDocument", "AssumeRolePolicyDocument")


@dataclass(frozen=True)
class Call:
    """One call of AWS: `operation` as in the API reference; policies in `arguments` are parsed."""

    operation: str
    arguments: Mapping[str, Any]


@dataclass
class Recorded:
    """Clients by service name, as the guards expect them.

    `answers` holds the answer of an operation, the error code that it fails with, or a function of
    its arguments that gives one of the two; what is not in there is answered with nothing at all.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def __getattr__(self, service: str) -> Any:
        if service not in (*_SERVICES, *_OTHER_NAMES):
            raise AttributeError(service)
        return _Client(self, _client(_OTHER_NAMES.get(service, service)))

    def sns_in(self, region: str) -> Any:
        """SNS of a region, recorded as the one at home."""
        return self.sns

    def kms_in(self, region: str) -> Any:
        """KMS of a region, recorded as the one at home."""
        return self.kms

    def events_in(self, region: str) -> Any:
        """EventBridge of a region, recorded as the one at home."""
        return self.events

    def cloudformation_in(self, region: str) -> Any:
        """CloudFormation of a region, recorded as the one at home."""
        return self.cloudformation

    @property
    def operations(self) -> list[str]:
        """The names of what was called, in order."""
        return [each.operation for each in self.calls]

    def answer(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        """Note a call and answer it."""
        self.calls.append(Call(operation, _readable(arguments)))
        answer = self.answers.get(operation, {})
        if callable(answer):
            answer = answer(arguments)
        if isinstance(answer, str):
            raise ClientError({"Error": {"Code": answer, "Message": "of the test"}}, operation)
        # botocore decodes policies in the answer that it is given.
        return copy.deepcopy(answer)


class _Call(local):
    """What a thread asks for, and of whom; several may ask at once."""

    recorded: Recorded
    arguments: Mapping[str, Any]


_now = _Call()


@dataclass(frozen=True)
class _Client:
    """The client that all share, asked on behalf of one."""

    recorded: Recorded
    shared: Any

    def __getattr__(self, name: str) -> Any:
        member = getattr(self.shared, name)
        if not callable(member):
            return member

        def asked(*given: Any, **named: Any) -> Any:
            _now.recorded = self.recorded
            return member(*given, **named)

        return asked


@cache
def _client(service: str) -> Any:
    """One client serves all tests of a process: making one costs more than a test."""
    session = botocore.session.get_session()
    config = Config(retries={"total_max_attempts": 1})
    client = session.create_client(
        service,
        region_name=REGION,
        config=config,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )

    def noted(params: Any, **_: Any) -> None:
        _now.arguments = dict(params)

    def answered(model: Any, **_: Any) -> Any:
        answer = _now.recorded.answer(model.name, _now.arguments)
        return SimpleNamespace(status_code=200), answer

    client.meta.events.register_first("provide-client-params", noted)
    client.meta.events.register_first("before-call", answered)
    return client


def _readable(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: json.loads(value) if name in _DOCUMENTS else value
        for name, value in arguments.items()
    }
