"""Looks up the calls behind an alarm of a CIS control, and tells of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.state import UNREACHABLE
from lambdas.alert.telemetry import logger
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.control_alerts import Behind, Found, Span, control_alert, span_of
from trailkeeper.alerts.incoming import ControlAlarm
from trailkeeper.evidence.controls import TRAIL_CHANGES, Control
from trailkeeper.evidence.names import LOG_GROUP

# What the heal function hears by EventBridge is told by then, usually long before.
WAIT_SECONDS = 120
# More calls are only counted as "at least"; nobody reads them in a mail.
_MOST = 200
_PAGE = 50
# An alert without its calls is better than none: the function has a minute.
_SECONDS = 15


class ControlAlarms:
    """Changes of trails are told only if nobody was told of them otherwise, the rest always.

    `seen` says which events were told; `heal_role` is the ARN of the heal function's role.
    """

    def __init__(
        self,
        *,
        logs: Callable[[], Any],
        deliver: Callable[[Alert], None],
        seen: Callable[[Iterable[str]], set[str]],
        sqs: Any,
        queue_url: str,
        heal_role: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._logs = logs
        self._deliver = deliver
        self._seen = seen
        self._sqs = sqs
        self._queue_url = queue_url
        self._heal_role = heal_role
        self._clock = clock

    def take(self, alarm: ControlAlarm) -> None:
        """Tell of an alarm, now or a little later.

        Raises:
            DeliveryError, ClientError, BotoCoreError: it has to come again.
        """
        if alarm.control is TRAIL_CHANGES and not alarm.waited:
            self._sqs.send_message(
                QueueUrl=self._queue_url, MessageBody=alarm.later(), DelaySeconds=WAIT_SECONDS
            )
            return
        span = span_of(alarm.message)
        behind = self._behind(alarm.control, span) if span else Behind(error="no time")
        if alarm.control is TRAIL_CHANGES and self._was_told(behind):
            logger.info("Every change behind an alarm was told", alarm=alarm.control.alarm)
            return
        self._deliver(control_alert(alarm.alert, alarm.control, span, behind))

    def _behind(self, control: Control, span: Span) -> Behind:
        found: list[Found] = []
        try:
            for record in self._records(control, span):
                if len(found) == _MOST:
                    return Behind(tuple(found), complete=False)
                found.append(Found.of(record, control))
        except _OutOfTimeError:
            return Behind(tuple(found), complete=False)
        except (ClientError, BotoCoreError) as error:
            logger.warning("The calls behind an alarm cannot be read", error=str(error))
            return Behind(tuple(found), complete=False, error="" if found else _reason(error))
        return Behind(tuple(found))

    def _records(self, control: Control, span: Span) -> Iterator[dict[str, Any]]:
        """The matching records, page by page; a page may be empty and not the last."""
        end = self._clock() + _SECONDS
        request: dict[str, Any] = {
            "logGroupName": LOG_GROUP,
            "startTime": int(span.since.timestamp() * 1000),
            "endTime": int(span.until.timestamp() * 1000),
            "filterPattern": control.pattern,
            "limit": _PAGE,
        }
        while True:
            answer = self._logs().filter_log_events(**request)
            for each in answer.get("events", ()):
                record = _record(each.get("message", ""))
                if record is not None:
                    yield record
            if not answer.get("nextToken"):
                return
            if self._clock() >= end:
                raise _OutOfTimeError
            request["nextToken"] = answer["nextToken"]

    def _was_told(self, behind: Behind) -> bool:
        """Whether somebody was told of every call that is no repair, and of one at least.

        A start takes nothing away, so it needs no word of its own beside what was told.
        """
        foreign = [
            each.call.event_id
            for each in behind.found
            if each.call.actor.principal_arn != self._heal_role and each.call.name != "StartLogging"
        ]
        if behind.error or not behind.complete or not foreign:
            return False
        try:
            return self._seen(foreign) >= set(foreign)
        except UNREACHABLE as error:
            logger.warning("Nobody knows what was told; telling again", error=str(error))
            return False


class _OutOfTimeError(Exception):
    """When reading takes longer than an alert may wait."""


def _record(message: str) -> dict[str, Any] | None:
    try:
        record = json.loads(message)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _reason(error: ClientError | BotoCoreError) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))
    return type(error).__name__
