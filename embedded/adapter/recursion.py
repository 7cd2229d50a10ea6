"""Lambda's recursive loop detection through queues, which the emulator has between functions only.

Lambda counts in the trace header how often one event has led to each function. The SDK inside a
function sends that header on with a message, SQS keeps it beside the message, and after 16 rounds
the next message of the chain is a dead letter (Lambda developer guide, "Use Lambda recursive loop
detection to prevent infinite loops"; X-Ray developer guide, "Tracing header", for its spelling).
"""

from __future__ import annotations

import json
import re
import secrets
import time
import zlib
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from ministack.services import lambda_svc, sqs

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.lambda_svc:_xray_trace_id_for_invocation(config, inbound_trace_header)",
    "ministack.services.sqs:_HANDLERS",
    "ministack.services.sqs:_act_send_message(data, qurl)",
    "ministack.services.sqs:_queue_by_arn(arn)",
    "ministack.services.sqs:handle_request(method, path, headers, body, query_params)",
)

ROUNDS = 16

_LINEAGE = re.compile(r"Lineage=([0-9a-f:|]*)")
_sent: ContextVar[str] = ContextVar("trace header of the request to SQS", default="")
_invoked: ContextVar[str] = ContextVar("trace header of the invocation", default="")

Message = dict[str, Any]


def install() -> None:
    """Carry the trace header from function to queue and from queue to function."""
    handle, send = sqs.handle_request, sqs._act_send_message
    made = lambda_svc._xray_trace_id_for_invocation

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: Any
    ) -> Any:
        _sent.set(headers.get("x-amzn-trace-id", ""))
        return await handle(method, path, headers, body, query_params)

    def send_message(data: dict[str, Any], qurl: str) -> Any:
        given = data.get("MessageSystemAttributes") or {}
        if _sent.get() and "AWSTraceHeader" not in given:
            header = {"DataType": "String", "StringValue": _sent.get()}
            data = {**data, "MessageSystemAttributes": {**given, "AWSTraceHeader": header}}
        return send(data, qurl)

    def trace_header(config: dict[str, Any], inbound_trace_header: str | None = None) -> str | None:
        known: str | None = made(config, inbound_trace_header)
        return _invoked.get() or known

    sqs.handle_request = handle_request
    sqs._act_send_message = send_message
    sqs._HANDLERS["SendMessage"] = send_message
    lambda_svc._xray_trace_id_for_invocation = trace_header


def too_deep(record: dict[str, Any], batch: Iterable[Message]) -> list[Message]:
    """The messages of a batch that have gone round through this function too often."""
    if record.get("recursive_loop") == "Allow":
        return []
    key = _key(record)
    return [each for each in batch if _lineage(_header(each)).get(key, 0) >= ROUNDS]


def enter(record: dict[str, Any], batch: Iterable[Message]) -> None:
    """Begin an invocation of a function by a batch: its longest chain is one round longer."""
    key = _key(record)
    chains = [_lineage(_header(each)) for each in batch]
    deepest = max(chains, key=lambda chain: chain.get(key, 0), default={})
    rounds = {**deepest, key: deepest.get(key, 0) + 1}
    counted = "|".join(f"{name}:{count}" for name, count in rounds.items())
    root = f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    _invoked.set(f"{root};Parent={secrets.token_hex(8)};Sampled=0;Lineage={counted}")


def bury(queue_arn: str, messages: Iterable[Message]) -> None:
    """Move messages of a queue to its dead letters; without any they are dropped."""
    queue = sqs._queue_by_arn(queue_arn)
    redrive = json.loads(queue["attributes"].get("RedrivePolicy") or "{}") if queue else {}
    dead = sqs._queue_by_arn(redrive.get("deadLetterTargetArn", ""))
    for each in messages:
        if queue is not None and each in queue["messages"]:
            queue["messages"].remove(each)
        if dead is not None:
            fresh = {"receipt_handle": None, "visible_at": 0.0, "receive_count": 0}
            dead["messages"].append({**each, **fresh})


def _key(record: dict[str, Any]) -> str:
    arn = (record.get("config") or record)["FunctionArn"]
    return f"{zlib.crc32(arn.encode()):08x}"


def _header(message: Message) -> str:
    return str((message.get("sys") or {}).get("AWSTraceHeader", ""))


def _lineage(header: str) -> dict[str, int]:
    found = _LINEAGE.search(header)
    pairs = found[1].split("|") if found and found[1] else []
    return {name: int(count) for name, _, count in (pair.partition(":") for pair in pairs)}
