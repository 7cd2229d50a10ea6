"""Follows what is done to our stacks, by what CloudFormation shows and event history knows.

An event about a stack is a hint to look; nothing that it says decides. What CloudFormation answers
is the operation, and who began it is asked of event history at each look, as it takes minutes
until that has a call. An ordinary deploy looks the same at first, so people are told once the
history names somebody else, or after a quarter of an hour that the author is not known; of a
deletion at once. One operation is told once, whether an event of the call told of it or this did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from botocore.exceptions import ClientError

from trailkeeper.alerts import stack_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections import stack_events
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import EVIDENCE_STACK
from trailkeeper.guards.guard import AWS_ERRORS, error_code
from trailkeeper.reconcile.confirming import WAITS
from trailkeeper.reconcile.history import Failed, History
from trailkeeper.reconcile.patience import Patience
from trailkeeper.state.operation_items import StackOperation
from trailkeeper.state.store import Store
from trailkeeper.words.text import LONGEST_FIELD

# As long as a deploy holds off the repairs, and the calls of one are all in event history.
_PATIENT = timedelta(minutes=15)
_COMPARED_AFTER = timedelta(minutes=16)
# What began longer ago is over, or was followed when it began.
_RECENT = timedelta(hours=1)
_REMEMBERED = timedelta(hours=2)
# Event history has whole seconds, and the call is made before the stack shows it.
_ABOUT = timedelta(minutes=2)
# What CloudFormation answers for a stack that is not there.
_NO_STACK = "ValidationError"
_GONE = "DELETE_COMPLETE"
_TWICE = "it may be told twice what is done to a stack"


class StackClients(Protocol):
    """The service client that shows the stacks."""

    @property
    def cloudformation(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether a call `tells` something new, and the operation that it began, if one is shown."""

    tells: bool = True
    operation: StackOperation | None = None


