"""Counts deleted log files for half a minute, and tells of them by one alert.

Nothing is lost by a crash at any point: the message that closes a window is enqueued before it
opens, and whoever holds something looks again whether the window is still open. What is held stays
in the table until it expires, as removing it would take longer than a great deletion leaves time.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from lambdas.alert.inbox import Message
from lambdas.alert.state import UNREACHABLE, State
from lambdas.alert.telemetry import count, logger
from lambdas.alert.windows import STORM, Windows
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.deletion_alerts import COUNTED_SECONDS, Deletions
from trailkeeper.alerts.incoming import Flush
from trailkeeper.events.deletions import Deletion
from trailkeeper.evidence.metrics import ALERT_TROUBLED

_GROUP = "deleted-files/"
_TRIES = 3


def is_ours(flush: Flush) -> bool:
    """Whether a window that closes is one of deleted files."""
    return flush.group.startswith(_GROUP)


class DeletedFiles:
    """One window at a time for each bucket; `deliver` brings an alert to people."""

    def __init__(
        self,
        *,
        state: State,
        deliver: Callable[[Alert], None],
        sqs: Any,
        queue_url: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._deliver = deliver
        self._windows = Windows(state, sqs, queue_url, clock)

    def take(self, deletions: Sequence[Deletion]) -> None:
        """Hold deletions of one bucket, or tell of them now if nothing can be held.

        Raises:
            DeliveryError: they should have been told now and were not.
        """
        try:
            held = any(self._hold(deletions) for _ in range(_TRIES))
        except UNREACHABLE as error:
            count(ALERT_TROUBLED)
            logger.warning("Nothing can be held; telling it now", error=str(error))
            held = False
        if not held:
            digest = hashlib.sha256("".join(each.event_id for each in deletions).encode())
            self._deliver(_counted(deletions).alert(f"{_GROUP}now/{digest.hexdigest()}"))

    def flush(self, flush: Flush) -> None:
        """Tell how many files a window saw deleted, and open the next one if there were some.

        Raises:
            DeliveryError, BotoCoreError, ClientError: the queue brings it again.
        """
        some = sum(1 for _ in self._state.held_deletions(flush.window, most=STORM))
        self._windows.follow(flush, some, COUNTED_SECONDS)
        # Whoever still held something in this window sees now that it is closed, or was in time.
        found = _counted(self._state.held_deletions(flush.window))
        if found.count:
            self._deliver(found.alert(f"{_GROUP}{flush.window}"))

    def _hold(self, deletions: Sequence[Deletion]) -> bool:
        """Hold them in the open window; whether it was open until they were in it."""
        group = _group_of(deletions[0])
        window = self._state.window(group) or self._windows.open(group, COUNTED_SECONDS)
        if window is None:
            return False
        self._state.hold_deletions(window.id, deletions)
        still = self._state.window(group)
        return still is not None and still.id == window.id


def by_bucket(messages: Iterable[Message]) -> list[list[tuple[Message, Deletion]]]:
    """The deletions among messages, by what is counted together."""
    groups: dict[str, list[tuple[Message, Deletion]]] = {}
    for each in messages:
        if isinstance(each.content, Deletion):
            groups.setdefault(_group_of(each.content), []).append((each, each.content))
    return list(groups.values())


def _group_of(deletion: Deletion) -> str:
    return f"{_GROUP}{deletion.account}/{deletion.region}/{deletion.bucket}"


def _counted(deletions: Iterable[Deletion]) -> Deletions:
    found = Deletions()
    for each in deletions:
        found.add(each)
    return found
