"""What is looked up, told and remembered of an operation on a stack, at which times exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.deployed_evidence import ACCOUNT, BASELINE, NOW, patience, refused
from trailkeeper.alerts.alert import Alert
from trailkeeper.events.event import Actor, ApiCall
from trailkeeper.reconcile.stack_operations import Claim, StackOperations
from trailkeeper.state.operation_items import StackOperation

STACK, EVIDENCE = "TrailkeeperResponse", "TrailkeeperEvidence"
STACK_ID = f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/{STACK}/1f2e"
MALLORY = f"arn:aws:iam::{ACCOUNT}:user/mallory"
TWICE = "it may be told twice what is done to a stack"
MINUTE = timedelta(minutes=1)


@dataclass
class Bed:
    """One stack as CloudFormation shows it, a table, a history, and what was told and not done."""

    shown: dict[str, Any] = field(default_factory=dict)
    items: list[StackOperation] = field(default_factory=list)
    calls: list[ApiCall] = field(default_factory=list)
    now: datetime = NOW
    planned: bool = False
    told: list[Alert] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)
    broken: dict[str, Exception] = field(default_factory=dict)
    outrun: Callable[[], object] | None = None

    @property
    def operations(self) -> StackOperations:
        names = ("describe_stacks", "calls_named", "operations", "keep_operation")
        own: Any = SimpleNamespace(**{name: self._of(name) for name in names})
        clients: Any = SimpleNamespace(cloudformation=own)
        return StackOperations(
            (STACK, EVIDENCE),
            (EVIDENCE,),
            clients,
            BASELINE,
            own,
            own,
            patience(),
            lambda: self.now,
            lambda _: self.planned,
            self.told.append,
            lambda what, _: self.heard.append(what),
        )

    def _of(self, name: str) -> Any:
        def answer(*given: Any, **named: Any) -> Any:
            if name in self.broken:
                raise self.broken[name]
            return getattr(self, f"_{name}")(*given, **named)

        return answer

    def _describe_stacks(self, *, StackName: str) -> Any:
        if not self.shown:
            raise refused("ValidationError")
        return {"Stacks": [{"StackId": STACK_ID, "CreationTime": NOW - 99 * MINUTE, **self.shown}]}

    def _calls_named(self, names: Any, region: str, since: datetime, until: datetime) -> Any:
        self.asked.append((since, until))
        return tuple(self.calls)

    def _operations(self, since: datetime, until: datetime) -> Any:
        self.asked.append(("table", since, until))
        return tuple(each for each in self.items if since <= each.at <= until)

    def _keep_operation(self, operation: StackOperation) -> StackOperation | None:
        if self.outrun is not None:
            outrun, self.outrun = self.outrun, None
            outrun()
        kept = next((each for each in self.items if _key(each) == _key(operation)), None)
        if kept is not None and kept.version != operation.version:
            return None
        written = replace(operation, version=operation.version + 1)
        self.items = [each for each in self.items if _key(each) != _key(operation)] + [written]
        return written


def _key(operation: StackOperation) -> Any:
    return operation.at, operation.stack, operation.number


@pytest.fixture
def bed() -> Bed:
    return Bed({"StackStatus": "UPDATE_IN_PROGRESS", "LastUpdatedTime": NOW})


def call(name: str = "UpdateStack", at: datetime = NOW, event_id: str = "e") -> ApiCall:
    return ApiCall(
        event_id=event_id,
        time=at.isoformat(),
        name=name,
        source="cloudformation.amazonaws.com",
        parameters={"stackName": STACK},
        actor=Actor(kind="IAMUser", name="mallory", principal_arn=MALLORY),
    )


@pytest.mark.parametrize(
    ("began", "is_followed"), [(60, True), (60.1, False), (0, True), (-2, True), (-2.1, False)]
)
def test_what_began_within_the_hour_is_followed(bed: Bed, began: float, is_followed: bool) -> None:
    bed.shown["LastUpdatedTime"] = NOW - began * MINUTE

    found = bed.operations.hear(STACK)

    assert (found is not None) is is_followed


def test_two_hours_are_remembered_and_the_history_is_asked_for_two_minutes_around(
    bed: Bed,
) -> None:
    bed.operations.hear(STACK)

    assert set(bed.asked) == {
        ("table", NOW - timedelta(hours=2), NOW),
        (NOW - 2 * MINUTE, NOW + 2 * MINUTE),
    }


def test_what_is_rolled_back_may_have_been_called_for_an_hour_before(bed: Bed) -> None:
    bed.shown["StackStatus"] = "UPDATE_ROLLBACK_IN_PROGRESS"

    bed.operations.hear(STACK)

    assert (NOW - timedelta(hours=1), NOW + 2 * MINUTE) in bed.asked


@pytest.mark.parametrize(("minutes", "told"), [(14.9, 0), (15, 1), (29, 1)])
def test_an_author_of_whom_nobody_knows_is_told_after_a_quarter_of_an_hour(
    bed: Bed, minutes: float, told: int
) -> None:
    bed.operations.hear(STACK)
    assert bed.told == []

    bed.now += minutes * MINUTE
    bed.operations.check()

    assert len(bed.told) == told
    assert [(each.by, each.told) for each in bed.items] == [("", "nobody" if told else "")]


@pytest.mark.parametrize(("minutes", "due"), [(15.9, False), (16, True)])
def test_what_it_left_behind_is_compared_after_sixteen_minutes_and_once(
    bed: Bed, minutes: float, due: bool
) -> None:
    bed.operations.hear(STACK)

    bed.now += minutes * MINUTE

    assert bed.operations.check() is due
    assert bed.operations.check() is False


@pytest.mark.parametrize(("minutes", "is_done"), [(30, False), (30.1, True)])
def test_after_half_an_hour_nothing_more_is_found_out(
    bed: Bed, minutes: float, is_done: bool
) -> None:
    bed.operations.hear(STACK)
    bed.now += 15 * MINUTE
    bed.operations.check()

    bed.now = NOW + minutes * MINUTE
    bed.operations.check()

    assert bed.items[0].done is is_done


def test_a_planned_deploy_is_settled_with_who_made_it_and_told_to_nobody(bed: Bed) -> None:
    bed.planned, bed.calls = True, [call()]

    found = bed.operations.hear(STACK)

    assert found is not None
    assert (found.who, found.by, found.done) == ("user mallory", "e", True)
    assert bed.told == []


def test_somebody_else_is_told_at_once_with_the_call(bed: Bed) -> None:
    bed.calls = [call()]

    bed.operations.hear(STACK)

    (alert,) = bed.told
    assert "mallory" in alert.to_json()
    assert [(each.told, each.by, each.delivered, each.done) for each in bed.items] == [
        (MALLORY, "e", True, True)
    ]


def test_what_is_settled_or_being_told_is_left_as_it_is(bed: Bed) -> None:
    bed.calls = [call()]
    bed.operations.hear(STACK)
    settled = replace(bed.items[0], compared=True)
    bed.items = [settled]

    assert bed.operations.hear(STACK) == settled
    telling = replace(settled, delivered=False, done=False, claimed=NOW)
    bed.items = [telling]
    assert bed.operations.hear(STACK) == telling
    assert len(bed.told) == 1


def test_the_rolling_back_of_a_known_operation_is_its_authors(bed: Bed) -> None:
    bed.calls = [call()]
    bed.operations.hear(STACK)
    bed.now += 5 * MINUTE
    bed.shown |= {"StackStatus": "UPDATE_ROLLBACK_IN_PROGRESS", "LastUpdatedTime": bed.now}

    found = bed.operations.hear(STACK)

    assert found is not None
    assert (found.who, found.by, found.done) == ("", "e", True)
    assert len(bed.told) == 1


def test_the_next_operation_is_not_taken_for_that_of_the_same_call(bed: Bed) -> None:
    bed.calls = [call()]
    bed.operations.hear(STACK)
    bed.now += 5 * MINUTE
    bed.shown["LastUpdatedTime"] = bed.now

    found = bed.operations.hear(STACK)

    assert found is not None
    assert (found.by, found.done) == ("", False)


def test_a_stack_that_is_gone_is_deleted_and_told_at_once(bed: Bed) -> None:
    bed.shown = {}

    found = bed.operations.hear(STACK)

    assert found is not None
    assert (found.status, found.at, found.number) == ("DELETE_COMPLETE", NOW, "")
    assert len(bed.told) == 1


@pytest.mark.parametrize("began", [NOW - MINUTE, None])
def test_a_deletion_began_when_cloudformation_says_or_now(bed: Bed, began: datetime | None) -> None:
    bed.shown = {"StackStatus": "DELETE_IN_PROGRESS", "LastUpdatedTime": NOW - 30 * MINUTE}
    bed.shown |= {"DeletionTime": began} if began else {}

    found = bed.operations.hear(STACK)

    assert found is not None
    assert (found.at, found.number) == (began or NOW, "1f2e")


def test_of_the_evidence_nothing_but_a_deletion_is_followed(bed: Bed) -> None:
    assert bed.operations.hear(EVIDENCE) is None
    bed.shown["StackStatus"] = "DELETE_IN_PROGRESS"
    assert bed.operations.hear(EVIDENCE) is not None


def test_a_stack_without_an_id_has_no_number(bed: Bed) -> None:
    bed.shown["StackId"] = None
    del bed.shown["StackId"]
    plain = bed.operations
    described = {"Stacks": [bed.shown]}
    plain.clients.cloudformation.describe_stacks = lambda **_: described

    found = plain.hear(STACK)

    assert found is not None
    assert (found.stack_id, found.number) == ("", "")


def test_the_change_set_of_an_operation_is_remembered_though_the_stack_shows_none(
    bed: Bed,
) -> None:
    bed.shown["ChangeSetId"] = "arn:change-set"
    bed.operations.hear(STACK)
    del bed.shown["ChangeSetId"]

    found = bed.operations.hear(STACK)

    assert found is not None
    assert found.change_set == "arn:change-set"


class TestACall:
    """What there is to tell of a call of which an event told."""

    @pytest.mark.parametrize(("off", "begins"), [(2, True), (-2, True), (2.1, False)])
    def test_it_began_what_the_stack_shows_if_it_was_made_about_then(
        self, bed: Bed, off: float, begins: bool
    ) -> None:
        claim = bed.operations.claim(call(at=NOW + off * MINUTE))

        assert (claim.tells, claim.operation is not None) == (True, begins)

    def test_it_is_told_once(self, bed: Bed) -> None:
        first = bed.operations.claim(call())
        assert bed.operations.claim(call()) == Claim(tells=False)
        bed.operations.told(first)
        bed.now += 10 * MINUTE
        assert bed.operations.claim(call()) == Claim(tells=False)

    def test_whoever_dies_while_telling_is_made_up_for(self, bed: Bed) -> None:
        bed.operations.claim(call())
        bed.now += 2 * MINUTE

        assert bed.operations.claim(call()).operation is not None

    @pytest.mark.parametrize(("other", "tells"), [(MALLORY, False), ("arn:somebody", True)])
    def test_of_two_runs_at_the_same_time_one_tells(
        self, bed: Bed, other: str, tells: bool
    ) -> None:
        bed.operations.hear(STACK)

        def outrun() -> None:
            (there,) = bed.items
            bed.items = [replace(there, told=other, claimed=NOW, version=there.version + 1)]

        bed.outrun = outrun

        assert bed.operations.claim(call()) == Claim(tells=tells)

    def test_a_stack_that_cannot_be_read_keeps_nobody_from_telling(self, bed: Bed) -> None:
        bed.broken["describe_stacks"] = refused("AccessDenied")

        assert bed.operations.claim(call()) == Claim()
        assert bed.heard == [TWICE]


@pytest.mark.parametrize(
    ("broken", "heard"),
    [
        ("calls_named", "no word of the event history"),
        ("operations", TWICE),
        ("keep_operation", TWICE),
    ],
)
def test_what_is_out_of_reach_is_noted_and_people_are_told(
    bed: Bed, broken: str, heard: str
) -> None:
    bed.shown["StackStatus"] = "DELETE_IN_PROGRESS"
    bed.broken[broken] = refused("InternalServerError")

    bed.operations.hear(STACK)

    assert set(bed.heard) == {heard}
    assert len(bed.told) == 1


def test_the_deletion_of_one_stack_is_not_that_of_another(bed: Bed) -> None:
    bed.shown["StackStatus"] = "DELETE_IN_PROGRESS"
    bed.operations.hear(EVIDENCE)
    assert len(bed.told) == 1

    bed.operations.hear(STACK)

    assert len(bed.told) == 2
