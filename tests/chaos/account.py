"""An account in memory: the services of the evidence, as far as guards and attacks call them.

It is much faster than an emulator, so that hundreds of histories can be played, and it may be told
to fail between any two writes. What a call answers follows the API references; a call that nobody
taught it fails loudly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from botocore.exceptions import ClientError

from tests.chaos.plain import copied

ACCOUNT = "123456789012"


REGION = "us-east-1"


# Writes whose answer nobody reads.
_ANSWERS_NOTHING = frozenset(
    {
        *("delete_function_concurrency", "put_event_selectors", "put_metric_alarm", "put_rule"),
        *("put_retention_policy", "put_role_policy", "set_queue_attributes", "start_logging"),
        *("update_alias", "update_schedule", "update_termination_protection", "update_trail"),
        *("put_bucket_policy", "put_key_policy", "set_topic_attributes", "update_table"),
        *("put_function_event_invoke_config", "put_role_permissions_boundary"),
        *("update_assume_role_policy", "update_event_source_mapping", "put_resource_policy"),
    }
)


_READS = ("get_", "list_", "describe_", "lookup_", "query", "get_paginator")


# Writes into the tables.
_NOTES = ("put_item", "update_item", "delete_item", "batch_write_item")


THROTTLED = "ThrottlingException"


class Crash(BaseException):
    """When the process ends in the middle of an invocation, as Lambda's may."""


def refused(code: str, operation: str) -> ClientError:
    """AWS's answer to a call that it does not carry out."""
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


@dataclass
class Clock:
    """The time of everybody in a history."""

    now: datetime
    passed: float = 0.0

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.passed

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.passed += seconds


Kind = Literal["crash", "deploy", "mute", "swallow", "throttle", "throttle writes"]


@dataclass
class Mishap:
    """What goes wrong after so many calls of the guard, or writes, and how often in a row."""

    kind: Kind
    after: int
    times: int = 1


@dataclass
class Faults:
    """What goes wrong with the guard's calls.

    A crash comes after a write or, of a mute run, before people are told; a deploy that somebody
    begins (`deploy`) comes after a write. A throttled call is refused for now; throttled writes are
    those of what is guarded. What is swallowed is taken and not done, as far as reads show.
    `struck` counts what went wrong with calls, `refused` the throttles among it.
    """

    mishaps: list[Mishap] = field(default_factory=list)
    deploy: Callable[[], None] = lambda: None
    struck: int = 0
    refused: int = 0

    def before(self, operation: str) -> None:
        if self._strikes("throttle") or (
            not operation.startswith((*_READS, *_NOTES)) and self._strikes("throttle writes")
        ):
            self.refused += 1
            raise refused(THROTTLED, operation)

    def swallows(self, operation: str) -> bool:
        return operation in _ANSWERS_NOTHING and self._strikes("swallow")

    def after_write(self) -> None:
        if self._strikes("deploy"):
            self.deploy()
        if self._strikes("crash"):
            raise Crash

    def before_telling(self) -> None:
        if self._strikes("mute"):
            raise Crash

    def end(self) -> None:
        """Let nothing go wrong any more."""
        self.mishaps.clear()

    def _strikes(self, kind: Kind) -> bool:
        """Whether the time of a mishap has come; it is counted as one call nearer."""
        mishap = next((each for each in self.mishaps if each.kind == kind), None)
        if mishap is None:
            return False
        mishap.after -= 1
        if mishap.after > 0:
            return False
        mishap.times -= 1
        if mishap.times <= 0:
            self.mishaps.remove(mishap)
        self.struck += kind != "deploy"
        return True


class Client:
    """One service as one caller sees it."""

    def __init__(self, service: object, name: str, faults: Faults, note: Callable[[str], None]):
        self._service, self._name, self._faults, self._note = service, name, faults, note

    def __getattr__(self, operation: str) -> Any:
        carry_out = getattr(self._service, operation, None)
        if carry_out is None:
            raise AssertionError(f"the account in memory knows no {self._name}.{operation}")

        def call(*names: str, **arguments: Any) -> Any:
            self._faults.before(operation)
            if operation.startswith(_READS):
                return copied(carry_out(*names, **arguments))
            self._note(f"{self._name}.{operation}")
            answer = None
            if not self._faults.swallows(operation):
                answer = copied(carry_out(*names, **arguments))
            self._faults.after_write()
            return {} if answer is None else answer

        return call
