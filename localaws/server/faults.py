"""Faults that tests put between callers and the account: errors, delays, stale reads, lost events.

`POST /_localaws/faults` adds one, `GET` lists those left, `DELETE` takes all away. Bodies to post:

    {"service": "cloudtrail", "action": "StartLogging", "error": "ThrottlingException",
     "message": "Rate exceeded", "status": 400, "times": 3, "principal": "trailkeeper-heal"}
    {"service": "kms", "action": "*", "delay_ms": 200}
    {"service": "cloudtrail", "action": "GetTrailStatus", "stale_seconds": 2}
    {"deliver": "eventbridge", "drop": true, "times": 1, "action": "StopLogging"}

`service` is the name a request is signed with. `principal` is part of a caller's ARN. Without
`times` a fault stays until it is taken away. A stale read answers what the same request would have
been answered just before the last write of its service, while that is less than `stale_seconds`
ago; it can only do so for a request that has been made once before.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localaws.adapter import identity
from localaws.server import names, wire, wire_requests

PATH = "/_localaws/faults"
_REMEMBERED_READS = 512
_SIGNATURE_SECONDS = 240
"""How long a remembered request can be made again before its signature is too old."""

Scope = dict[str, Any]
ASGIApp = Callable[[Scope, Any, Any], Awaitable[None]]
Message = dict[str, Any]


class InvalidFaultError(ValueError):
    """When a fault asked for is not one that can be made."""


@dataclass
class Fault:
    """One fault; `times` is how often it still strikes, None without end."""

    service: str = ""
    action: str = ""
    principal: str = ""
    error: str = ""
    message: str = ""
    status: int = 400
    delay_ms: int = 0
    stale_seconds: float = 0
    deliver: str = ""
    drop: bool = False
    times: int | None = None

    @classmethod
    def parse(cls, body: bytes) -> Fault:
        """The fault that a request asks for; raises InvalidFaultError."""
        try:
            given = json.loads(body)
            fault = cls(**given)
        except (ValueError, TypeError) as error:
            raise InvalidFaultError(
                f"{error}; a fault has {', '.join(cls.__dataclass_fields__)}"
            ) from error
        if fault.deliver:
            if fault.deliver != "eventbridge" or not fault.drop:
                raise InvalidFaultError(
                    'of deliveries only {"deliver": "eventbridge", "drop": true}'
                )
        elif not fault.service or not fault.action:
            raise InvalidFaultError("a fault names a service and an action")
        elif not (fault.error or fault.delay_ms or fault.stale_seconds):
            raise InvalidFaultError("a fault has error, delay_ms or stale_seconds")
        return fault

    def strikes(self, service: str, action: str, principal: str) -> bool:
        """Whether the fault is for such a call."""
        return (
            self.times != 0
            and not self.deliver
            and self.service == service
            and self.action in ("*", action)
            and self.principal in principal
        )

    def spend(self) -> None:
        """Count one strike."""
        if self.times is not None:
            self.times -= 1

    def as_json(self) -> dict[str, Any]:
        """The fault as it was asked for, with what is left of `times`."""
        return {
            name: value for name, value in vars(self).items() if value not in ("", 0, 0.0, None)
        }


class FaultPlan:
    """The faults that are in place."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put a fault in place."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Take all faults away."""
        self._faults.clear()

    def left(self) -> list[Fault]:
        """The faults that can still strike."""
        return [fault for fault in self._faults if fault.times != 0]

    def of_call(self, service: str, action: str, principal: str) -> list[Fault]:
        """The faults that strike a call; the caller spends them."""
        return [fault for fault in self._faults if fault.strikes(service, action, principal)]

    def any_stale(self, service: str) -> list[Fault]:
        """The stale reads of a service that are in place."""
        return [f for f in self.left() if f.service == service and f.stale_seconds]

    def drops(self, record: Mapping[str, Any]) -> bool:
        """Whether EventBridge does not get this event; counts the strike."""
        for fault in self.left():
            if fault.deliver == "eventbridge" and fault.action in ("", "*", record["eventName"]):
                fault.spend()
                return True
        return False


@dataclass
class _Read:
    """A read that was made, so that it can be made again before a write."""

    scope: Scope
    body: bytes
    action: str
    at: float
    answer: list[Message] | None = None
    until_write: float = 0.0


class FaultInjector:
    """ASGI middleware in front of the emulator that lets the plan's faults happen."""

    def __init__(
        self, app: ASGIApp, plan: FaultPlan, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._plan = plan
        self._monotonic = monotonic
        self._reads: dict[tuple[str, str, str, bytes], _Read] = {}

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
        principal = caller.arn if caller else ""
        service = signed.service
        if names.is_read_only(call.service, call.name):
            answer = self._remember(service, scope, body, call.name, principal)
            if answer is not None:
                for message in answer:
                    await send(message)
                return
        elif self._plan.any_stale(service):
            await self._refresh(service)
        for fault in self._plan.of_call(service, call.name, principal):
            if fault.stale_seconds:
                continue
            fault.spend()
            if fault.delay_ms:
                await asyncio.sleep(fault.delay_ms / 1000)
            if fault.error:
                await _answer(send, *refusal(call.protocol, fault))
                return
        await self._app(scope, again, send)

    def _remember(
        self, service: str, scope: Scope, body: bytes, action: str, principal: str
    ) -> list[Message] | None:
        key = (service, scope["method"], scope["path"], scope["query_string"] + b"?" + body)
        read = self._reads.pop(key, None)
        if read is None:
            read = _Read(scope, body, action, self._monotonic())
            if len(self._reads) >= _REMEMBERED_READS:
                self._reads.pop(next(iter(self._reads)))
        read.scope, read.at = scope, self._monotonic()
        self._reads[key] = read
        for fault in self._plan.of_call(service, action, principal):
            age = self._monotonic() - read.until_write
            if fault.stale_seconds and read.answer is not None and age < fault.stale_seconds:
                fault.spend()
                return read.answer
        return None

    async def _refresh(self, service: str) -> None:
        """Before a write: keep what reads that may turn stale are answered now."""
        actions = {fault.action for fault in self._plan.any_stale(service)}
        for key, read in list(self._reads.items()):
            meant = key[0] == service and (read.action in actions or "*" in actions)
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
                await _answer(send, 400, "text/plain", str(error).encode())
                return
        elif scope["method"] == "DELETE":
            self._plan.clear()
        left = [fault.as_json() for fault in self._plan.left()]
        await _answer(send, 200, "application/json", json.dumps({"faults": left}).encode())


def request_head(scope: Scope, body: bytes = b"") -> wire.Request:
    """An ASGI request as the wire module reads it."""
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }
    client = scope.get("client") or ("127.0.0.1", 0)
    return wire.Request(
        method=scope["method"],
        path=(scope.get("raw_path") or scope["path"].encode()).decode("latin-1"),
        query=wire.query_of(scope["query_string"].decode("latin-1")),
        headers=headers,
        body=body,
        source_address=str(client[0]),
    )


