"""The engine: observe, compare, repair and verify whatever list of guards it is given.

Reads run side by side, before the first of its writes; writes one after the other, in order.

Every document stands on its own: a failed one is an outcome, and the others still run. No drift
means no write, which ends loops and makes duplicate, late and re-ordered events harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.outcome import (
    DEPLOYING,
    MACHINE_MUST_NOT,
    RESPONSE_TO_COME,
    Outcome,
    Result,
)
from trailkeeper.guards.guard import (
    AWS_ERRORS,
    Clients,
    Consequence,
    Create,
    Finding,
    Guard,
    Unreadable,
    error_code,
    error_words,
)
from trailkeeper.reconcile.not_yet import is_not_yet
from trailkeeper.reconcile.patience import Patience
from trailkeeper.reconcile.reading import read_side_by_side

Wait = Callable[[], str]


def never() -> str:
    """For runs whose repairs need not wait."""
    return ""


Hold = Callable[[Drift], str]


def held_by_nothing(_: Drift) -> str:
    """For runs in which no repair waits although others need not."""
    return ""


Announce = Callable[[Sequence[Drift]], None]


def nobody(_: Sequence[Drift]) -> None:
    """For runs that nobody has to know of before they write."""


@dataclass
class Reconcile:
    """One run over `guards`, in their order; it never raises for an error of AWS.

    `consequences` says, by a guard's name, what its loss means for itself and the guards after it.
    `wait` says why repairs must wait (a key of the text catalogue), "" if they need not; it is
    asked only when there is something to repair. `hold` says so of one drift alone. `announce` is
    told, before the first write, all that was found to differ and may be put right. `asked`, if
    given, are the clients as `AskedOnce` that answer the first reading. `outcomes` is what was not
    in order, `wrote` whether anything was to be written, and `written` the guards whose writes AWS
    took.
    """

    clients: Clients
    baseline: Baseline
    patience: Patience
    guards: Sequence[Guard]
    consequences: Mapping[str, Consequence] = field(default_factory=dict)
    wait: Wait = never
    hold: Hold = held_by_nothing
    announce: Announce = nobody
    dry_run: bool = False
    asked: Any = None
    outcomes: list[Outcome] = field(default_factory=list)
    wrote: bool = False
    written: set[str] = field(default_factory=set)
    _found: tuple[Drift, ...] = ()

    def run(self) -> tuple[Outcome, ...]:
        """Bring what the guards watch to the baseline; what was not in order."""
        wanted = self.baseline
        found = read_side_by_side(self.asked or self.clients, wanted, self.guards)
        self._found = tuple(self._to_be_restored(found))
        for guard in self.guards:
            same = wanted == self.baseline
            findings = found[guard.name] if same else self._observe(guard, wanted)
            wanted = self._restore_or_do_without(guard, wanted, findings)
        return tuple(self.outcomes)

    def _to_be_restored(self, found: Mapping[str, Sequence[Finding]]) -> Iterator[Drift]:
        """The part of every drift that a machine may put right."""
        for guard in self.guards:
            for each in found[guard.name]:
                if isinstance(each, Drift):
                    ours, _ = guard.document(each.document).parted(each)
                    yield from () if ours is None else (ours,)

    def _observe(self, guard: Guard, wanted: Baseline) -> tuple[Finding, ...]:
        return read_side_by_side(self.clients, wanted, (guard,))[guard.name]

    def _restore_or_do_without(
        self, guard: Guard, wanted: Baseline, findings: Iterable[Finding]
    ) -> Baseline:
        """Restore one resource; the baseline that can be had, given that it may be lost."""
        before = len(self.outcomes)
        self._restore(guard, wanted, findings)
        consequence = self.consequences.get(guard.name)
        loss = consequence(self.clients, wanted, self.outcomes[before:]) if consequence else None
        if loss is None:
            return wanted
        self.outcomes += loss.outcomes
        if loss.wanted != wanted:
            self._restore(guard, loss.wanted, self._observe(guard, loss.wanted))
        return loss.wanted

    def _restore(self, guard: Guard, wanted: Baseline, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self._act_on(finding, guard, wanted)

    def _act_on(self, finding: Finding, guard: Guard, wanted: Baseline) -> None:
        if isinstance(finding, Unreadable):
            self._end(finding, Result.UNREADABLE, error=finding.error)
            return
        ours, theirs = guard.document(finding.document).parted(finding)
        if ours is not None:
            self._put_right(ours, guard, wanted)
        if theirs is not None:
            self._end(theirs, Result.TOLD, reason=MACHINE_MUST_NOT)

    def _put_right(self, drift: Drift, guard: Guard, wanted: Baseline) -> None:
        if reason := self._must_wait(drift, guard):
            self._end(drift, Result.DEFERRED, reason=reason)
            return
        if not self.wrote:
            self.announce(self._found)
            self.wrote = True
        if drift.gone and guard.create is not None:
            self._recreate(drift, guard, wanted, guard.create)
        else:
            self._repair(drift, guard, wanted)

    def _must_wait(self, drift: Drift, guard: Guard) -> str:
        """Why the repair must wait, "" if it need not."""
        if self.dry_run:
            return "dry_run"
        reason = self.wait() or self.hold(drift)
        finishes = guard.document(drift.document).finishes_deploy(drift.fields)
        return "" if finishes and reason in {DEPLOYING, RESPONSE_TO_COME} else reason

    def _recreate(self, drift: Drift, guard: Guard, wanted: Baseline, create: Create) -> None:
        """Make the resource, then bring its documents to the baseline one by one."""
        try:
            self.patience.persist(lambda: create(self.clients, wanted), self._not_yet)
        except AWS_ERRORS as error:
            self._end(drift, Result.FAILED, error=error)
            return
        self.written.add(guard.name)
        findings: tuple[Finding, ...] = ()

        def unseen() -> Finding | None:
            """What keeps it from being seen: it is gone, or what showed that is unreadable."""
            nonlocal findings
            findings = self._observe(guard, wanted)
            return next((each for each in findings if _hides(each, drift)), None)

        left = self.patience.read_back(unseen)
        if isinstance(left, Unreadable):
            self._end(drift, Result.FAILED, error=left.error)
            return
        if left is not None:
            self._end(drift, Result.FAILED, reason="not_seen_after_repair")
            return
        self._end(drift, Result.HEALED)
        made = len(self.outcomes)
        for finding in findings:
            self._act_on(finding, guard, wanted)
        # What a new resource lacks is part of making it; only what is left undone is worth a line.
        self.outcomes[made:] = [
            each for each in self.outcomes[made:] if each.result is not Result.HEALED
        ]

    def _repair(self, drift: Drift, guard: Guard, wanted: Baseline) -> None:
        document = guard.document(drift.document)

        def left_over() -> Finding | None:
            left = guard.verify(self.clients, wanted, drift)
            return document.parted(left)[0] if isinstance(left, Drift) else left

        def not_yet(error: ClientError) -> bool:
            made = guard.name in self.written and error_code(error) in guard.gone
            return made or error_code(error) in document.not_yet or self._not_yet(error)

        try:
            self.patience.persist(lambda: guard.repair(self.clients, wanted, drift), not_yet)
        except AWS_ERRORS as error:
            self._end(drift, Result.FAILED, error=error)
            return
        self.written.add(guard.name)
        left = self.patience.read_back(left_over)
        if left is None:
            self._end(drift, Result.HEALED)
        elif isinstance(left, Unreadable):
            self._end(drift, Result.FAILED, error=left.error)
        else:
            self._end(left, Result.FAILED, reason="not_seen_after_repair")

    def _not_yet(self, error: ClientError) -> bool:
        return is_not_yet(error, self.written)

    def _end(
        self, finding: Finding, result: Result, *, reason: str = "", error: Exception | None = None
    ) -> None:
        drift = finding if isinstance(finding, Drift) else None
        self.outcomes.append(
            Outcome(
                finding.guard,
                finding.document,
                result,
                drift.changes if drift else (),
                reason,
                error_words(error) if error else "",
                gone=drift is not None and drift.gone,
            )
        )


def _hides(finding: Finding, gone: Drift) -> bool:
    """Whether a finding leaves it open that a resource is there again."""
    if isinstance(finding, Drift):
        return finding.gone
    return finding.document == gone.document
