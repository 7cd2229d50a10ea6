"""Assembles the embedded account: ministack and everything it lacks or would answer wrongly."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Any

from embedded.adapter import (
    gateway,
    iam_actions,
    iam_config,
    kms,
    lambda_,
    log_protection,
    logs_config,
    s3_config,
    s3_encryption,
    s3_keys,
)
from embedded.server import cloudformation, mail, metrics, strangers, targets
from embedded.server.alarms import AlarmClock
from embedded.server.tap import Tap


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
        prepare_function = lambda_.install_workers(gateway_url=endpoint, sdk=sdk)
        iam_actions.install()
        s3_encryption.install()
        s3_config.install()
        s3_keys.install()
        iam_config.install()
        kms.install()
        log_protection.install()
        logs_config.install()
        cloudformation.install(prepare_function=prepare_function)
        metrics.install()
        self._own_paths: dict[str, gateway.ASGIApp] = {
            mail.PATH: mail.install(mailbox, endpoint=endpoint),
            strangers.PATH: strangers.routes,
        }
        # After the mail: rules that target a topic go through the targets, for their dead letters.
        invocations = targets.install(retry_delays=retry_delays)
        self._alarms = AlarmClock(
            invoke=invocations.start,
            speed=alarm_speed,
            before_looking=[metrics.QueueMeter(alarm_speed)],
        )
        self._tap = Tap(gateway.application)

    async def application(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer our own paths; everything else goes to AWS, through the tap."""
        if scope["type"] == "http":
            for path, own in self._own_paths.items():
                if scope["path"].startswith(path):
                    await own(scope, receive, send)
                    return
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
