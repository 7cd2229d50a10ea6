"""Who is remembered to have confirmed, and what a table or a stack that does not answer changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.deployed_evidence import NOW, refused
from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.outcome import Outcome, Result
from trailkeeper.reconcile.yet_to_confirm import YetToConfirm
from trailkeeper.state.subscriber_items import KnownSubscribers

KIM, LEE = "alerts.email kim@example.com", "alerts.email lee@example.com"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass
class Bed:
    """A side that two people are subscribed to, its stack, and what is remembered of them."""

    created: datetime = NOW - 30 * DAY
    updated: datetime | None = None
    known: KnownSubscribers | None = None
    broken: dict[str, Exception] = field(default_factory=dict)
    heard: list[Exception] = field(default_factory=list)
    stacks: list[Any] | None = None

    @property
    def yet_to_confirm(self) -> YetToConfirm:
        side: Any = SimpleNamespace(
            stack="TrailkeeperResponse",
            subscribers={
                "alerts": (("email", "kim@example.com"), ("email", "lee@example.com")),
            },
        )
        own: Any = self
        return YetToConfirm(side, own, own, lambda: NOW, self.heard.append)

    def describe_stacks(self, *, StackName: str) -> Any:
        self._may("describe_stacks")
        updated = {"LastUpdatedTime": self.updated} if self.updated else {}
        one = {"CreationTime": self.created, **updated}
        return {"Stacks": [one] if self.stacks is None else self.stacks}

    def subscribers(self, stack: str) -> KnownSubscribers | None:
        self._may("subscribers")
        return self.known

    def remember_subscribers(self, known: KnownSubscribers) -> None:
        self._may("remember_subscribers")
        self.known = known

    def _may(self, what: str) -> None:
        if what in self.broken:
            raise self.broken[what]

    def left(self, *who: str) -> list[tuple[str, str]]:
        """What is said of these, who are pending, and what they are said to be."""
        judged = self.yet_to_confirm.judged([pending(*who)])
        return [(each.path, each.before) for one in judged for each in one.changes]


def pending(*who: str) -> Outcome:
    changes = tuple(Change(each, "has not confirmed", "confirmed") for each in who)
    return Outcome("guard-people", "subscriptions", Result.TOLD, changes)


def seen(*confirmed: str, at: datetime = NOW - DAY) -> KnownSubscribers:
    return KnownSubscribers(at, "TrailkeeperResponse", confirmed)


@pytest.mark.parametrize(
    ("created", "updated", "is_told"),
    [
        (DAY, None, False),
        (DAY + HOUR, None, True),
        (30 * DAY, DAY, False),
        (30 * DAY, DAY + HOUR, True),
        (timedelta(minutes=-1), None, False),
        (timedelta(minutes=-1.1), None, True),
    ],
)
def test_who_may_have_been_asked_within_the_day_is_no_news(
    created: timedelta, updated: timedelta | None, is_told: bool
) -> None:
    bed = Bed(NOW - created, NOW - updated if updated else None)

    assert bed.left(KIM) == ([(KIM, "has never confirmed")] if is_told else [])


def test_who_had_confirmed_is_told_however_young_the_deploy_is() -> None:
    bed = Bed(NOW - 3 * DAY, NOW, known=seen(KIM))

    assert bed.left(KIM, LEE) == [(KIM, "has not confirmed")]


@pytest.mark.parametrize("stacks", [[], [{}, {}]])
def test_without_a_stack_nobody_is_taken_for_new(stacks: list[Any]) -> None:
    assert Bed(stacks=stacks).left(KIM) == [(KIM, "has never confirmed")]


@pytest.mark.parametrize(
    ("broken", "told", "failures"),
    [
        ("describe_stacks", [(KIM, "has not confirmed")], 0),
        ("subscribers", [], 1),
    ],
)
def test_what_cannot_be_asked_hides_nobody_for_longer_than_a_day(
    broken: str, told: list[Any], failures: int
) -> None:
    bed = Bed(NOW, known=seen(KIM))
    bed.known = replace(seen(KIM), at=NOW + HOUR)
    bed.broken[broken] = refused("AccessDenied")

    assert bed.left(KIM) == told
    assert len(bed.heard) == failures


def test_whoever_is_not_missed_has_confirmed() -> None:
    bed = Bed()

    bed.yet_to_confirm.remember([pending(LEE)])

    assert bed.known == seen(KIM, at=NOW)
    bed.yet_to_confirm.remember([])
    assert bed.known == seen(KIM, LEE, at=NOW)


def test_of_what_could_not_be_read_nothing_is_remembered() -> None:
    bed = Bed()

    bed.yet_to_confirm.remember(
        [Outcome("guard-people", "subscriptions", Result.UNREADABLE, error="AccessDenied")]
    )

    assert bed.known is None


def test_a_table_that_takes_nothing_is_heard_of() -> None:
    bed = Bed(broken={"remember_subscribers": refused("InternalServerError")})

    bed.yet_to_confirm.remember([])

    assert len(bed.heard) == 1


def test_what_was_seen_before_the_stack_was_made_again_is_forgotten() -> None:
    bed = Bed(NOW - HOUR, known=seen(KIM))

    assert bed.left(KIM) == []
