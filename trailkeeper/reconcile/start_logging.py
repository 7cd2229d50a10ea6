"""The first thing of every run: that the trail is there and logs. Start, verify, wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import ABSENT, Change, Drift
from trailkeeper.evidence.outcome import Gap, Outcome, Result
from trailkeeper.guards import logging
from trailkeeper.guards.guard import AWS_ERRORS, Clients, error_words
from trailkeeper.guards.logging import Status
from trailkeeper.reconcile.patience import Patience

# Events of calls come within seconds to minutes; what is later is nothing that a read can be older
# than, and what is to come has not happened.
_LATE, _AHEAD = timedelta(minutes=15), timedelta(minutes=1)
_LONGEST_DOUBT = 1.6

STATUS = "status"
DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class Started:
    """What was not in order with the logging, and what was done.

    `logs` False means that it was seen not to log at the end. `created`: the trail was made again.
    `found` is the status of a trail that logged before anything was done, None otherwise.
    """

    logs: bool
    outcomes: tuple[Outcome, ...] = ()
    gap: Gap | None = None
    created: bool = False
    found: Status | None = None

    def was_dark_since(self, since: datetime) -> bool:
        """Whether the trail was seen not to log, or says that somebody started it later than that.

        No call that was made meanwhile raised an event.
        """
        if self.found is None:
            return any(each.result is not Result.UNREADABLE for each in self.outcomes)
        return self.found.started is not None and self.found.started >= since


@dataclass(frozen=True)
class StartLogging:
    """Makes the trail log before anything else is read: calls made while it does not are lost.

    `stopped_at` is the time of an event that says the trail was stopped or deleted: a status older
    than that is not believed. `written` are the guards that wrote before, of which AWS may not have
    heard yet. `announce` is told what is to be put right, before it is.
    """

    clients: Clients
    baseline: Baseline
    patience: Patience
    now: Callable[[], datetime]
    dry_run: bool = False
    stopped_at: datetime | None = None
    written: frozenset[str] = frozenset()
    announce: Callable[[Sequence[Drift]], None] = lambda _: None

    def run(self, *, deliveries: bool = True) -> Started:
        """Start the trail if it does not log; with `deliveries`, also see whether logs arrive."""
        try:
            status = self._fresh_status()
        except AWS_ERRORS as error:
            self._start_unseen()
            return Started(True, (_outcome(Result.UNREADABLE, error=error),))
        if status.logging:
            return Started(True, self._deliveries(status) if deliveries else (), found=status)
        gone = not status.exists
        change = Change("IsLogging", ABSENT if gone else "false", "true")
        if self.dry_run:
            return Started(True, (_outcome(Result.DEFERRED, change, "dry_run", gone=gone),))
        try:
            return self._start(status, change, gone=gone)
        except AWS_ERRORS as error:
            failed = _outcome(Result.FAILED, change, error=error, gone=gone)
            return Started(False, (failed,), Gap(status.stopped, None))

    def _start(self, status: Status, change: Change, *, gone: bool) -> Started:
        self.announce((Drift(logging.NAME, STATUS, (change,), gone),))
        if gone:
            self._create()
        self.patience.persist(lambda: logging.repair(self.clients, self.baseline))
        read = status

        def silent() -> Status | None:
            nonlocal read
            read = logging.observe(self.clients, self.baseline)
            return None if read.logging else read

        if self.patience.read_back(silent) is not None:
            failed = _outcome(Result.FAILED, change, "not_seen_after_repair", gone=gone)
            return Started(False, (failed,), Gap(status.stopped, None))
        gap = Gap(status.stopped or self._said(), read.started or self.now())
        return Started(True, (_outcome(Result.HEALED, change, gone=gone),), gap, created=gone)

    def _create(self) -> None:
        # All that a trail depends on is behind this, and a cold start that only starts one is
        # quicker without it.
        from trailkeeper.guards import trail
        from trailkeeper.reconcile.not_yet import is_not_yet

        self.patience.persist(
            lambda: trail.create(self.clients, self.baseline),
            lambda error: is_not_yet(error, self.written),
        )

    def _said(self) -> datetime | None:
        """When an event says that it was stopped; nobody can know of a time to come."""
        return min(self.stopped_at, self.now()) if self.stopped_at else None

    def _start_unseen(self) -> None:
        """Whoever takes our right to read the status must not keep the trail stopped with that.

        Starting a trail that logs changes nothing. The outcome stays "unreadable": nobody saw it.
        """
        if not self.dry_run:
            with suppress(*AWS_ERRORS):
                self.patience.persist(lambda: logging.repair(self.clients, self.baseline))

    def _fresh_status(self) -> Status:
        """Read the status, and again while it says less than the event we were called for.

        Only a short while, and only for an event of now: anybody may have made it up, and thousands
        of them must not keep the function from what is real. The next look comes in any case.
        """
        status = logging.observe(self.clients, self.baseline)
        stopped_at = self.stopped_at
        if stopped_at is None or not -_AHEAD <= self.now() - stopped_at <= _LATE:
            return status

        def still_older() -> Status | None:
            nonlocal status
            if not status.logging or (status.started is not None and status.started >= stopped_at):
                return None
            status = logging.observe(self.clients, self.baseline)
            return status

        self.patience.read_back(still_older, longest=_LONGEST_DOUBT)
        return status

    def _deliveries(self, status: Status) -> tuple[Outcome, ...]:
        broken = status.broken_deliveries(self.now())
        if not broken:
            return ()
        return (Outcome(logging.NAME, DELIVERY, Result.TOLD, broken, "delivery_broken"),)


def _outcome(
    result: Result,
    change: Change | None = None,
    reason: str = "",
    *,
    error: Exception | None = None,
    gone: bool = False,
) -> Outcome:
    changes = (change,) if change else ()
    said = error_words(error) if error else ""
    return Outcome(logging.NAME, STATUS, result, changes, reason, said, gone)
