"""Which deploys of somebody else are planned, by the entries of the settings and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.deployed_evidence import ACCOUNT, BASELINE, NOW
from tests.recorded import Recorded
from trailkeeper.events.event import Actor, ApiCall
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.reconcile.expected_deploys import ExpectedDeploys

DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/deployer"
BY_NAME = ExpectedActor(("UpdateStack",), principal=DEPLOYER, until="2026-11-20")
BY_TAG = ExpectedActor(("UpdateStack",), tags={"team": "platform"})
TAGGED = {"ListRoleTags": {"Tags": [{"Key": "team", "Value": "platform"}]}}


def planned(
    entry: ExpectedActor, call: str = "UpdateStack", arn: str = DEPLOYER, **more: Any
) -> tuple[bool, list[str], list[str]]:
    """Whether it is, what was asked for it, and what could not be done."""
    heard: list[str] = []
    clients = Recorded(more.get("answers", {}))
    now = NOW + timedelta(days=more.get("days", 0))
    deploys = ExpectedDeploys(
        (entry,), BASELINE, lambda: clients.iam, lambda: now, lambda what, _: heard.append(what)
    )
    actor = Actor(kind="AssumedRole", account=ACCOUNT, principal_arn=arn)
    return deploys.has(ApiCall(name=call, actor=actor)), clients.operations, heard


@pytest.mark.parametrize(
    ("call", "arn", "days", "is_planned"),
    [
        ("UpdateStack", DEPLOYER, 0, True),
        ("UpdateStack", DEPLOYER, 1, False),
        ("UpdateStack", f"{DEPLOYER}-else", 0, False),
        ("CreateStack", DEPLOYER, 0, False),
        ("DeleteStack", DEPLOYER, 0, False),
    ],
)
def test_a_deploy_is_planned_by_who_makes_it_until_its_day(
    call: str, arn: str, days: int, is_planned: bool
) -> None:
    assert planned(BY_NAME, call, arn, days=days) == (is_planned, [], [])


def test_or_by_the_tags_of_who_makes_it() -> None:
    assert planned(BY_TAG, answers=TAGGED) == (True, ["ListRoleTags"], [])
    assert planned(BY_TAG, answers={"ListRoleTags": {"Tags": []}})[0] is False


def test_whose_tags_cannot_be_read_is_nobody_who_may() -> None:
    assert planned(BY_TAG, answers={"ListRoleTags": "AccessDenied"}) == (
        False,
        ["ListRoleTags"],
        ["the tags of who deploys cannot be read"],
    )


def test_an_entry_for_another_kind_of_call_plans_no_deploy() -> None:
    entry = ExpectedActor(("trail-changed",), principal=DEPLOYER)

    assert planned(entry) == (False, [], [])
