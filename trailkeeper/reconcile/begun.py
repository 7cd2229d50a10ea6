"""What is about to be restored is noted first: a run that is cut off leaves nothing untold."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.outcome import CUT_OFF, Outcome, Report, Result
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.reconcile.patience import Patience
from trailkeeper.state.heal_items import Begun
from trailkeeper.state.store import Store

# Between the last repair and the end of the run people are told; Lambda cuts it off then.
_RESERVE = timedelta(seconds=30)
# A stopped trail waits so long for the note that it is about to be started.
_LONGEST_SECONDS = 0.5


@dataclass
class Notes:
    """The note of one run, and those of runs before it that were cut off.

    `about` is what `Begun` says of it. `failed` hears of a table that cannot be reached: that stops
    nothing.
    """

    store: Store
    patience: Patience
    now: Callable[[], datetime]
    failed: Callable[[Exception], None]
    about: str = ""
    _own: list[Begun] = field(default_factory=list)
    _left: tuple[Begun, ...] = ()
    _under_way: list[Future[None]] = field(default_factory=list)

    def announce(self, drifts: Sequence[Drift]) -> None:
        """Note what this run is about to restore."""
        now = self.now()
        over = now + timedelta(seconds=self.patience.left) + _RESERVE
        outcomes = tuple(
            Outcome(each.guard, each.document, Result.HEALED, each.changes, CUT_OFF, gone=each.gone)
            for each in drifts
        )
        begun = Begun(uuid.uuid4().hex, now, over, Report(outcomes).cut().outcomes, self.about)
        self._own.append(begun)
        try:
            self.store.begin(begun)
        except AWS_ERRORS as error:
            self.failed(error)

    def announce_start(self, drifts: Sequence[Drift]) -> None:
        """Note that this run is about to start the trail, which waits half a second for it at most.

        A table that answers late must not keep a trail stopped: the note is written meanwhile.
        """
        pool = ThreadPoolExecutor()
        note = pool.submit(self.announce, drifts)
        pool.shutdown(wait=False)
        self._under_way.append(note)
        with suppress(TimeoutError):
            note.result(_LONGEST_SECONDS)

    def of_runs_cut_off(self) -> tuple[Begun, ...]:
        """The notes of runs before this one that did not come to their end."""
        now = self.now()
        try:
            return tuple(each for each in self.store.begun(self.about) if each.over < now)
        except AWS_ERRORS as error:
            self.failed(error)
            return ()

    def completed(self, report: Report, left: Sequence[Begun]) -> Report:
        """The report with what runs before had restored, or had begun to, and nobody was told of.

        What this run found in order counts as restored; what it found otherwise speaks for itself.
        """
        if report.dry_run:
            return report
        self._own += left
        self._left = tuple(left)
        found = {each.key for each in report.outcomes}
        restored = {
            each.key: each for begun in left for each in begun.drifts if each.key not in found
        }
        return replace(report, outcomes=(*report.outcomes, *restored.values()))

    @property
    def starts_cut_off(self) -> tuple[datetime, ...]:
        """When runs that were cut off were about to start the trail, as far as the report says."""
        return tuple(
            begun.at
            for begun in self._left
            if any(each.guard == "logging" for each in begun.drifts)
        )

    def told(self) -> None:
        """Forget them: people were told of all that is in them."""
        for note in self._under_way:
            note.result()  # one that comes after this would be taken for that of a run cut off
        for begun in self._own:
            try:
                self.store.end(begun)
            except AWS_ERRORS as error:
                self.failed(error)
