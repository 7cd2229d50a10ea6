"""The account stack: two groups, whose policies AWS takes and a person has read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.stacks.conftest import MINIMUM, Synth
from tests.stacks.deployed import ACCOUNT, REGION, Deployed
from trailkeeper.evidence.names import ACCOUNT_STACK, SEARCH_STACK

NOTHING = {**MINIMUM, "athena": False}


def groups(account: Deployed) -> dict[str, list[dict[str, Any]]]:
    """The managed policies of each group by its name, AWS's by their ARN."""
    policies = account.all("AWS::IAM::ManagedPolicy")
    return {
        own["GroupName"]: [
            policies[each.strip("<>")] if each.startswith("<") else each
            for each in own["ManagedPolicyArns"]
        ]
        for own in account.all("AWS::IAM::Group").values()
    }


def size(document: Any) -> int:
    return len(json.dumps(document, separators=(",", ":")))


def test_each_group_has_the_policy_of_aws_and_ours(account: Deployed) -> None:
    found = {
        name: [each if isinstance(each, str) else each["ManagedPolicyName"] for each in policies]
        for name, policies in groups(account).items()
    }

    assert found == {
        f"trailkeeper-administrators-{REGION}": [
            "arn:aws:iam::aws:policy/AWSCloudTrail_FullAccess",
            f"trailkeeper-administrators-{REGION}-without-mfa-1",
            f"trailkeeper-administrators-{REGION}-without-mfa-2",
            f"trailkeeper-administrators-{REGION}-without-tag-1",
            f"trailkeeper-administrators-{REGION}-without-tag-2",
        ],
        f"trailkeeper-readers-{REGION}": [
            "arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess",
            f"trailkeeper-readers-{REGION}-1",
        ],
    }


def test_every_policy_is_of_a_size_that_iam_takes(account: Deployed) -> None:
    policies = account.all("AWS::IAM::ManagedPolicy").values()
    sizes = {each["ManagedPolicyName"]: size(each["PolicyDocument"]) for each in policies}

    assert ACCOUNT in json.dumps(list(policies))
    assert {name: each for name, each in sizes.items() if each > 6144} == {}


def test_nobody_is_made_and_nobody_is_in_a_group(account: Deployed) -> None:
    assert account.types() == {"AWS::IAM::Group", "AWS::IAM::ManagedPolicy"}


def test_a_reader_of_what_is_not_deployed_has_no_right_to_it(synth: Synth) -> None:
    bare = {**MINIMUM, "groups": True, "athena": False}
    account = Deployed(synth(bare), ACCOUNT_STACK)
    (_, readers) = groups(account)[f"trailkeeper-readers-{REGION}"]

    services = {
        action.partition(":")[0]
        for each in readers["PolicyDocument"]["Statement"]
        for action in each["Action"]
    }
    assert services == {"s3", "logs", "ec2"}


def test_stacks_whose_parts_are_all_off_are_empty_and_synth_goes_on(synth: Synth) -> None:
    assembly: Path = synth(NOTHING)

    for stack in (ACCOUNT_STACK, SEARCH_STACK):
        template = json.loads((assembly / f"{stack}.template.json").read_text(encoding="utf-8"))
        assert template.get("Resources", {}) == {}