async def read_body(receive: Any) -> bytes | None:
    """The whole body of a request; None when the caller went away."""
    parts = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(parts)


def replayed(body: bytes, rest: Any = None) -> Callable[[], Awaitable[Message]]:
    """A receive that gives the body once more, and then what the connection goes on with."""
    given = False

    async def receive() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        if rest is not None:
            return dict(await rest())
        return {"type": "http.disconnect"}

    return receive


def refusal(protocol: str, fault: Fault) -> tuple[int, str, bytes]:
    """A fault's error as a service of a protocol answers it: status, content type and body."""
    message = fault.message or "Rate exceeded"
    if protocol in ("json", "rest-json"):
        body = {"__type": fault.error, "message": message}
        return fault.status, "application/x-amz-json-1.1", json.dumps(body).encode()
    if protocol == "smithy-rpc-v2-cbor":
        members = _cbor_text("__type") + _cbor_text(fault.error)
        members += _cbor_text("message") + _cbor_text(message)
        return fault.status, "application/cbor", b"\xa2" + members
    error = f"<Code>{fault.error}</Code><Message>{message}</Message>"
    if protocol == "rest-xml":
        text = f"<Error>{error}<RequestId>fault</RequestId></Error>"
    elif protocol == "ec2":
        text = (
            f"<Response><Errors><Error>{error}</Error></Errors>"
            "<RequestID>fault</RequestID></Response>"
        )
    else:
        text = (
            f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error>"
            "<RequestId>fault</RequestId></ErrorResponse>"
        )
    return fault.status, "text/xml", text.encode()


def _cbor_text(text: str) -> bytes:
    encoded = text.encode()
    return b"\x79" + len(encoded).to_bytes(2, "big") + encoded


async def _answer(send: Any, status: int, content_type: str, body: bytes) -> None:
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
