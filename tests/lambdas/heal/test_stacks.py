"""The heal function hears of the watcher's stack and of the evidence's from CloudFormation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from lambdas.heal import guarding
from lambdas.heal.healer import handle
from lambdas.heal.invocation import Invocation
from lambdas.heal.state import State
from tests.deployed_evidence import NOW, patience
from tests.guarded import DEPLOYED, Guarded, deployed
from tests.lambdas.watcher.bed import Trail
from tests.lambdas.watcher.test_stacks import DEPLOY_ROLE, made, mail, role, status
from trailkeeper.alerts.alert import Alert
from trailkeeper.words.text import Severity

WATCHER, EVIDENCE = "TrailkeeperWatcher", "TrailkeeperEvidence"


@dataclass
class Bed:
    """The heal function over a deployed watcher, and what it told."""

    account: Guarded
    now: datetime = NOW
    told: list[Alert] = field(default_factory=list)
    watches: bool = True

    def invocation(self) -> Invocation:
        return Invocation(
            environ=DEPLOYED.heal,
            clients=self.account,
            state=State(self.account, lambda: self.now),
            alert=self.told.append,
            patience=patience(),
            now=lambda: self.now,
            log=Logger(service="test"),
            watched=DEPLOYED.watched["watcher side"] if self.watches else None,
        )

    def handle(self, event: Any) -> Any:
        return handle(self.invocation(), event)

    def change(self, stack: str, to: str = "UPDATE_IN_PROGRESS") -> None:
        shown = self.account.cloudformation.stacks[stack]
        shown.update(StackStatus=to, LastUpdatedTime=self.now)

    def settle(self, minutes: int) -> None:
        """So many minutes, with the end of a look every five."""
        for _ in range(minutes // 5):
            self.now += timedelta(minutes=5)
            guarding.settle(self.invocation())


@pytest.fixture
def bed(moto: Callable[[], None]) -> Bed:
    account = deployed()
    account.cloudtrail, account.billing = Trail(), account.cloudwatch
    return Bed(account)


@pytest.mark.parametrize("stack", [WATCHER, EVIDENCE])
def test_an_update_by_somebody_else_is_told_with_who(bed: Bed, stack: str) -> None:
    bed.change(stack)
    bed.account.cloudtrail.history.append(made("UpdateStack", NOW, stack=stack)["detail"])
    for says in ("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"):
        bed.handle(status(stack, says))
    bed.settle(60)

    (alert,) = bed.told
    assert f"User mallory called UpdateStack on {stack}" in mail(alert)
    waits = "compares the evidence" if stack == EVIDENCE else "compares the guard"
    assert waits in mail(alert)


def test_an_author_who_is_not_known_is_asked_for_at_each_look(bed: Bed) -> None:
    bed.change(WATCHER)
    bed.handle(status(WATCHER))
    bed.settle(15)
    assert ["author is not known" in mail(each) for each in bed.told] == [True]

    bed.account.cloudtrail.history.append(made("UpdateStack", NOW, stack=WATCHER)["detail"])
    bed.settle(5)

    assert "User mallory called UpdateStack" in mail(bed.told[1])


def test_a_deploy_by_the_role_of_cdk_is_no_alarm(bed: Bed) -> None:
    for stack in (EVIDENCE, WATCHER):
        bed.change(stack)
        event = made("ExecuteChangeSet", NOW, by=role(DEPLOY_ROLE), stack=stack)
        bed.account.cloudtrail.history.append(event["detail"])
        bed.handle(status(stack))
    bed.settle(60)

    assert bed.told == []


@pytest.mark.parametrize("stack", [WATCHER, EVIDENCE])
def test_a_deletion_is_told_at_once(bed: Bed, stack: str) -> None:
    del bed.account.cloudformation.stacks[stack]

    bed.handle(status(stack, "DELETE_COMPLETE"))

    (alert,) = bed.told
    assert alert.severity is Severity.CRITICAL
    assert mail(alert).startswith(f"[Critical] Stack {stack} deleted")


@pytest.mark.parametrize("stack", ["TrailkeeperResponse", "TrailkeeperSearch"])
def test_of_other_stacks_it_tells_nothing(bed: Bed, stack: str) -> None:
    answer = bed.handle(status(stack, "DELETE_COMPLETE"))

    assert answer.why == "no stack that the heal function follows"
    assert bed.told == []


def test_without_a_watcher_no_stack_is_followed(bed: Bed) -> None:
    bed.watches = False
    bed.change(EVIDENCE)

    bed.handle(status(EVIDENCE))
    bed.settle(60)

    assert bed.told == []


def test_what_an_update_of_the_watcher_left_behind_is_put_right(bed: Bed) -> None:
    rule = DEPLOYED.sides["watcher side"].rules[0].name
    bed.change(WATCHER)
    bed.handle(status(WATCHER))
    bed.account.events.disable_rule(Name=rule)
    bed.change(WATCHER, "UPDATE_COMPLETE")

    bed.settle(20)

    assert bed.account.events.describe_rule(Name=rule)["State"] == "ENABLED"
