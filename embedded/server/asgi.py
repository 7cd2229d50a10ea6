"""ASGI requests and answers, as the account's own middleware handles them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from embedded.server import wire

Scope = dict[str, Any]
Message = dict[str, Any]
ASGIApp = Callable[[Scope, Any, Any], Awaitable[None]]


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


async def respond(send: Any, status: int, content_type: str, body: bytes) -> None:
    """Answer a request as a whole."""
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def respond_json(send: Any, status: int, document: object) -> None:
    """Answer a request with a JSON document."""
    body = json.dumps(document, ensure_ascii=False).encode()
    await respond(send, status, "application/json", body)
