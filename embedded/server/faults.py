"""Faults that tests put between callers and the account: errors, delays, stale reads, lost events.

`POST /_embedded/faults` adds one, `GET` lists those left, `DELETE` takes all away. Bodies to post:

    {"service": "cloudtrail", "action": "StartLogging", "error": "ThrottlingException",
     "message": "Rate exceeded", "status": 400, "times": 3, "principal": "role/healer"}
    {"service": "kms", "action": "*", "delay_ms": 200}
    {"service": "cloudtrail", "action": "GetTrailStatus", "stale_seconds": 2}
    {"service": "cloudtrail", "action": "UpdateTrail", "after": "iam", "after_seconds": 3,
     "error": "InvalidCloudWatchLogsRoleArnException", "message": "Access denied."}
    {"service": "sts", "action": "GetCallerIdentity", "dated_seconds": -90}
    {"deliver": "eventbridge", "drop": true, "times": 1, "action": "StopLogging"}
    {"deliver": "s3", "drop": true}

`service` is the name a request is signed with. `principal` is part of a caller's ARN. Without
`times` a fault stays until it is taken away. A stale read answers what the same request would have
been answered just before the last write of its service, while that is less than `stale_seconds`
ago; it can only do so for a request that has been made once before. With `after` an error strikes
only while less than `after_seconds` have passed since the last write of that service: one service
has not heard yet of what was written in another. Writes count from when the fault is in place.
With `dated_seconds` an answer is dated so much later (less than 0: earlier), as whoever asks sees
it whose own clock is slow. While no files are delivered to s3 the records wait, and the trail's
status has no error.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from embedded.adapter import identity
from embedded.server import names, wire, wire_requests
from embedded.server.asgi import ASGIApp, Message, Scope, read_body, replayed, request_head, respond
from embedded.server.fault_plan import Fault, FaultPlan, InvalidFaultError, refusal

PATH = "/_embedded/faults"
_REMEMBERED_READS = 512
_SIGNATURE_SECONDS = 240
"""How long a remembered request can be made again before its signature is too old."""


@dataclass
class _Read:
    """A call that only reads, kept so that it can be made again before a write."""

    scope: Scope
    body: bytes
    service: str
    action: str
    principal: str
    at: float = 0.0
    answer: list[Message] | None = None
    until_write: float = 0.0

    @property
    def key(self) -> tuple[str, str, str, bytes, bytes]:
        scope = self.scope
        return self.service, scope["method"], scope["path"], scope["query_string"], self.body


class FaultInjector:
    """ASGI middleware in front of the emulator that lets the plan's faults happen."""

    def __init__(
        self, app: ASGIApp, plan: FaultPlan, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._plan = plan
        self._monotonic = monotonic
        self._reads: dict[tuple[str, str, str, bytes, bytes], _Read] = {}
        self._written: dict[str, float] = {}

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == PATH:
            await self._serve(scope, receive, send)
        else:
            await self._pass(scope, receive, send)

    async def _pass(self, scope: Scope, receive: Any, send: Any) -> None:
        request = request_head(scope)
        signed = wire.signature(request.headers, request.query)
        may_be_read = scope["method"] == "GET" or "x-amz-target" in request.headers
        if signed is None or not (may_be_read or self._plan.left()):
            await self._app(scope, receive, send)
            return
        body = await read_body(receive)
        if body is None:
            return
        request = request_head(scope, body)
        again = replayed(body, receive)
        try:
            call = wire_requests.read_request(request, signed.service)
        except wire.UnreadableError:
            await self._app(scope, again, send)
            return
        caller = identity.caller(signed.access_key_id)
        read = _Read(scope, body, signed.service, call.name, caller.arn if caller else "")
        if names.is_read_only(call.service, call.name):
            answer = self._remember(read)
            if answer is not None:
                for message in answer:
                    await send(message)
                return
        else:
            if self._plan.any_stale(signed.service):
                await self._refresh(signed.service)
            self._written[signed.service] = self._monotonic()
        for fault in self._striking(read):
            fault.spend()
            if fault.delay_ms:
                await asyncio.sleep(fault.delay_ms / 1000)
            if fault.dated_seconds:
                send = _dated(send, fault.dated_seconds)
            if fault.error:
                await respond(send, *refusal(call.protocol, fault))
                return
        await self._app(scope, again, send)

    def _striking(self, call: _Read) -> list[Fault]:
        """What strikes a call now, beside stale reads."""
        found = self._plan.of_call(call.service, call.action, call.principal)
        return [each for each in found if not each.stale_seconds and self._is_due(each)]

    def _is_due(self, fault: Fault) -> bool:
        """Whether a fault that only strikes after a write does so now."""
        if not fault.after:
            return True
        written = self._written.get(fault.after)
        return written is not None and self._monotonic() - written < fault.after_seconds

    def _remember(self, read: _Read) -> list[Message] | None:
        """Keep a read for later; the answer to give if the read is to be stale."""
        known = self._reads.pop(read.key, None)
        if known is not None:
            read.answer, read.until_write = known.answer, known.until_write
        elif len(self._reads) >= _REMEMBERED_READS:
            self._reads.pop(next(iter(self._reads)))
        read.at = self._monotonic()
        self._reads[read.key] = read
        for fault in self._plan.of_call(read.service, read.action, read.principal):
            age = read.at - read.until_write
            if fault.stale_seconds and read.answer is not None and age < fault.stale_seconds:
                fault.spend()
                return read.answer
        return None

    async def _refresh(self, service: str) -> None:
        """Before a write: keep what reads that may turn stale are answered now."""
        actions = {fault.action for fault in self._plan.any_stale(service)}
        for read in list(self._reads.values()):
            meant = read.service == service and (read.action in actions or "*" in actions)
            if not meant or self._monotonic() - read.at > _SIGNATURE_SECONDS:
                continue
            answer: list[Message] = []

            async def keep(message: Message, answer: list[Message] = answer) -> None:
                answer.append(message)

            await self._app(read.scope, replayed(read.body), keep)
            read.answer, read.until_write = answer, self._monotonic()

    async def _serve(self, scope: Scope, receive: Any, send: Any) -> None:
        body = await read_body(receive) or b""
        if scope["method"] == "POST":
            try:
                self._plan.add(Fault.parse(body))
            except InvalidFaultError as error:
                await respond(send, 400, "text/plain", str(error).encode())
                return
        elif scope["method"] == "DELETE":
            self._plan.clear()
        left = [fault.as_json() for fault in self._plan.left()]
        await respond(send, 200, "application/json", json.dumps({"faults": left}).encode())


def _dated(send: Any, seconds: float) -> Any:
    """A send whose answer has a date of its own."""
    date = formatdate(time.time() + seconds, usegmt=True).encode()

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [each for each in message["headers"] if each[0].lower() != b"date"]
            message = {**message, "headers": [*headers, (b"date", date)]}
        await send(message)

    return sent
