"""What the status says of the stacks: as doctor says it, with the fix."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from tests.cli.doctor.seen import NAMES, NOW, Clients, functions
from trailkeeper.cli.account import Account
from trailkeeper.cli.stack_section import Stacks, look
from trailkeeper.evidence.names import EVIDENCE_STACK, RESPONSE_STACK


class Asking(Clients):
    """An account whose commands are called with no options."""

    region = profile = None


def stacks(response: str = "UPDATE_COMPLETE", **answers: Any) -> Stacks:
    described = [
        {"StackName": name, "StackStatus": status, "CreationTime": NOW - timedelta(days=3)}
        for name, status in ((EVIDENCE_STACK, "CREATE_COMPLETE"), (RESPONSE_STACK, response))
    ]
    known = {**functions(), "DescribeStacks": {"Stacks": described}, **answers}
    return look(cast(Account, Asking(known)), NAMES.trail_arn, NOW)


def shown(found: Stacks) -> list[str]:
    return list(found.lines())


def waiting(asked: Mapping[str, Any]) -> Any:
    ours = {
        "ChangeSetName": "quiet",
        "ChangeSetId": "arn:aws:cloudformation:us-east-1:111122223333:changeSet/quiet/1",
        "StackName": RESPONSE_STACK,
        "Status": "CREATE_COMPLETE",
        "ExecutionStatus": "AVAILABLE",
        "CreationTime": NOW - timedelta(minutes=20),
    }
    return {"Summaries": [ours] if asked["StackName"] == RESPONSE_STACK else []}


def test_that_all_is_deployed_is_one_line() -> None:
    found = stacks()

    assert found.in_order
    assert shown(found) == [
        "Stacks    all are deployed, and no change set waits for whoever executes it"
    ]
    assert found.to_json() == {"findings": [], "unseen": []}


def test_a_stack_that_takes_no_deploy_is_told_with_the_command_for_it() -> None:
    found = stacks("UPDATE_ROLLBACK_FAILED")

    assert not found.in_order
    assert shown(found) == [
        "Stacks    the last deploy of TrailkeeperResponse did NOT go through, and could",
        "          NOT be taken back either (UPDATE_ROLLBACK_FAILED): it takes no other",
        "  fix     aws cloudformation continue-update-rollback --region us-east-1 "
        "--stack-name=TrailkeeperResponse",
        "          First put right what it failed at (its events say what). What cannot",
        "          be taken back, --resources-to-skip with its logical id leaves as it",
        "          is, and CloudFormation counts it as taken back: then npx cdk deploy",
        "          TrailkeeperResponse --revert-drift",
    ]
    (told,) = found.to_json()["findings"]
    assert told["id"] == "stack-half-rolled-back"


def test_a_change_set_that_somebody_could_execute_is_told() -> None:
    found = stacks(ListChangeSets=waiting)

    assert not found.in_order
    text = " ".join(line.strip() for line in shown(found))
    assert "the change set quiet of TrailkeeperResponse CAN BE EXECUTED, made 20 min ago" in text
    assert "aws cloudformation delete-change-set --region us-east-1 --change-set-name" in text


def test_what_may_not_be_asked_is_one_line_and_hides_nothing() -> None:
    found = stacks("UPDATE_FAILED", ListChangeSets="AccessDenied")

    lines = shown(found)
    assert "(UPDATE_FAILED)" in " ".join(lines)
    (told,) = (line for line in lines if "NOT seen" in line)
    assert told.strip().startswith("change sets of the stacks: NOT seen (the right")
