"""CloudFormation tells EventBridge of its stacks itself: no trail is there in these tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from embedded.tests.bare_account import BareAccount, Queue

NAME = "told-of"
TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "told-of"}}


@pytest.fixture
def queue(account: BareAccount) -> Iterator[Queue]:
    """What a rule for the stack of these tests is told."""
    root = account.root
    made, events = account.queue("stack-events"), account.client("events")
    stack = f"arn:aws:cloudformation:{root.region}:{root.account}:stack/{NAME}/"
    pattern = {
        "source": ["aws.cloudformation"],
        "detail-type": ["CloudFormation Stack Status Change"],
        "detail": {"stack-id": [{"prefix": stack}]},
    }
    rule = events.put_rule(Name=NAME, EventPattern=json.dumps(pattern))["RuleArn"]
    made.allow("events.amazonaws.com", rule)
    events.put_targets(Rule=NAME, Targets=[{"Id": "queue", "Arn": made.arn}])
    yield made
    events.remove_targets(Rule=NAME, Ids=["queue"])
    events.delete_rule(Name=NAME)


def statuses(queue: Queue, last: str) -> list[dict[str, Any]]:
    """The events up to the one of a status."""
    heard: list[dict[str, Any]] = []
    while not heard or heard[-1]["detail"]["status-details"]["status"] != last:
        heard.append(queue.message().body)
    return heard


def names(heard: list[dict[str, Any]]) -> list[str]:
    return [each["detail"]["status-details"]["status"] for each in heard]


def template(**resources: Any) -> str:
    return json.dumps({"Resources": resources})


def test_each_status_of_a_stack_is_told_with_its_operation(
    account: BareAccount, queue: Queue
) -> None:
    stacks = account.client("cloudformation")
    made = stacks.create_stack(
        StackName=NAME, TemplateBody=template(Topic=TOPIC), ClientRequestToken="made-by-test"
    )["StackId"]

    begun, done = statuses(queue, "CREATE_COMPLETE")

    assert names([begun]) == ["CREATE_IN_PROGRESS"]
    assert done["source"] == "aws.cloudformation"
    assert done["resources"] == [made]
    assert (done["account"], done["region"]) == (account.root.account, account.root.region)
    assert done["detail"] == {
        "stack-id": made,
        "status-details": {"status": "CREATE_COMPLETE", "status-reason": ""},
        "client-request-token": "made-by-test",
    }
    changed = {**TOPIC, "Properties": {**TOPIC["Properties"], "DisplayName": "changed"}}
    stacks.update_stack(StackName=NAME, TemplateBody=template(Topic=changed))
    updated = statuses(queue, "UPDATE_COMPLETE")
    assert names(updated)[0] == "UPDATE_IN_PROGRESS"
    assert "client-request-token" not in updated[0]["detail"]
    stacks.delete_stack(StackName=NAME)
    assert names(statuses(queue, "DELETE_COMPLETE")) == ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"]


def test_a_stack_that_waits_for_its_change_set_and_one_that_fails_are_told(
    account: BareAccount, queue: Queue
) -> None:
    stacks = account.client("cloudformation")
    stacks.create_change_set(
        StackName=NAME,
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=template(Topic=TOPIC),
    )
    assert names(statuses(queue, "REVIEW_IN_PROGRESS")) == ["REVIEW_IN_PROGRESS"]
    stacks.delete_stack(StackName=NAME)
    statuses(queue, "DELETE_COMPLETE")

    none = "arn:aws:sns:us-east-1:000000000000:none"
    broken = {"Type": "AWS::SNS::Subscription", "Properties": {"TopicArn": none, "Protocol": "x"}}
    stacks.create_stack(StackName=NAME, TemplateBody=template(Topic=broken))

    failed = statuses(queue, "ROLLBACK_COMPLETE")
    assert names(failed)[:2] == ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"]
    assert failed[1]["detail"]["status-details"]["status-reason"]
    stacks.delete_stack(StackName=NAME)
    statuses(queue, "DELETE_COMPLETE")
