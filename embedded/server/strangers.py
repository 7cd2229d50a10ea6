"""Somebody else's account on the same AWS, for what only strangers can do: take a bucket's name."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from embedded.adapter import principals

PATH = "/_embedded/strangers"
"""POST {"account": "999999999999"} answers with an access key that has every right there."""

_ACCOUNT = re.compile(r"\d{12}")

Send = Callable[[dict[str, Any]], Awaitable[None]]


async def routes(scope: dict[str, Any], receive: Any, send: Send) -> None:
    """The ASGI application under PATH."""
    if scope["method"] != "POST":
        await _respond(send, 405, {"error": f"{scope['method']} is not allowed, use POST"})
        return
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    try:
        account = json.loads(body)["account"]
    except (ValueError, KeyError, TypeError):
        account = None
    if not isinstance(account, str) or not _ACCOUNT.fullmatch(account):
        await _respond(send, 400, {"error": 'The body must be {"account": "<12 digits>"}'})
        return
    await _respond(send, 200, asdict(principals.make_administrator(account, "stranger")))


async def _respond(send: Send, status: int, document: object) -> None:
    body = json.dumps(document).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
