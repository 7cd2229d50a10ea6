"""One reconcile of the evidence: logging first, then its guards, then logging again if need be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards.evidence import EVIDENCE, evidence_lost
from trailkeeper.guards.guard import Clients
from trailkeeper.reconcile.engine import Announce, Reconcile, Wait, never, nobody
from trailkeeper.reconcile.patience import Patience
from trailkeeper.reconcile.start_logging import Started, StartLogging


def reconcile_evidence(
    clients: Clients,
    baseline: Baseline,
    patience: Patience,
    now: Callable[[], datetime],
    *,
    wait: Wait = never,
    announce: Announce = nobody,
    dry_run: bool = False,
    stopped_at: datetime | None = None,
    first: Started | None = None,
    before: Callable[[], Report | None] = lambda: None,
    asked: Any = None,
) -> Report:
    """Bring the trail and all that it depends on to the baseline; never raises for AWS's errors.

    `wait` and `announce` are those of `Reconcile`; logging waits for neither. `stopped_at` is that
    of `StartLogging`, and `first` what that has done, if it ran already. `before` tells how the run
    before this one ended, None if nobody knows; it is asked only if a resource seems lost for good.
    `asked` is that of `Reconcile`: who is given it too need not ask again what was read here first.
    """
    logging = StartLogging(clients, baseline, patience, now, dry_run, stopped_at)
    first = first or logging.run()
    run = Reconcile(
        clients,
        baseline,
        patience,
        EVIDENCE,
        evidence_lost(before),
        wait=wait,
        announce=announce,
        dry_run=dry_run,
        asked=asked,
    )
    found = run.run()
    if first.logs and not first.created and not run.wrote:
        return Report((*first.outcomes, *found), first.gap, dry_run=dry_run)
    # A dependency may have kept the trail from logging, or somebody stopped it while we worked.
    again = replace(logging, written=frozenset(run.written)).run(deliveries=False)
    earlier = first.outcomes if first.logs else ()
    later = tuple(each for each in again.outcomes if each not in earlier)
    return Report((*earlier, *found, *later), again.gap or first.gap, dry_run=dry_run)
