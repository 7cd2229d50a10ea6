"""The state of the whole account: remembered once, and put back as often as wanted.

Everything goes back: what every service knows, the event history, faults, mails. Functions start
cold. What runs by the clock and what alarms look at is moved to now, so that no more time has
passed for them than when the state was remembered.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from embedded.adapter import lambda_, schedules, sqs
from embedded.adapter.memory import Snapshot
from embedded.server import alarms
from embedded.server.work import StillAtWorkError, Work

STOP_SECONDS = 10.0
"""How long a call that is on its way when the state is put back has to end."""


class NothingRememberedError(Exception):
    """When the account is to go back to a state that was never remembered."""


class AccountState:
    """Remembers and puts back; `roots` hold what no module refers to.

    `flush` delivers what waits to be delivered, `snapshot_mails` is Mailbox.snapshot.
    """

    def __init__(
        self,
        *roots: object,
        work: Work,
        flush: Callable[[], None],
        snapshot_mails: Callable[[], Callable[[], None]],
    ) -> None:
        self._roots = roots
        self._work = work
        self._flush = flush
        self._snapshot_mails = snapshot_mails
        self._turns = asyncio.Lock()
        self._restores: tuple[Callable[[], None], ...] = ()
        self._at = 0.0

    async def settle(self, seconds: float) -> None:
        """Wait until nothing is at work and all log files are delivered.

        Raises StillAtWorkError after so many seconds.
        """
        await self._work.settle(seconds)
        self._flush()
        await self._work.settle(seconds)

    async def remember(self, seconds: float) -> int:
        """Remember the state once the account is quiet; how many objects it has.

        Raises StillAtWorkError when it does not become quiet in time.
        """
        async with self._turns:
            await self.settle(seconds)
            with self._work.ended():
                await self._stand_still()
                self._restores = ()
                snapshot = Snapshot(*self._roots, leave=(self, self._work))
                self._restores = (snapshot.restore, self._snapshot_mails())
                self._at = time.time()
        return len(snapshot)

    async def reset(self) -> None:
        """Put the remembered state back; whatever is at work is ended and forgotten.

        Raises NothingRememberedError, and StillAtWorkError for what cannot be ended.
        """
        async with self._turns:
            if not self._restores:
                raise NothingRememberedError(
                    "no state was remembered that the account could go back to"
                )
            with self._work.ended():
                await self._stand_still()
                for restore in self._restores:
                    restore()
                elapsed = time.time() - self._at
                alarms.shift(elapsed)
                sqs.shift(elapsed, "visible_at")
                schedules.shift(elapsed)

    async def _stand_still(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        while True:
            # What was about to be invoked may have started a worker since.
            await asyncio.to_thread(lambda_.end_workers)
            try:
                await self._work.stand_still(seconds=0.1)
            except StillAtWorkError:
                if time.monotonic() > deadline:
                    raise
            else:
                return
