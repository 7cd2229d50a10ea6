"""A storm of state changes through the alert function, in as much time as it would take."""

from __future__ import annotations

import json
import re
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.alerts.account import ACCOUNT, QUEUE_URL, REGION, TABLE, TOPIC_ARN, MemoryAccount
from bench.measure import BenchError
from lambdas.alert.function import AlertFunction
from trailkeeper.environments.alert import AlertEnviron

# A fixed start, so that every run is the same.
START = 1_795_167_460.0
_COUNTED = re.compile(r"\[Info\] ([\d,]+) EC2 instances? ")
_CALM_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Storm:
    """How many state changes come in a minute, in batches of which size, and whose they are."""

    name: str
    events: int
    batch: int
    scaling_group: str | None
    seconds: int = 60


@dataclass(frozen=True, slots=True)
class Weathered:
    """What a storm came to."""

    told: int
    mails: int
    requests: int
    cpu: float
    flush_bytes: int | None


class Context:
    """The part of Lambda's context that the function reads."""

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


def weather(storm: Storm, *, trace_memory: bool = False) -> Weathered:
    """Let a storm through the function, and wait until nothing is held any more.

    With `trace_memory`, CPU time means nothing, and `flush_bytes` is the most that Python objects
    took while a summary of what was held was made: the one place that could grow with a storm.

    Raises:
        BenchError: a message failed, or the mails do not count every change exactly once.
    """
    account = MemoryAccount(storm.scaling_group)
    function = AlertFunction(
        AlertEnviron(TOPIC_ARN, QUEUE_URL, TABLE), account.clients(), lambda: START + account.now
    )
    _warm(function)
    account.published.clear()
    account.requests = 0
    began = time.process_time()
    for number, batch in enumerate(_batches(storm)):
        account.now = number * storm.batch * storm.seconds / storm.events
        _handle(function, batch)
    end = account.now + _CALM_SECONDS
    if trace_memory:
        tracemalloc.start()
    while account.delayed and account.now < end:
        account.now += 1
        for body in account.due():
            _handle(function, [body])
    cpu = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1] if trace_memory else None
    tracemalloc.stop()
    told = sum(map(_count, account.published))
    if told != storm.events or account.stored:
        message = f"{storm.events} changes came, {told} were told, {account.stored} are still held"
        raise BenchError(message)
    return Weathered(told, len(account.published), account.requests, cpu, peak)


def _warm(function: AlertFunction) -> None:
    """Load service models and templates: a storm meets warm processes."""
    _handle(function, ['{"detail": {}}', "warm"])
    _handle(function, [_change(10**9, "eu-west-1")])


def _batches(storm: Storm) -> Iterator[list[str]]:
    for first in range(0, storm.events, storm.batch):
        last = min(first + storm.batch, storm.events)
        yield [_change(number, REGION) for number in range(first, last)]


def _change(number: int, region: str) -> str:
    return json.dumps(
        {
            "id": f"event-{number:032x}",
            "detail-type": "EC2 Instance State-change Notification",
            "source": "aws.ec2",
            "account": ACCOUNT,
            "time": "2026-11-20T09:17:40Z",
            "region": region,
            "detail": {"instance-id": f"i-{number:017x}", "state": "terminated"},
        }
    )


def _handle(function: AlertFunction, bodies: list[str]) -> None:
    records = [
        {"messageId": str(number), "receiptHandle": f"AQEB{number}", "body": body}
        for number, body in enumerate(bodies)
    ]
    answer = function.handle({"Records": records}, Context())
    if answer["batchItemFailures"]:
        message = f"{len(answer['batchItemFailures'])} messages failed"
        raise BenchError(message)


def _count(mail: dict[str, Any]) -> int:
    counted = _COUNTED.match(mail["subject"])
    return int(counted[1].replace(",", "")) if counted else 1
