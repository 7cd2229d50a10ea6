"""Makes CloudTrail records of the API calls that the emulator answers, and delivers them.

`Tap(app, clock=...)` is all that the server needs: it answers CloudTrail's API, keeps the event
history, lets faults happen, wraps the application, and delivers log files as long as the server
lives (from ASGI lifespan start-up to its end).

Only calls over HTTP are recorded. What AWS records besides is missing: calls that CloudFormation
makes for a stack (`invokedBy` cloudformation.amazonaws.com), those of services for their own ends
(the role session of a function, CloudTrail's own PutObject), console sign-ins, Insights events and
digest files.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from embedded.adapter import identity, keys
from embedded.server import trails, wire, wire_requests
from embedded.server.asgi import ASGIApp, Message, Scope, request_head
from embedded.server.delivery import Delivery
from embedded.server.fault_plan import FaultPlan
from embedded.server.faults import FaultInjector
from embedded.server.history import History
from embedded.server.records import Exchange, Identity, Session, record_of
from embedded.server.trail_api import TrailApi
from embedded.server.trails import Coverage, TrailStore

KEPT_BODY = 8 * 1024 * 1024
"""Bytes of a body that are kept for the record; what is longer is an upload."""
# Whoever cannot be told who they are is in nobody's trail.
_UNSIGNED_ERRORS = frozenset(
    {
        "Client.AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "InvalidToken",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)

_log = logging.getLogger("embedded.tap")


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Tap:
    """ASGI middleware around the emulator."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        clock: Callable[[], datetime] = utc_now,
        flush_seconds: float = 1.0,
        state_change_first: bool = True,
    ) -> None:
        self.trails = TrailStore()
        self.history = History(clock=clock)
        self.faults = FaultPlan()
        self.delivery = Delivery(
            clock=clock,
            state_change_first=state_change_first,
            drops=self.faults.drops,
            holds_files=self.faults.holds_files,
        )
        self._app = FaultInjector(app, self.faults)
        self._clock = clock
        self._flush_seconds = flush_seconds
        TrailApi(self.trails, self.history, clock=clock).install()
        identity.believe_only_signatures()

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Callers mean TLS: a policy that denies plain HTTP does not mean the loopback interface.
        scope = {**scope, "headers": [*scope["headers"], (b"x-forwarded-proto", b"https")]}
        head = request_head(scope)
        signature = wire.signature(head.headers, head.query)
        if signature is None or scope["path"].startswith("/_"):
            await self._app(scope, receive, send)
            return
        caller = identity.caller(signature.access_key_id)
        before = self.trails.logging()
        kept = _Kept()
        try:
            await self._app(scope, kept.receiving(receive), kept.sending(send))
        finally:
            # A call counts even if its caller did not wait for the answer.
            if caller is not None and kept.answer is not None:
                self._try_to_record(scope, kept, signature, caller, before)

    async def _live(self, scope: Scope, receive: Any, send: Any) -> None:
        deliveries = asyncio.create_task(self._deliver())
        try:
            await self._app(scope, receive, send)
        finally:
            deliveries.cancel()

    async def _deliver(self) -> None:
        while True:
            await asyncio.sleep(self._flush_seconds)
            try:
                self.flush()
            except Exception:
                # The next round tries again.
                _log.exception("log files were not delivered")

    def flush(self) -> None:
        """Deliver the log files that wait."""
        self.delivery.flush({trail.arn: trail for trail in self.trails})

    def _try_to_record(self, scope: Scope, *what: Any) -> None:
        try:
            self._record(scope, *what)
        except Exception:
            # The caller has its answer; a defect here must not end its connection.
            _log.exception("no record of %s %s", scope["method"], scope["path"])

    def _record(
        self,
        scope: Scope,
        kept: _Kept,
        signature: wire.Signature,
        caller: identity.Caller,
        before: Sequence[Coverage],
    ) -> None:
        request = request_head(scope, bytes(kept.request))
        assert kept.answer is not None
        try:
            call = wire_requests.read_request(request, signature.service)
        except wire.UnreadableError as error:
            _log.warning("no record: %s", error)
            return
        exchange = Exchange(call, request, kept.answer, signature, self._clock())
        record = record_of(exchange, _identity(caller), key_arn=_key_arn)
        if record is None or record.get("errorCode") in _UNSIGNED_ERRORS:
            return
        self.history.add(record)
        covered = trails.covering(before, self.trails.logging(), record, call.service)
        self.delivery.take(record, covered)


class _Kept:
    """What went through a connection for one request, as far as a record needs it."""

    def __init__(self) -> None:
        self.request = bytearray()
        self.answer: wire.Answer | None = None
        self._status = 0
        self._headers: dict[str, str] = {}
        self._body: bytearray | None = bytearray()

    def receiving(self, receive: Any) -> Callable[[], Awaitable[Message]]:
        async def through() -> Message:
            message: Message = await receive()
            if message["type"] == "http.request" and len(self.request) < KEPT_BODY:
                self.request += message.get("body", b"")
            return message

        return through

    def sending(self, send: Any) -> Callable[[Message], Awaitable[None]]:
        async def through(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._status = message["status"]
                self._headers = {
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in message["headers"]
                }
            elif message["type"] == "http.response.body":
                self._keep(message.get("body", b""))
                if not message.get("more_body", False):
                    body = None if self._body is None else bytes(self._body)
                    self.answer = wire.Answer(self._status, self._headers, body)
            await send(message)

        return through

    def _keep(self, part: bytes) -> None:
        if self._body is not None:
            self._body += part
            if len(self._body) > KEPT_BODY:
                self._body = None


def _identity(caller: identity.Caller) -> Identity:
    session = None
    if caller.role is not None:
        session = Session(caller.role.arn, caller.role.role_id, caller.role.name, caller.since)
    return Identity(
        kind="IAMUser" if caller.kind == "User" else caller.kind,
        principal_id=caller.principal_id,
        arn=caller.arn,
        account_id=caller.account_id,
        access_key_id=caller.access_key_id,
        user_name=caller.user_name,
        session=session,
    )


def _key_arn(account_id: str, region: str, reference: str) -> str | None:
    key = keys.find(account_id, region, reference)
    return key.arn if key else None
