"""One reconcile: logging first, then what the trail depends on, then its settings, then verify.

Every step stands on its own: a failed one is an outcome, and the others still run. No drift means
no write, which ends loops and makes duplicate, late and re-ordered events harmless.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import ABSENT, Change, Drift
from trailkeeper.evidence.outcome import Darkness, Outcome, Report, Result
from trailkeeper.guards import GUARDS, evidence_key, log_bucket, logging, trail
from trailkeeper.guards.guard import (
    AWS_ERRORS,
    Clients,
    Create,
    Finding,
    Guard,
    Unreadable,
    error_words,
)
from trailkeeper.reconcile.patience import Patience

Hold = Callable[[], str]

STATUS = "status"
DELIVERY = "delivery"

_KEY_LOST = frozenset({"NotFoundException", "KMSInvalidStateException"})


def _nothing_holds() -> str:
    return ""


@dataclass
class Reconcile:
    """What one run needs and remembers.

    `hold` says why repairs other than logging must wait (a key of the text catalogue), "" if they
    need not; it is asked only when there is something to repair. `stopped_at` is the time of an
    event that says the trail was stopped or deleted: a status older than that is not believed.
    """

    clients: Clients
    baseline: Baseline
    patience: Patience
    now: Callable[[], datetime]
    hold: Hold = _nothing_holds
    dry_run: bool = False
    stopped_at: datetime | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    darkness: Darkness | None = None
    _wrote: bool = False

    def run(self) -> Report:
        """Observe, compare, repair, verify; never raises for an error of AWS."""
        lit = self._light()
        wanted = self._tend_dependencies()
        self._tend(trail.GUARD, wanted)
        if not lit or self._wrote:
            self._light_again(lit)
        return Report(tuple(self.outcomes), self.darkness, dry_run=self.dry_run)

    def _light(self) -> bool:
        """Make the trail log before anything else is read: calls made in the dark are lost."""
        try:
            status = self._fresh_status()
        except AWS_ERRORS as error:
            self._note(logging.NAME, STATUS, Result.UNREADABLE, error=error)
            self._light_blindly()
            return True
        if status.logging:
            if not self._wrote:
                self._note_deliveries(status)
            return True
        change = Change("IsLogging", "false" if status.exists else ABSENT, "true")
        gone = not status.exists
        if self.dry_run:
            self._note(logging.NAME, STATUS, Result.DEFERRED, (change,), "dry_run", gone=gone)
            return True
        try:
            if gone:
                self.patience.persist(lambda: trail.create(self.clients, self.baseline))
            self.patience.persist(lambda: logging.repair(self.clients, self.baseline))
        except AWS_ERRORS as error:
            self._note(logging.NAME, STATUS, Result.FAILED, (change,), error=error, gone=gone)
            self.darkness = Darkness(status.stopped, None)
            return False
        return self._verify_logging(change, status.stopped, gone)

    def _light_blindly(self) -> None:
        """Whoever takes our right to look must not keep the trail dark with that.

        Starting a trail that logs changes nothing. The outcome stays "unreadable": nobody saw it.
        """
        if not self.dry_run:
            with suppress(*AWS_ERRORS):
                self.patience.persist(lambda: logging.repair(self.clients, self.baseline))

    def _fresh_status(self) -> logging.Status:
        """Read the status, and again while it says less than the event we were called for."""
        status = logging.observe(self.clients, self.baseline)
        stopped_at = self.stopped_at
        if stopped_at is None:
            return status

        def still_older() -> logging.Status | None:
            nonlocal status
            if not status.logging or (status.started is not None and status.started >= stopped_at):
                return None
            status = logging.observe(self.clients, self.baseline)
            return status

        self.patience.read_back(still_older)
        return status

    def _verify_logging(self, change: Change, stopped: datetime | None, gone: bool) -> bool:
        last: list[logging.Status] = []

        def dark() -> bool | None:
            last[:] = [logging.observe(self.clients, self.baseline)]
            return None if last[0].logging else True

        try:
            still_dark = self.patience.read_back(dark)
        except AWS_ERRORS as error:
            self._note(logging.NAME, STATUS, Result.FAILED, (change,), error=error, gone=gone)
            self.darkness = Darkness(stopped, None)
            return False
        if still_dark or not last:
            self._note(
                logging.NAME, STATUS, Result.FAILED, (change,), "not_seen_after_repair", gone=gone
            )
            self.darkness = Darkness(stopped, None)
            return False
        self._note(logging.NAME, STATUS, Result.HEALED, (change,), gone=gone)
        self._wrote = gone
        self.darkness = Darkness(stopped or self.stopped_at, last[0].started or self.now())
        return True

    def _light_again(self, lit: bool) -> None:
        """A dependency may have kept the trail dark, or somebody stopped it while we worked."""
        if not lit:
            self.outcomes = [each for each in self.outcomes if each.guard != logging.NAME]
        self._light()

    def _note_deliveries(self, status: logging.Status) -> None:
        broken = status.broken_deliveries(self.now())
        if broken:
            self._note(logging.NAME, DELIVERY, Result.TOLD, broken, "delivery_broken")

    def _tend_dependencies(self) -> Baseline:
        """Tend what the trail depends on; the baseline that can be had, given what is lost."""
        wanted = self.baseline
        for guard in GUARDS:
            if guard is trail.GUARD:
                continue
            ended = self._tend(guard, wanted)
            if guard is evidence_key.GUARD and self._key_is_lost(ended):
                wanted = wanted.without_key()
            if guard is log_bucket.GUARD and self._bucket_is_lost(ended):
                wanted = wanted.on_fallback()
                self._tend(guard, wanted)
        return wanted

    def _tend(self, guard: Guard, baseline: Baseline) -> list[Outcome]:
        """Observe one resource and repair what differs; what was not in order."""
        before = len(self.outcomes)
        for finding in guard.observe(self.clients, baseline):
            self._settle(guard, baseline, finding)
        return self.outcomes[before:]

    def _settle(self, guard: Guard, baseline: Baseline, finding: Finding) -> None:
        name = finding.document
        if isinstance(finding, Unreadable):
            self._note(guard.name, name, Result.UNREADABLE, error=finding.error)
            return
        gone, found = finding.gone, finding.changes
        if not guard.document(name).repairable(finding):
            self._note(guard.name, name, Result.TOLD, found, "machine_must_not", gone=gone)
        elif waits := "dry_run" if self.dry_run else self.hold():
            self._note(guard.name, name, Result.DEFERRED, found, waits, gone=gone)
        elif gone and guard.create is not None:
            self._recreate(guard, baseline, finding, guard.create)
        else:
            self._repair(guard, baseline, finding)

    def _recreate(self, guard: Guard, baseline: Baseline, drift: Drift, create: Create) -> None:
        """Make the resource, then bring its documents to the baseline one by one."""
        self._wrote = True
        try:
            self.patience.persist(lambda: create(self.clients, baseline))
        except AWS_ERRORS as error:
            self._note(
                guard.name, drift.document, Result.FAILED, drift.changes, error=error, gone=True
            )
            return
        findings = guard.observe(self.clients, baseline)
        if any(isinstance(each, Drift) and each.gone for each in findings):
            self._note(
                guard.name, drift.document, Result.FAILED, (), "not_seen_after_repair", gone=True
            )
            return
        self._note(guard.name, drift.document, Result.HEALED, drift.changes, gone=True)
        made = len(self.outcomes)
        for finding in findings:
            self._settle(guard, baseline, finding)
        # What a new resource lacks is part of making it; only what is left undone is worth a line.
        self.outcomes[made:] = [
            each for each in self.outcomes[made:] if each.result is not Result.HEALED
        ]

    def _repair(self, guard: Guard, baseline: Baseline, drift: Drift) -> None:
        self._wrote = True
        document, found = guard.document(drift.document), drift.changes

        def left_over() -> Finding | None:
            left = guard.verify(self.clients, baseline, drift)
            people_only = isinstance(left, Drift) and not document.repairable(left)
            return None if people_only else left

        try:
            self.patience.persist(lambda: guard.repair(self.clients, baseline, drift))
        except AWS_ERRORS as error:
            self._note(guard.name, document.name, Result.FAILED, found, error=error)
            return
        left = self.patience.read_back(left_over)
        if left is None:
            self._note(guard.name, document.name, Result.HEALED, found)
        elif isinstance(left, Unreadable):
            self._note(guard.name, document.name, Result.FAILED, found, error=left.error)
        else:
            reason = "not_seen_after_repair"
            self._note(guard.name, document.name, Result.FAILED, left.changes, reason)

    def _key_is_lost(self, ended: list[Outcome]) -> bool:
        """Known to be unusable; a key that merely cannot be read is not given up."""
        vital = (evidence_key.STATE, evidence_key.POLICY)
        lost = any(
            each.document in vital
            and (each.result is Result.FAILED or each.error.split(":", 1)[0] in _KEY_LOST)
            for each in ended
        )
        if lost:
            self._note(evidence_key.NAME, "use", Result.TOLD, (), "key_given_up")
        return lost

    def _bucket_is_lost(self, ended: list[Outcome]) -> bool:
        """The name belongs to a stranger now: nothing of ours may be delivered there."""
        taken = any(each.error.startswith("BucketAlreadyExists") for each in ended)
        refused = bool(ended) and all(each.error.startswith("AccessDenied") for each in ended)
        if refused and not taken:
            try:
                taken = not log_bucket.owned(self.clients, self.baseline)
            except AWS_ERRORS as error:
                self._note(log_bucket.NAME, "owner", Result.UNREADABLE, error=error)
        if taken:
            self._note(log_bucket.NAME, "owner", Result.FAILED, (), "bucket_taken")
        return taken

    def _note(
        self,
        guard: str,
        document: str,
        result: Result,
        changes: tuple[Change, ...] = (),
        reason: str = "",
        *,
        error: Exception | None = None,
        gone: bool = False,
    ) -> None:
        worded = error_words(error) if error is not None else ""
        self.outcomes.append(Outcome(guard, document, result, changes, reason, worded, gone))
