"""Who is yet to confirm a subscription: that he was only just asked is no change of anything.

SNS shows of a subscription that nobody confirmed that it is pending, and not since when. It may be
new for a day after the stack that has it was deployed. Whoever was once seen to have confirmed is
remembered, so that he is told of if he has to confirm again, however young the deploy is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.outcome import Outcome, Result
from trailkeeper.evidence.subscribers import NEVER, PENDING
from trailkeeper.guards import guard_people
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.guards.sides import Side
from trailkeeper.state.store import Store
from trailkeeper.state.subscriber_items import KnownSubscribers

# The mail that asks to confirm waits until people come to work.
GRACE = timedelta(days=1)
_SKEW = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class YetToConfirm:
    """The subscribers of one side, whose stack CloudFormation knows; `now` is in UTC.

    `failed` hears of a table that cannot be reached, which hides nothing.
    """

    side: Side
    cloudformation: Any
    store: Store
    now: Callable[[], datetime]
    failed: Callable[[Exception], None]

    def judged(self, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
        """The outcomes without those who may have been asked within the day.

        Of the others who did not confirm it says whether nobody knows that they ever had.
        """
        found = _of_people(outcomes)
        if found is None or all(each.before != PENDING for each in found.changes):
            return tuple(outcomes)
        stack = self._stack()
        left = tuple(self._left(found.changes, self._known(stack), is_young=self._is_young(stack)))
        rest = replace(found, changes=left)
        kept = (rest if each is found else each for each in outcomes)
        return tuple(each for each in kept if each is not rest or left)

    def remember(self, outcomes: Sequence[Outcome]) -> None:
        """Note who has confirmed, by all that was found."""
        found = _of_people(outcomes)
        if not self.side.subscribers or (found and found.result is Result.UNREADABLE):
            return
        differs = tuple(each.path for each in found.changes) if found else ()
        # A topic that is gone is one change of all of its subscribers.
        confirmed = {each for each in self._wanted() if not _is_or_is_in(each, differs)}
        known = self._known(self._stack())
        confirmed |= known & self._wanted()
        if confirmed == known:
            return
        now = KnownSubscribers(self.now(), self.side.stack, tuple(sorted(confirmed)))
        try:
            self.store.remember_subscribers(now)
        except AWS_ERRORS as error:
            self.failed(error)

    def _left(
        self, changes: Sequence[Change], known: frozenset[str], *, is_young: bool
    ) -> Iterator[Change]:
        for each in changes:
            if each.before != PENDING or each.path in known:
                yield each
            elif not is_young:
                yield replace(each, before=NEVER)

    def _wanted(self) -> frozenset[str]:
        """Everybody who should get what a topic carries, as a change of the guard names him."""
        return frozenset(
            guard_people.path_of(topic, each)
            for topic, people in self.side.subscribers.items()
            for each in people
        )

    def _stack(self) -> Mapping[str, Any]:
        try:
            (stack,) = self.cloudformation.describe_stacks(StackName=self.side.stack)["Stacks"]
        except (*AWS_ERRORS, ValueError):
            return {}
        found: Mapping[str, Any] = stack
        return found

    def _is_young(self, stack: Mapping[str, Any]) -> bool:
        deployed = stack.get("LastUpdatedTime") or stack.get("CreationTime")
        return deployed is not None and -_SKEW <= self.now() - deployed <= GRACE

    def _known(self, stack: Mapping[str, Any]) -> frozenset[str]:
        """Who was seen to have confirmed since there is this stack."""
        try:
            known = self.store.subscribers(self.side.stack)
        except AWS_ERRORS as error:
            self.failed(error)
            return frozenset()
        created = stack.get("CreationTime")
        if known is None or (created is not None and known.at < created):
            return frozenset()
        return frozenset(known.confirmed)


def _of_people(outcomes: Sequence[Outcome]) -> Outcome | None:
    return next((each for each in outcomes if each.guard == guard_people.NAME), None)


def _is_or_is_in(path: str, changed: Sequence[str]) -> bool:
    return any(path == each or path.startswith(f"{each}.") for each in changed)
