"""Assembles the embedded account: ministack and everything it lacks or would answer wrongly."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Any

from embedded.adapter import (
    account_policies,
    alarm_mutes,
    alarm_query,
    athena,
    change_sets,
    condition_keys,
    gateway,
    iam_actions,
    iam_conditions,
    iam_config,
    iam_resources,
    kms,
    lambda_,
    leading_keys,
    log_protection,
    log_queries,
    log_streaming,
    logs_config,
    mfa,
    parameters,
    recursion,
    reservations,
    s3_config,
    s3_encryption,
    s3_events,
    s3_keys,
    sqs,
    table_policies,
)
from embedded.adapter.event_sources import waiting
from embedded.server import cloudformation, mail, metrics, stack_events, targets
from embedded.server.alarms import AlarmClock
from embedded.server.control import Control
from embedded.server.mail import Mailbox, MailboxRoutes
from embedded.server.metrics import QueueMeter
from embedded.server.state import AccountState
from embedded.server.tap import Tap
from embedded.server.work import Work


class EmbeddedServer:
    """The ASGI application and what must be ended with it; a context manager around serving.

    `endpoint` is the address functions call; `retry_delays` are the seconds before each retry of an
    asynchronous invocation.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        mailbox: Path,
        sdk: Path | None,
        retry_delays: tuple[float, ...],
    ) -> None:
        gateway.prepare()
        prepare_function = lambda_.install_workers(gateway_url=endpoint, sdk=sdk)
        iam_actions.install()
        condition_keys.install()
        iam_conditions.install()
        iam_resources.install()
        leading_keys.install()
        s3_encryption.install()
        s3_config.install()
        s3_keys.install()
        s3_events.install()
        iam_config.install()
        mfa.install()
        parameters.install()
        kms.install()
        log_protection.install()
        logs_config.install()
        log_streaming.install()
        account_policies.install()
        table_policies.install()
        alarm_mutes.install()
        alarm_query.install()
        recursion.install()
        reservations.install()
        sqs.install()
        log_queries.install()
        athena.install()
        cloudformation.install(prepare_function=prepare_function)
        stack_events.install()
        change_sets.install()
        metrics.install()
        mails = Mailbox(mailbox)
        mail.install(mails, endpoint=endpoint)
        self._work = Work(waiting)
        # After the mail: rules that target a topic go through the targets, for their dead letters.
        targets.install(retry_delays=retry_delays, work=self._work)
        self._alarms = AlarmClock(meter=QueueMeter(), work=self._work)
        self._tap = Tap(gateway.application)
        state = AccountState(
            self,
            work=self._work,
            flush=self._tap.flush,
            snapshot_mails=mails.snapshot,
        )
        self._mailbox = MailboxRoutes(mails)
        self._control = Control(state, self._alarms, self._tap.trails)

    async def application(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer our own paths; everything else goes to AWS, through the tap."""
        if scope["type"] != "http":
            await self._tap(scope, receive, send)
        elif scope["path"].startswith(mail.PATH):
            await self._mailbox(scope, receive, send)
        elif self._control.knows(scope["path"]):
            await self._control(scope, receive, send)
        else:
            async with self._work.request():
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
