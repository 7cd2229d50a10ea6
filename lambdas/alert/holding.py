"""Tells the first happening of a quiet group at once and holds the rest for a counted summary.

Nothing is lost by a crash at any point: the flush is enqueued before its window opens, what is held
is let go only after it was told, and who holds something looks again whether the window is still
open, so that nothing is put into a window that was told already.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.delivery import Delivery, DeliveryError
from lambdas.alert.state import UNREACHABLE, State
from lambdas.alert.telemetry import count, logger
from lambdas.alert.windows import STORM, Windows
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.grouping import Summary
from trailkeeper.alerts.incoming import Flush
from trailkeeper.alerts.instance_alerts import Happening, Interest, alert_of
from trailkeeper.evidence.metrics import ALERT_TROUBLED
from trailkeeper.state.alert_items import Held

# When an alert that a channel did not take comes by the queue.
_AGAIN_SECONDS = 10
# What one summary counts at most, so that memory does not grow with a storm.
_MOST_IN_SUMMARY = 20_000


class Completes(Protocol):
    """Adds to happenings what has become known since."""

    def __call__(self, happenings: Sequence[Happening]) -> list[Happening]: ...


class Holding:
    """Windows of groups; `complete` is asked again for what was not known when it was held."""

    def __init__(
        self,
        *,
        state: State,
        delivery: Delivery,
        sqs: Any,
        queue_url: str,
        seconds: int,
        interest: Interest,
        complete: Completes,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._delivery = delivery
        self._sqs = sqs
        self._queue_url = queue_url
        self._seconds = seconds
        self._interest = interest
        self._complete = complete
        self._windows = Windows(state, sqs, queue_url, clock)

    def take(self, group: str, happenings: Sequence[Happening]) -> None:
        """Tell or hold happenings of one group.

        Raises:
            DeliveryError: what should have been told now was not.
        """
        if self._seconds == 0:
            self._deliver_each(happenings)
            return
        try:
            at_once = self._hold(group, happenings)
        except UNREACHABLE as error:
            count(ALERT_TROUBLED)
            logger.warning("Nothing can be held; telling it now", error=str(error))
            at_once = list(happenings)
        self._deliver(at_once)

    def flush(self, flush: Flush) -> None:
        """Tell what a window held, and open the next one when it held something.

        Raises:
            DeliveryError, BotoCoreError, ClientError: nothing is let go; the queue brings it again.
        """
        some = sum(1 for _ in self._state.held(flush.window, most=STORM))
        self._windows.follow(flush, some, self._seconds)
        # Whoever still held something in this window sees now that it is closed, or was in time.
        while self._deliver_held(flush.window):
            pass

    def _hold(self, group: str, happenings: Sequence[Happening]) -> list[Happening]:
        """Hold what is to be held; what is to be told at once comes back."""
        at_once: list[Happening] = []
        held = list(happenings)
        window = self._state.window(group)
        if window is None:
            window = self._windows.open(group, self._seconds)
            if window is not None:
                at_once = [each for each in held if not self._interest.only_counted(each)]
                held = [each for each in held if self._interest.only_counted(each)]
        current = window or self._state.window(group)
        if current is None:
            return held
        if held:
            self._state.hold(current.id, held, self._interest.owner_tag)
            still = self._state.window(group)
            if still is None or still.id != current.id:
                self._windows.enqueue(Flush(group, current.id, self._seconds), delay=0)
            # Last: what is marked as seen and not held would never be told.
            self._state.mark_seen(each.event_id for each in held)
        return at_once

    def _deliver_held(self, window_id: str) -> bool:
        """One summary of what a window holds; whether it may hold more."""
        summary, digest = Summary(self._interest), hashlib.sha256()
        delivered: list[str] = []
        for page in _pages(self._state.held(window_id), 500):
            for happening in self._complete([each.happening for each in page]):
                summary.add(happening)
            for each in page:
                delivered.append(each.event_id)
                digest.update(each.event_id.encode())
            if summary.count >= _MOST_IN_SUMMARY:
                break
        if not summary.count:
            return False
        # The same content has the same key, so a crash after telling does not tell it twice.
        self._deliver_summary(summary, f"summary/{window_id}/{digest.hexdigest()}")
        self._state.release(window_id, delivered)
        return summary.count >= _MOST_IN_SUMMARY

    def _deliver(self, happenings: Sequence[Happening]) -> None:
        if not happenings:
            return
        summary, digest = Summary(self._interest), hashlib.sha256()
        for each in sorted(happenings, key=lambda happening: happening.event_id):
            summary.add(each)
            digest.update(each.event_id.encode())
        self._deliver_summary(summary, f"summary/{digest.hexdigest()}")
        self._mark_seen(happenings)

    def _mark_seen(self, happenings: Sequence[Happening]) -> None:
        try:
            self._state.mark_seen(each.event_id for each in happenings)
        except UNREACHABLE as error:
            logger.warning("What was told may be told again", error=str(error))

    def _deliver_summary(self, summary: Summary, dedup_key: str) -> None:
        only = summary.only
        self._deliver_alert(alert_of(only, self._interest) if only else summary.alert(dedup_key))

    def _deliver_each(self, happenings: Sequence[Happening]) -> None:
        for each in happenings:
            self._deliver_alert(alert_of(each, self._interest))

    def _deliver_alert(self, alert: Alert) -> None:
        """Deliver, or have the queue bring this same alert again.

        What happened, brought again, would meet another window and be counted with others: told
        once more, to those who know it.
        """
        try:
            self._delivery.deliver(alert)
        except DeliveryError as failure:
            try:
                self._sqs.send_message(
                    QueueUrl=self._queue_url,
                    MessageBody=alert.to_json(),
                    DelaySeconds=_AGAIN_SECONDS,
                )
            except (BotoCoreError, ClientError):
                raise failure from None


def _pages(items: Iterable[Held], size: int) -> Iterator[list[Held]]:
    page: list[Held] = []
    for item in items:
        page.append(item)
        if len(page) == size:
            yield page
            page = []
    if page:
        yield page
