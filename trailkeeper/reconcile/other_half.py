"""One half of the guard puts the other one right: the heal function the watcher, and it the former.

Both do it by this, over the guards that they are given; they differ in whom they tell, and how.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from trailkeeper.alerts import guard_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections import guard_calls
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.names import SATELLITE_STACK
from trailkeeper.evidence.outcome import Outcome, Report, Result, place_of
from trailkeeper.guards.guard_functions import only_reserves
from trailkeeper.guards.watched import Watched
from trailkeeper.reconcile import deploys
from trailkeeper.reconcile.begun import Notes
from trailkeeper.reconcile.engine import (
    Announce,
    Hold,
    Reconcile,
    Wait,
    held_by_nothing,
    never,
    nobody,
)
from trailkeeper.reconcile.patience import Patience
from trailkeeper.reconcile.reading import AskedOnce
from trailkeeper.reconcile.stack_operations import Claim, StackOperations
from trailkeeper.reconcile.yet_to_confirm import YetToConfirm
from trailkeeper.state.store import Store

_HOME = frozenset({""})


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of a call about the other half; `why` people were not told, "" if they were."""

    why: str = ""
    report: Report = field(default_factory=Report)


@dataclass(frozen=True, slots=True)
class OtherHalf:
    """The other half, as `watched` says that it is deployed; `now` tells the time in UTC.

    `tell` hands an alert on. What is about to be restored is noted in `store`, and forgotten once
    people were told; `failed` hears of a table that cannot be reached, which stops nothing.
    `operations` are those on the stacks, of which CloudFormation tells as well.
    """

    clients: Any
    baseline: Baseline
    watched: Watched
    patience: Patience
    now: Callable[[], datetime]
    tell: Callable[[Alert], None]
    store: Store
    failed: Callable[[Exception], None]
    operations: StackOperations | None = None

    def look(self) -> Report:
        """What is not as deployed, and left as it is."""
        found = self._run(dry_run=True)
        return Report(tuple(each for each in found if not only_reserves(each)), dry_run=True)

    def sweep(
        self, every: int, first: Sequence[Outcome] = (), notes: Notes | None = None
    ) -> Report:
        """Put right what is not as deployed, unless a deploy is at it, and tell what was not.

        One comes every so many minutes. `first` is what was found before, and is told with it;
        `notes` are those that were made of that.
        """
        notes = notes or self.notes()
        asked: Any = AskedOnce(self.clients)
        found, waiting, seen = self._compare(notes, asked)
        report = replace(found, outcomes=(*first, *found.outcomes))
        if not waiting:  # which was compared, so that what a run left to tell can be told
            report = notes.completed(report, notes.of_runs_cut_off())
        self.tell_news(report, every)
        notes.told()
        if not waiting:
            self._subscribers(asked).remember(seen)
        return report

    def follow(self, call: ApiCall, tell: Callable[[Alert, Report], None]) -> Followed | None:
        """Put it right after a call; None if the call is not about it.

        `tell` is given the alert of it, and what was found.
        """
        side, names = self.watched.side, self.baseline.names
        ours = side.names(names)
        if not (
            guard_calls.is_one(call)
            and call.succeeded
            and guard_calls.may_concern(call, ours, side.unnamed)
        ):
            return None
        if guard_calls.is_ours(call, names.role_arns):
            return Followed("a repair of our own")
        notes = self.notes()
        ordinary = self._is_planned(call)
        found, waiting = Report(), _HOME
        if not ordinary:
            found, waiting, _ = self._compare(notes, AskedOnce(self.clients), call)
        deploying = bool(waiting & {"", call.region})
        if ordinary or (
            guard_calls.is_by_deploy(call) and (deploying or self._left_alone(call, found))
        ):
            return Followed("a deploy of our own stacks")
        report = guard_alerts.after_call(found, call)
        unimportant = guard_calls.protects(call) or not guard_calls.concerns(call, ours)
        if report.found_nothing and unimportant:
            return None
        claim = self.operations.claim(call) if self.operations else Claim()
        if report.found_nothing and not claim.tells:
            return Followed("what is done to the stack was told before")
        alert = guard_alerts.of_call(
            report,
            call,
            self.baseline,
            self.now(),
            deploying=deploying,
            secret=guard_calls.concerns(call, frozenset(side.secrets)),
        )
        tell(alert, report)
        if self.operations:
            self.operations.told(claim)
        notes.told()
        return Followed(report=report)

    def tell_news(self, report: Report, every: int) -> None:
        """Tell what was found though no call told; `every` so many minutes one looks."""
        worth = guard_alerts.worth_telling(report, self.now(), every)
        alert = guard_alerts.found(worth, self.baseline, self.now(), every)
        if alert:
            self.tell(alert)

    def _is_planned(self, call: ApiCall) -> bool:
        """Whether an event says that somebody deploys who may; history is asked if it is so."""
        if self.operations:
            return self.operations.planned(call)
        return guard_calls.is_ordinary_deploy(call, self.baseline.account)

    def notes(self) -> Notes:
        """The notes of one run: what it is about to restore."""
        about = self.watched.side.stack
        return Notes(self.store, self.patience, self.now, self.failed, about)

    def _compare(
        self, notes: Notes, asked: Any, call: ApiCall | None = None
    ) -> tuple[Report, frozenset[str], tuple[Outcome, ...]]:
        """What was put right, or is left to people; where a deploy is at it, "" for home.

        Last is all that was found, by what was `asked` first.

        A deploy may begin while this reads, so it is asked for again before each repair. What is
        reserved for the first time is nobody's news, unless it is after a call about just that.
        """
        if deploys.of_the_guard(asked.cloudformation, self.now()):
            return Report(), _HOME, ()
        seen = self._run(
            wait=self._why_wait, hold=self._why_hold, announce=notes.announce, asked=asked
        )
        outcomes = self._subscribers(asked).judged(seen)
        done = tuple(each for each in outcomes if each.result is not Result.DEFERRED)
        waiting = (each for each in outcomes if each.result is Result.DEFERRED)
        places = frozenset(place_of(each.document)[1] for each in waiting)
        if call is None or "Concurrency" not in call.name:
            news = tuple(each for each in done if not only_reserves(each))
            if done and not news:
                notes.told()
            done = news
        return Report(done), places, seen

    def _subscribers(self, asked: Any) -> YetToConfirm:
        return YetToConfirm(
            self.watched.side, asked.cloudformation, self.store, self.now, self.failed
        )

    def _run(
        self,
        *,
        wait: Wait = never,
        hold: Hold = held_by_nothing,
        announce: Announce = nobody,
        dry_run: bool = False,
        asked: Any = None,
    ) -> tuple[Outcome, ...]:
        return Reconcile(
            self.clients,
            self.baseline,
            self.patience,
            self.watched.guards,
            wait=wait,
            hold=hold,
            announce=announce,
            dry_run=dry_run,
            asked=asked,
        ).run()

    def _why_wait(self) -> str:
        return deploys.of_the_guard(self.clients.cloudformation, self.now())

    def _why_hold(self, drift: Drift) -> str:
        """Of what stands beyond home, why a deploy of the stack there holds it alone."""
        _, region = place_of(drift.document)
        if region not in self.watched.side.beyond:
            return ""
        home, there = self.clients.cloudformation, self.clients.cloudformation_in(region)
        return deploys.of_a_satellite(home, there, f"{SATELLITE_STACK}{region}", self.now())

    def _left_alone(self, call: ApiCall, found: Report) -> bool:
        """Whether a call beyond home left all as it is deployed, as those of a deploy do."""
        return call.region in self.watched.side.beyond and found.found_nothing
