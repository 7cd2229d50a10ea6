"""What is at work in the account, so that its state can be put back when nothing is.

Work is a request that is being answered, a thread that was started for one purpose (an invocation,
a retry, a change of a function's state), and a message in a queue that a function reads. Loops that
wait for something to do are no work, but each turn of theirs is.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import ParamSpec

P = ParamSpec("P")

POLL_SECONDS = 0.01
# Whatever else runs is work: an unknown loop is seen by never becoming quiet.
_LOOPS = re.compile(
    r"MainThread|alarm-clock|eb-scheduler|evb-scheduler-ticker|dynamodb-ttl-reaper"
    r"|esm-wake|ministack-lambda-reaper|ministack-container-reaper|asyncio_\d+|ministack-worker_\d+"
    r"|Thread-\d+ \((_poll_loop|_read_stderr|_await_end_of_input)\)"
)


class AbandonedError(Exception):
    """When the account is put back to an earlier state: whoever waited for something gives up."""


class StillAtWorkError(Exception):
    """When the account has not become quiet in time; the message names what is at work."""


class Work:
    """Counts what is at work, and ends it; `waiting` names the queues that wait for a function."""

    def __init__(self, waiting: Callable[[], list[str]] = list) -> None:
        self._waiting = waiting
        self._turns = threading.Lock()
        self._abandon = threading.Event()
        self._requests = 0

    @property
    def is_abandoned(self) -> bool:
        """Whether all work is being ended, so that nothing new may begin."""
        return self._abandon.is_set()

    def pause(self, seconds: float) -> None:
        """Sleep; raises AbandonedError when the work is ended meanwhile."""
        if self._abandon.wait(seconds):
            raise AbandonedError

    def turn(self, loop: Callable[P, object]) -> Callable[P, None]:
        """One turn of a loop that waits for something to do; no turn while work is ended."""

        def turned(*arguments: P.args, **named: P.kwargs) -> None:
            with self._turns:
                if not self.is_abandoned:
                    loop(*arguments, **named)

        return turned

    @asynccontextmanager
    async def request(self) -> AsyncIterator[None]:
        """Inside it a request is being answered; it waits as long as work is being ended."""
        while self.is_abandoned:
            await asyncio.sleep(POLL_SECONDS)
        self._requests += 1
        try:
            yield
        finally:
            self._requests -= 1

    async def settle(self, seconds: float) -> None:
        """Wait until nothing is at work; raises StillAtWorkError."""
        await _until_none(lambda: [*self._at_work(), *self._waiting()], seconds)

    @contextmanager
    def ended(self) -> Iterator[None]:
        """Inside it nothing new begins, and whoever waits for a retry gives up."""
        self._abandon.set()
        try:
            yield
        finally:
            self._abandon.clear()

    async def stand_still(self, seconds: float) -> None:
        """Wait until all work has ended; only inside `ended`. Raises StillAtWorkError."""
        await _until_none(self._at_work, seconds)
        while not self._turns.acquire(blocking=False):
            await asyncio.sleep(POLL_SECONDS)
        self._turns.release()

    def _at_work(self) -> list[str]:
        threads = [each.name for each in threading.enumerate() if not _LOOPS.fullmatch(each.name)]
        return [*threads, *(["a request"] if self._requests else [])]


async def _until_none(look: Callable[[], list[str]], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while found := look():
        if time.monotonic() > deadline:
            raise StillAtWorkError(
                f"after {seconds:g} s these are still at work: {', '.join(sorted(set(found)))}"
            )
        await asyncio.sleep(POLL_SECONDS)
