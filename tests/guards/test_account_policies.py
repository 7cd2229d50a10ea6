"""Which policies of the account's log groups hold for the trail's, and what is told of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.account_answers import answering
from tests.guards.test_evidence_fields import seen
from tests.recorded import Recorded
from trailkeeper.guards import account_policies

STREAM = "arn:aws:kinesis:us-east-1:999999999999:stream/copies"
TOLD = json.dumps({"destinationArn": STREAM, "policyName": "copies"})
NAMELESS = '{"policyName": "copies"}'


def policy(**said: Any) -> dict[str, Any]:
    document = json.dumps({"DestinationArn": STREAM, "FilterPattern": "", "Distribution": "Random"})
    return {"policyName": "copies", "policyDocument": document, "scope": "ALL", **said}


def told(*policies: dict[str, Any], kind: str = "SUBSCRIPTION_FILTER_POLICY") -> list[Any]:
    """What is told where these policies are the only ones, all of one type."""

    def answer(asked: Mapping[str, Any]) -> Any:
        return {"accountPolicies": list(policies) if asked["policyType"] == kind else []}

    return seen("log-group/account-policies", {"DescribeAccountPolicies": answer})


@pytest.mark.parametrize(
    "kind", ["SUBSCRIPTION_FILTER_POLICY", "DATA_PROTECTION_POLICY", "TRANSFORMER_POLICY"]
)
def test_each_type_that_copies_masks_or_rewrites_events_is_told(kind: str) -> None:
    assert told(policy(), kind=kind) == [(kind, f"[{TOLD}]", "-")]


def test_nothing_is_told_where_there_is_no_policy_or_one_of_another_type() -> None:
    assert told() == []
    assert told(policy(), kind="FIELD_INDEX_POLICY") == []


@pytest.mark.parametrize(
    "document",
    [
        '{"Name": "mask", "Statement": []}',
        "{}",
        "",
        None,
        '["no", "object"]',
        "not JSON",
    ],
)
def test_a_policy_without_a_destination_is_told_by_its_name(document: str | None) -> None:
    said = {} if document is None else {"policyDocument": document}
    found = {key: value for key, value in policy().items() if key != "policyDocument"}

    assert told({**found, **said}) == [("SUBSCRIPTION_FILTER_POLICY", f"[{NAMELESS}]", "-")]


@pytest.mark.parametrize(
    ("criteria", "holds"),
    [
        (None, True),
        ("", True),
        ('LogGroupName NOT IN ["/aws/lambda/noisy"]', True),
        ('LogGroupName NOT IN ["/aws/lambda/noisy", "/trailkeeper/trail"]', False),
        ('  LogGroupName  NOT  IN [\n"/trailkeeper/trail"\n]  ', False),
        # A name in it that only begins like ours is another group's.
        ('LogGroupName NOT IN ["/trailkeeper/trail-of-others"]', True),
        ('LogGroupName NOT IN ["/trailkeeper/"]', True),
        ("LogGroupName NOT IN []", True),
        ('LogGroupNamePrefix IN ["/trailkeeper/"]', True),
        ('LogGroupNamePrefix IN ["/aws/", "/trailkeeper/trail"]', True),
        ('LogGroupNamePrefix IN ["/aws/"]', False),
        ('  LogGroupNamePrefix\nIN ["/aws/"] ', False),
        # What nobody here knows is taken to hold, so that people see it.
        ('LogGroupName NOT IN ["/trailkeeper/trail"', True),
        ("LogGroupName NOT IN [/trailkeeper/trail]", True),
        ("LogGroupName NOT IN [1]", True),
        ('LogGroupClass IN ["INFREQUENT_ACCESS"]', True),
    ],
)
def test_the_criteria_of_a_policy_say_whether_it_holds(
    criteria: str | None, *, holds: bool
) -> None:
    found = policy() if criteria is None else policy(selectionCriteria=criteria)

    assert bool(told(found)) is holds


@pytest.mark.parametrize(
    "code",
    ["InvalidParameterException", "UnknownOperationException", "UnsupportedOperationException"],
)
def test_a_type_that_a_partition_does_not_have_does_no_harm(code: str) -> None:
    def answer(asked: Mapping[str, Any]) -> Any:
        known = asked["policyType"] == "DATA_PROTECTION_POLICY"
        return {"accountPolicies": [policy()]} if known else code

    found = seen("log-group/account-policies", {"DescribeAccountPolicies": answer})

    assert [path for path, _, _ in found] == ["DATA_PROTECTION_POLICY"]


def test_every_page_is_read() -> None:
    """Source: CloudWatch Logs API reference, DescribeAccountPolicies: nextToken."""

    def answer(asked: Mapping[str, Any]) -> Any:
        first = {"accountPolicies": [policy(policyName="first")], "nextToken": "2"}
        second = {"accountPolicies": [policy(policyName="second")]}
        token = waiting.pop(asked["policyType"], "nobody asks again")
        assert asked.get("nextToken") == token
        waiting.update({} if token else {asked["policyType"]: "2"})
        return second if token else first

    waiting: dict[str, str | None] = dict.fromkeys(account_policies.TYPES)
    clients = answering({"DescribeAccountPolicies": answer})

    found = account_policies.read(clients, "/trailkeeper/trail")

    assert {kind: [each["policyName"] for each in all_] for kind, all_ in found.items()} == {
        "SUBSCRIPTION_FILTER_POLICY": ["first", "second"],
        "DATA_PROTECTION_POLICY": ["first", "second"],
        "TRANSFORMER_POLICY": ["first", "second"],
    }
    assert waiting == {}


def test_a_refusal_is_no_answer() -> None:
    with pytest.raises(Exception, match="AccessDenied"):
        account_policies.read(Recorded({"DescribeAccountPolicies": "AccessDenied"}), "x")
