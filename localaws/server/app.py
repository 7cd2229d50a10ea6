"""Assembles the embedded account: ministack and everything it lacks or would answer wrongly."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Any

from localaws.adapter import gateway, lambda_, log_protection, s3_encryption
from localaws.server import cloudformation, mail, metrics, targets
from localaws.server.alarms import AlarmClock
from localaws.server.tap import Tap


class EmbeddedServer:
    """The ASGI application and what must be ended with it; a context manager around serving.

    `endpoint` is the address functions call; `retry_delays` are the seconds before each retry of an
    asynchronous invocation; `alarm_speed` shortens the period of every alarm.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        mailbox: Path,
        sdk: Path | None,
        retry_delays: tuple[float, ...],
        alarm_speed: float,
    ) -> None:
        gateway.prepare()
        lambda_.install_workers(gateway_url=endpoint, sdk=sdk)
        s3_encryption.install()
        log_protection.install()
        cloudformation.install()
        metrics.install()
        self._mailbox = mail.install(mailbox, endpoint=endpoint)
        # After the mail: rules that target a topic go through the targets, for their dead letters.
        invocations = targets.install(retry_delays=retry_delays)
        self._alarms = AlarmClock(
            invoke=invocations.start,
            speed=alarm_speed,
            before_looking=[metrics.QueueMeter(alarm_speed)],
        )
        self._tap = Tap(gateway.application)

    async def application(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer the mailbox's paths; everything else goes to AWS, through the tap."""
        if scope["type"] == "http" and scope["path"].startswith(mail.PATH):
            await self._mailbox(scope, receive, send)
        else:
            await self._tap(scope, receive, send)

    def __enter__(self) -> EmbeddedServer:
        gateway.bind_loop(asyncio.get_running_loop())
        self._alarms.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._alarms.__exit__(kind, error, trace)
        lambda_.stop_workers()
