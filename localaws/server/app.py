"""Assembles the embedded account: ministack and everything it lacks or would answer wrongly."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Any

from localaws.adapter import gateway, lambda_, s3_encryption
from localaws.server import cloudformation, mail, targets


class EmbeddedServer:
    """The ASGI application and what must be ended with it; a context manager around serving.

    `endpoint` is the address functions call; `retry_delays` are the seconds before each retry of an
    asynchronous invocation.
    """

    def __init__(
        self, *, endpoint: str, mailbox: Path, sdk: Path | None, retry_delays: tuple[float, ...]
    ) -> None:
        gateway.prepare()
        lambda_.install_workers(gateway_url=endpoint, sdk=sdk)
        s3_encryption.install()
        cloudformation.install()
        self._own_paths: dict[str, gateway.ASGIApp] = {
            mail.PATH: mail.install(mailbox, endpoint=endpoint),
        }
        # Last: rules that target a topic go through the targets, for their dead letters.
        targets.install(retry_delays=retry_delays)
        self._aws = gateway.application

    async def application(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer our own paths; everything else is an AWS API call, as if it came over TLS."""
        if scope["type"] != "http":
            await self._aws(scope, receive, send)
            return
        for path, own in self._own_paths.items():
            if scope["path"].startswith(path):
                await own(scope, receive, send)
                return
        headers = [*scope["headers"], (b"x-forwarded-proto", b"https")]
        await self._aws({**scope, "headers": headers}, receive, send)

    def __enter__(self) -> EmbeddedServer:
        gateway.bind_loop(asyncio.get_running_loop())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        lambda_.stop_workers()
