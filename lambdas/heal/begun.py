"""What is about to be restored is noted first: a run that is cut off leaves nothing untold."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from lambdas.heal.invocation import Invocation
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.outcome import CUT_OFF, Outcome, Report, Result
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.state.heal_items import Begun

# Between the last repair and the end of the run people are told; Lambda cuts it off then.
_RESERVE = timedelta(seconds=30)


@dataclass
class Notes:
    """The note of one run, and those of runs before it that were cut off."""

    invocation: Invocation
    _own: list[Begun] = field(default_factory=list)

    def announce(self, drifts: Sequence[Drift]) -> None:
        """Note what this run is about to restore; a table that cannot be reached stops nothing."""
        over = self.invocation.now() + timedelta(seconds=self.invocation.patience.left) + _RESERVE
        outcomes = tuple(
            Outcome(each.guard, each.document, Result.HEALED, each.changes, CUT_OFF, gone=each.gone)
            for each in drifts
        )
        begun = Begun(uuid.uuid4().hex, over, Report(outcomes).cut().outcomes)
        self.invocation.remember(lambda: self.invocation.state.begin(begun))
        self._own.append(begun)

    def of_runs_cut_off(self) -> tuple[Begun, ...]:
        """The notes of runs before this one that did not come to their end."""
        now = self.invocation.now()
        try:
            return tuple(each for each in self.invocation.state.begun() if each.over < now)
        except AWS_ERRORS as error:
            self.invocation.log.error("no word of runs that were cut off", reason=str(error))
            return ()

    def completed(self, report: Report, left: Sequence[Begun]) -> Report:
        """The report with what runs before had restored, or had begun to, and nobody was told of.

        What this run found in order counts as restored; what it found otherwise speaks for itself.
        """
        if report.dry_run:
            return report
        self._own += left
        found = {each.key for each in report.outcomes}
        restored = {
            each.key: each for begun in left for each in begun.drifts if each.key not in found
        }
        return replace(report, outcomes=(*report.outcomes, *restored.values()))

    def told(self) -> None:
        """Forget them: people were told of all that is in them."""
        for begun in self._own:
            self.invocation.remember(partial(self.invocation.state.end, begun))
