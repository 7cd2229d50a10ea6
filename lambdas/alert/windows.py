"""Windows in which what happens is collected, and the messages that close them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

from lambdas.alert.state import State
from trailkeeper.alerts.incoming import Flush
from trailkeeper.state.alert_items import Window

# SQS DelaySeconds.
_LONGEST_DELAY = 900
# So many in one window are a storm: the next window is twice as long.
STORM = 20


class Windows:
    """One window a group at a time; `clock` gives Unix seconds."""

    def __init__(
        self, state: State, sqs: Any, queue_url: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._state = state
        self._sqs = sqs
        self._queue_url = queue_url
        self._clock = clock

    def open(self, group: str, seconds: int, after: str | None = None) -> Window | None:
        """Open a window in place of the one with the id `after`, or of none.

        None: another invocation was first.
        """
        window = Window(uuid.uuid4().hex, self._clock() + seconds, seconds)
        # First, so that no crash leaves a window that nobody closes.
        self.enqueue(Flush(group, window.id, seconds), delay=seconds)
        return window if self._state.open_window(group, window, after) else None

    def follow(self, flush: Flush, some: int, seconds: int) -> None:
        """Open the next window if the one that closes held something; a storm's is longer."""
        if some:
            longer = min(2 * flush.seconds, _LONGEST_DELAY) if some >= STORM else seconds
            self.open(flush.group, longer, after=flush.window)
        else:
            self._state.close_window(flush.group, flush.window)

    def enqueue(self, flush: Flush, delay: int) -> None:
        """Have a window closed after so many seconds."""
        self._sqs.send_message(
            QueueUrl=self._queue_url, MessageBody=flush.to_json(), DelaySeconds=delay
        )
