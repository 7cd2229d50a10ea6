"""Repairs wait for a deploy of ours, by what CloudFormation says of its stacks, and no longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.deployed_evidence import refused
from trailkeeper.reconcile import deploys

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
EVIDENCE, RESPONSE, WATCHER = "TrailkeeperEvidence", "TrailkeeperResponse", "TrailkeeperWatcher"
DEPLOYING, TO_COME, FAILED = "deploying", "response_to_come", "response_failed"
SECOND, LONG_AGO = timedelta(seconds=1), timedelta(days=30)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


class Stacks:
    """What CloudFormation answers of stacks: their status, and for how long they have had it."""

    def __init__(self, **known: tuple[str, timedelta]) -> None:
        self._known = known
        self.refuses: Exception | None = None

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:
        if self.refuses:
            raise self.refuses
        if StackName not in self._known:
            raise refused("ValidationError", "DescribeStacks")
        status, ago = self._known[StackName]
        began = {"CreationTime": NOW - LONG_AGO, "LastUpdatedTime": NOW - ago}
        if status.startswith("CREATE"):
            began = {"CreationTime": NOW - ago}
        return {"Stacks": [{"StackStatus": status, **began}]}


def done(ago: timedelta) -> tuple[str, timedelta]:
    return "UPDATE_COMPLETE", ago


AT_WORK = (
    "CREATE_IN_PROGRESS",
    "ROLLBACK_IN_PROGRESS",
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
)
NOT_AT_WORK = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "REVIEW_IN_PROGRESS",
    "DELETE_IN_PROGRESS",
    "IMPORT_IN_PROGRESS",
)


@pytest.mark.parametrize("status", [*AT_WORK, *NOT_AT_WORK])
@pytest.mark.parametrize("stack", [EVIDENCE, RESPONSE])
def test_the_evidence_waits_for_a_stack_that_is_at_work(stack: str, status: str) -> None:
    known = {EVIDENCE: done(LONG_AGO), RESPONSE: done(LONG_AGO), stack: (status, minutes(5))}
    waits = deploys.why_wait(Stacks(**known), NOW)

    if status in AT_WORK:
        assert waits == DEPLOYING
    else:
        deployed = stack == EVIDENCE and status in NOT_AT_WORK
        assert waits == (TO_COME if deployed else "")


@pytest.mark.parametrize("status", [*AT_WORK, *NOT_AT_WORK])
@pytest.mark.parametrize("stack", [RESPONSE, WATCHER])
def test_the_guard_waits_for_a_stack_that_is_at_work(stack: str, status: str) -> None:
    known = {RESPONSE: done(LONG_AGO), WATCHER: done(LONG_AGO), stack: (status, minutes(5))}
    waits = deploys.of_the_guard(Stacks(**known), NOW)

    assert waits == (DEPLOYING if status in AT_WORK or stack == RESPONSE else "")


@pytest.mark.parametrize(
    ("ago", "waits"),
    [
        (minutes(15), True),
        (minutes(15) + SECOND, False),
        (-minutes(1), True),
        (-minutes(1) - SECOND, False),
    ],
)
def test_nobody_holds_repairs_off_for_longer_than_a_quarter_of_an_hour(
    ago: timedelta, waits: bool
) -> None:
    for status in ("UPDATE_IN_PROGRESS", "CREATE_IN_PROGRESS"):
        ours = Stacks(**{EVIDENCE: (status, ago), RESPONSE: done(LONG_AGO)})
        assert (deploys.why_wait(ours, NOW) == DEPLOYING) is waits
    between = Stacks(**{EVIDENCE: done(ago), RESPONSE: done(LONG_AGO)})
    assert (deploys.why_wait(between, NOW) == TO_COME) is waits
    guard = Stacks(**{RESPONSE: done(ago), WATCHER: done(LONG_AGO)})
    assert (deploys.of_the_guard(guard, NOW) == DEPLOYING) is waits


@pytest.mark.parametrize(
    ("evidence", "response", "why"),
    [
        (done(minutes(5)), done(minutes(5)), ""),
        (done(minutes(5)), done(minutes(4)), ""),
        (done(minutes(4)), done(minutes(5)), TO_COME),
        (done(minutes(5)), ("UPDATE_ROLLBACK_COMPLETE", minutes(4)), FAILED),
        (done(minutes(5)), ("UPDATE_FAILED", minutes(4)), FAILED),
        (("UPDATE_ROLLBACK_COMPLETE", minutes(4)), done(LONG_AGO), ""),
        (("UPDATE_IN_PROGRESS", minutes(16)), done(LONG_AGO), ""),
    ],
)
def test_the_response_stack_brings_what_the_evidence_was_changed_to(
    evidence: tuple[str, timedelta], response: tuple[str, timedelta], why: str
) -> None:
    assert deploys.why_wait(Stacks(**{EVIDENCE: evidence, RESPONSE: response}), NOW) == why


def test_the_guard_waits_until_the_watcher_is_as_new() -> None:
    def waits(response: timedelta, watcher: timedelta) -> bool:
        stacks = Stacks(**{RESPONSE: done(response), WATCHER: done(watcher)})
        return deploys.of_the_guard(stacks, NOW) == DEPLOYING

    assert waits(minutes(5), minutes(6))
    assert not waits(minutes(5), minutes(5))
    assert not waits(minutes(5), minutes(4))
    assert deploys.of_the_guard(Stacks(**{RESPONSE: done(minutes(5))}), NOW) == DEPLOYING
    assert deploys.of_the_guard(Stacks(**{WATCHER: done(minutes(5))}), NOW) == ""


@pytest.mark.parametrize(
    ("evidence", "response", "failed"),
    [
        (done(minutes(9)), ("UPDATE_ROLLBACK_COMPLETE", minutes(8)), True),
        (done(minutes(9)), ("UPDATE_ROLLBACK_COMPLETE", minutes(9)), True),
        (done(minutes(8)), ("UPDATE_ROLLBACK_COMPLETE", minutes(9)), False),
        (done(minutes(9)), done(minutes(8)), False),
        (("UPDATE_FAILED", minutes(9)), ("UPDATE_FAILED", minutes(8)), False),
        (done(timedelta(days=1)), ("UPDATE_FAILED", minutes(8)), True),
        (done(timedelta(days=1) + SECOND), ("UPDATE_FAILED", minutes(8)), False),
    ],
)
def test_a_second_step_that_failed_is_remembered_for_a_day(
    evidence: tuple[str, timedelta], response: tuple[str, timedelta], failed: bool
) -> None:
    stacks = Stacks(**{EVIDENCE: evidence, RESPONSE: response})
    assert deploys.response_failed(stacks, NOW) is failed


@pytest.mark.parametrize("stack", [EVIDENCE, RESPONSE])
@pytest.mark.parametrize(
    ("ago", "can"),
    [
        (-minutes(1), True),
        (-minutes(1) - SECOND, False),
        (timedelta(hours=1), True),
        (timedelta(hours=1) + SECOND, False),
    ],
)
def test_a_call_is_of_a_deploy_within_the_hour_from_its_beginning(
    stack: str, ago: timedelta, can: bool
) -> None:
    assert deploys.under_way(Stacks(**{stack: done(ago)}), NOW) is can
    changed = deploys.changed_evidence(Stacks(**{stack: done(ago)}), NOW)
    assert changed is (can and stack == EVIDENCE)


@pytest.mark.parametrize(
    "error",
    [
        refused("AccessDenied", "DescribeStacks"),
        refused("Throttling", "DescribeStacks"),
        EndpointConnectionError(endpoint_url="https://cloudformation"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (deploys.why_wait, ""),
        (deploys.of_the_guard, ""),
        (deploys.response_failed, False),
        (deploys.under_way, False),
        (deploys.changed_evidence, False),
    ],
)
def test_nothing_waits_when_cloudformation_does_not_answer(
    error: Exception, ask: Callable[[Any, datetime], str | bool], said: str | bool
) -> None:
    stacks = Stacks()
    stacks.refuses = error

    assert ask(stacks, NOW) == said


SATELLITE = "TrailkeeperSatellite-eu-west-1"
HOUR = minutes(60)


@pytest.mark.parametrize(
    ("home", "there", "reason"),
    [
        (done(minutes(20)), done(minutes(10)), ""),
        (done(minutes(20)), done(minutes(20)), ""),
        (done(minutes(20)), done(minutes(20) + SECOND), DEPLOYING),
        (done(minutes(20)), None, DEPLOYING),
        (done(HOUR), None, DEPLOYING),
        (done(HOUR + SECOND), None, ""),
        (done(HOUR + SECOND), done(LONG_AGO), ""),
        (None, None, ""),
        (done(LONG_AGO), ("DELETE_IN_PROGRESS", LONG_AGO), DEPLOYING),
        (done(LONG_AGO), ("UPDATE_IN_PROGRESS", minutes(15)), DEPLOYING),
        (done(LONG_AGO), ("UPDATE_IN_PROGRESS", minutes(15) + SECOND), ""),
        (done(LONG_AGO), ("REVIEW_IN_PROGRESS", SECOND), ""),
    ],
)
def test_a_stack_beyond_home_comes_after_the_one_at_home(
    home: tuple[str, timedelta] | None, there: tuple[str, timedelta] | None, reason: str
) -> None:
    at_home = Stacks(**({RESPONSE: home} if home else {}))
    beyond = Stacks(**({SATELLITE: there} if there else {}))

    assert deploys.of_a_satellite(at_home, beyond, SATELLITE, NOW) == reason