@dataclass(frozen=True, slots=True)
class StackOperations:
    """The operations on `stacks`, as one half of the guard follows them; `now` is in UTC.

    Of `deleted_only` nothing but a deletion is told here. `planned` says whether a call is one of
    somebody who may deploy. `tell` hands an alert on; `failed` hears what could not be done, which
    stops nothing.
    """

    stacks: Sequence[str]
    deleted_only: Sequence[str]
    clients: StackClients
    baseline: Baseline
    history: History
    store: Store
    patience: Patience
    now: Callable[[], datetime]
    planned: Callable[[ApiCall], bool]
    tell: Callable[[Alert], None]
    failed: Failed

    def hear(self, stack: str) -> StackOperation | None:
        """Look at a stack of which an event told; the operation that is going on, if any is new.

        Raises:
            ClientError, BotoCoreError: AWS could not be asked, or people could not be told.
        """
        operation = self._shown(stack)
        if operation is None:
            return None
        return self._judge(operation)

    def check(self) -> bool:
        """Ask again for what is not settled; whether it is time to compare what was left behind.

        Raises:
            ClientError, BotoCoreError: people could not be told.
        """
        now = self.now()
        is_due = False
        for each in self._remembered():
            if each.stack not in self.stacks or not each.open:
                continue
            judged = self._judge(each)
            if judged is not None and not judged.compared and now - each.at >= _COMPARED_AFTER:
                is_due = self._keep(replace(judged, compared=True)) is not None or is_due
        return is_due

    def claim(self, call: ApiCall) -> Claim:
        """What there is to tell of a call of which an event told.

        A call that no stack shows is told, too: history will say that nobody made it.
        """
        stack = next(
            (each for each in self.stacks if stack_events.operates(call, each, self._names)), None
        )
        try:
            operation = self._shown(stack) if stack else None
        except AWS_ERRORS as error:
            self.failed(_TWICE, error)
            return Claim()
        if operation is None or not self._begins(call, operation) or not _is_about(call, operation):
            return Claim()
        who, now = call.actor.principal_arn or StackOperation.NOBODY, self.now()
        if _is_told_of(operation, who, now):
            return Claim(tells=False)
        claimed = self._keep(
            replace(operation, told=who, by=call.event_id, claimed=now, delivered=False, done=False)
        )
        if claimed is not None:
            return Claim(operation=claimed)
        same = (each for each in self._remembered() if _is_same(each, operation))
        return Claim(tells=not any(_is_told_of(each, who, now) for each in same))

    def told(self, claim: Claim) -> None:
        """People were told of it; what event history knows of it is asked all the same."""
        if claim.operation is not None:
            self._keep(replace(claim.operation, delivered=True))

    @property
    def _names(self) -> Any:
        return self.baseline.names

    def _shown(self, stack: str) -> StackOperation | None:
        """What CloudFormation shows of a stack, with what is remembered; None if it is old."""
        now = self.now()
        seen = self._described(stack, now)
        if stack in self.deleted_only and not seen.deletes:
            return None
        if not -_ABOUT <= now - seen.at <= _RECENT:
            return None
        same = next((each for each in reversed(self._remembered()) if _is_same(each, seen)), None)
        if same is None:
            return seen
        return replace(same, status=seen.status, change_set=seen.change_set or same.change_set)

    def _described(self, stack: str, now: datetime) -> StackOperation:
        compares = stack == EVIDENCE_STACK or stack in self.deleted_only

        def shown(
            status: str, at: datetime, stack_id: str = "", change_set: str = ""
        ) -> StackOperation:
            return StackOperation(
                at,
                stack,
                stack_id.rpartition("/")[2],
                stack_id,
                status,
                now,
                compared=compares or status.startswith("DELETE"),
                change_set=change_set,
            )

        try:
            answer = self.patience.persist(
                lambda: self.clients.cloudformation.describe_stacks(StackName=stack)
            )
        except ClientError as error:
            if error_code(error) != _NO_STACK:
                raise
            return shown(_GONE, now)
        (found,) = answer["Stacks"]
        status = found["StackStatus"]
        began = found.get("LastUpdatedTime") or found["CreationTime"]
        if status.startswith("DELETE"):
            began = found.get("DeletionTime") or now
        return shown(status, began, found.get("StackId", ""), found.get("ChangeSetId", ""))

    def _judge(self, operation: StackOperation) -> StackOperation | None:
        """Tell of it or settle it, as far as it can be; None if somebody else is at it."""
        now = self.now()
        if not operation.open or operation.is_being_told(now):
            return operation
        kept = self._keep(operation)
        if kept is None or (kept.done and kept.is_told):
            return kept
        call, is_of_other = self._author(kept)
        if call is not None:
            knows = kept.delivered and call.actor.principal_arn == kept.told
            if knows or is_of_other or (not kept.deletes and self.planned(call)):
                who = "" if is_of_other else call.actor.display[:LONGEST_FIELD]
                return self._keep(replace(kept, done=True, by=call.event_id, who=who))
            return self._told(kept, call)
        age = now - kept.seen
        if not kept.is_told or (not kept.told and (kept.deletes or age >= _PATIENT)):
            return self._told(kept, None)
        return self._keep(replace(kept, done=True)) if age > WAITS else kept

    def _told(self, operation: StackOperation, call: ApiCall | None) -> StackOperation | None:
        """Tell people, unless somebody else is about to; whoever dies at it is made up for."""
        who = (call.actor.principal_arn if call else "") or StackOperation.NOBODY
        claimed = self._keep(
            replace(
                operation,
                told=who,
                by=call.event_id if call else "",
                claimed=self.now(),
                delivered=False,
            )
        )
        if claimed is None:
            return None
        self.tell(
            stack_alerts.operation(
                claimed,
                call,
                self.baseline,
                self.now(),
                again=operation.delivered and bool(operation.told),
            )
        )
        return self._keep(replace(claimed, delivered=True, done=call is not None))

    def _author(self, operation: StackOperation) -> tuple[ApiCall | None, bool]:
        """The call that began it, as event history has it, None if it has none (yet).

        And whether it began another operation as well, of which this is the rolling back.
        """
        try:
            others = self._calls_of_others(operation)
            for call in self._calls(operation):
                if call.event_id not in others:
                    return call, False
                if _rolls_back(operation):
                    return call, True
        except AWS_ERRORS as error:
            self.failed("no word of the event history", error)
        return None, False

    def _calls(self, operation: StackOperation) -> Iterator[ApiCall]:
        """The calls that can have begun it, newest first."""
        # What fails is rolled back by CloudFormation itself, long after the call.
        before = _RECENT if _rolls_back(operation) else _ABOUT
        since, until = operation.at - before, operation.at + _ABOUT
        names = stack_events.beginning(deletes=operation.deletes, waits=operation.waits)
        for call in self.history.calls_named(names, self.baseline.region, since, until):
            if self._begins(call, operation):
                yield call

    def _begins(self, call: ApiCall, operation: StackOperation) -> bool:
        """Whether a call can have begun an operation of that kind."""
        names = stack_events.beginning(deletes=operation.deletes, waits=operation.waits)
        return call.name in names and stack_events.operates(
            call, operation.stack, self._names, operation.change_set
        )

    def _calls_of_others(self, operation: StackOperation) -> set[str]:
        """The calls that are known to have begun another operation on the stack."""
        return {
            each.by
            for each in self._remembered()
            if each.stack == operation.stack and each.done and not _is_same(each, operation)
        }

    def _remembered(self) -> Sequence[StackOperation]:
        """What is remembered of the last hours; nothing if the table is out of reach."""
        now = self.now()
        try:
            return self.store.operations(now - _REMEMBERED, now)
        except AWS_ERRORS as error:
            self.failed(_TWICE, error)
            return ()

    def _keep(self, operation: StackOperation) -> StackOperation | None:
        """Remember it; None if somebody else did since. A table out of reach keeps nobody quiet."""
        try:
            return self.store.keep_operation(operation)
        except AWS_ERRORS as error:
            self.failed(_TWICE, error)
            return operation


def _rolls_back(operation: StackOperation) -> bool:
    return "ROLLBACK" in operation.status


def _is_about(call: ApiCall, operation: StackOperation) -> bool:
    """Whether a call says that it was made when the operation began."""
    return call.at is not None and abs(call.at - operation.at) <= _ABOUT


def _is_told_of(operation: StackOperation, who: str, now: datetime) -> bool:
    """Whether people know of somebody; whoever is telling them and dies is made up for later."""
    return operation.told == who and (operation.delivered or operation.is_being_told(now))


def _is_same(one: StackOperation, other: StackOperation) -> bool:
    """Whether they are one operation; of a stack that is gone there is no number any more."""
    alike = (one.stack, one.deletes) == (other.stack, other.deletes)
    if one.deletes:
        return alike and (one.number == other.number or not (one.number and other.number))
    return alike and (one.at, one.number, one.waits) == (other.at, other.number, other.waits)
