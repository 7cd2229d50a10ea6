"""A stack that is gone or without protection is seen."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.deployed_evidence import BASELINE
from tests.guards.fields.compared import DOCUMENTS, seen
from tests.recorded import Recorded
from trailkeeper.evidence.drift import Change, Drift


@pytest.mark.parametrize(
    ("status", "protected", "said"),
    [
        ("UPDATE_COMPLETE", True, []),
        ("DELETE_FAILED", True, [("Stack", "DELETE_FAILED")]),
        ("REVIEW_IN_PROGRESS", True, [("Stack", "REVIEW_IN_PROGRESS")]),
        ("DELETE_IN_PROGRESS", False, [("EnableTerminationProtection", "false")]),
        ("CREATE_COMPLETE", None, [("EnableTerminationProtection", "false")]),
    ],
)
def test_a_stack_is_there_and_protected(
    status: str, protected: bool | None, said: list[tuple[str, str]]
) -> None:
    protection = {} if protected is None else {"EnableTerminationProtection": protected}
    stack = {"StackStatus": status, **protection}
    clients = SimpleNamespace(
        cloudformation=SimpleNamespace(describe_stacks=lambda StackName: {"Stacks": [stack]})
    )

    assert set(said) <= set(seen(clients, "guard-stack.protection"))
    assert bool(said) is bool(seen(clients, "guard-stack.protection"))


def test_a_stack_that_is_gone_is_seen() -> None:
    guard, document = DOCUMENTS["guard-stack.protection"]

    found = guard.compare(document, Recorded({"DescribeStacks": "ValidationError"}), BASELINE)

    assert isinstance(found, Drift)
    assert found.changes == (
        Change("EnableTerminationProtection", "-", "true"),
        Change("Stack", "gone", "there"),
    )
    ours, theirs = document.parted(found)
    assert ours is None
    assert theirs == found
