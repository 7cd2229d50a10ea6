"""The comparison of what was declared with what is there: blind to spelling, never to loss."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from embedded.fidelity.compare import differences
from embedded.fidelity.declared import declarations, regions


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        (True, "true"),
        (300, "300"),
        (0, 0.0),
        ("sns:Publish", ["sns:Publish"]),
        (["sns:Publish"], "sns:Publish"),
        (["a", "b"], ["b", "a", "c"]),
        ({"maxReceiveCount": 3}, '{"maxReceiveCount": 3, "more": 1}'),
        (re.compile("arn:aws:kms:.+"), "arn:aws:kms:us-east-1:111122223333:key/1"),
        ([{"Id": "1", "Arn": "a"}], [{"Id": "2", "Arn": "b"}, {"Id": "1", "Arn": "a"}]),
    ],
)
def test_the_same_in_other_words_is_no_difference(declared: Any, found: Any) -> None:
    assert differences("P", declared, found) == []


@pytest.mark.parametrize(
    ("declared", "found", "line"),
    [
        (7, None, "P is null, declared was 7"),
        (False, None, "P is null, declared was false"),
        (7, 14, "P is 14, declared was 7"),
        ({"A": {"B": 1}}, {"A": {}}, "P.A.B is null, declared was 1"),
        ({"A": 1}, None, 'P is null, declared was {"A": 1}'),
        (["a", "b"], ["a"], 'P lacks "b", it has ["a"]'),
        ([{"A": 1}], [{"A": 2}], "P[0].A is 2, declared was 1"),
        (re.compile("arn:.+"), "key/1", 'P is "key/1", declared was "<arn:.+>"'),
    ],
)
def test_what_was_lost_is_named(declared: Any, found: Any, line: str) -> None:
    assert differences("P", declared, found) == [line]


class Stacks:
    """CloudFormation's answers about one stack."""

    def describe_stacks(self, StackName: str) -> Any:
        return {
            "Stacks": [
                {
                    "StackId": f"arn:aws:cloudformation:eu-west-1:111122223333:stack/{StackName}/1",
                    "StackName": StackName,
                    "Parameters": [
                        {"ParameterKey": "Key", "ParameterValue": "/k", "ResolvedValue": "key-arn"}
                    ],
                }
            ]
        }

    def describe_stack_resources(self, StackName: str) -> Any:
        ids = {"Bucket": "logs", "Topic": "arn:topic"}
        return {
            "StackResources": [
                {"LogicalResourceId": logical, "PhysicalResourceId": physical}
                for logical, physical in ids.items()
            ]
        }


def test_intrinsics_are_resolved_as_far_as_can_be_known(tmp_path: Path) -> None:
    properties = {
        "Ref": {"Ref": "Bucket"},
        "Parameter": {"Ref": "Key"},
        "Join": {"Fn::Join": ["/", ["a", {"Ref": "AWS::Region"}]]},
        "Sub": {"Fn::Sub": "x-${AWS::AccountId}-${Topic}"},
        "Attribute": {"Fn::Join": ["", ["arn:", {"Fn::GetAtt": ["Bucket", "Arn"]}, "/*"]]},
    }
    template = {
        "Resources": {
            "Topic": {"Type": "T", "Properties": properties},
            "NotDeployed": {"Type": "T"},
        }
    }
    (tmp_path / "S.template.json").write_text(json.dumps(template))
    (declaration,) = declarations(tmp_path, ["S"], Stacks())
    resolved = declaration.properties
    assert declaration.physical_id == "arn:topic"
    assert resolved["Ref"] == "logs"
    assert resolved["Parameter"] == "key-arn"
    assert resolved["Join"] == "a/eu-west-1"
    assert resolved["Sub"] == "x-111122223333-arn:topic"
    assert resolved["Attribute"].fullmatch("arn:anything/*")
    assert not resolved["Attribute"].fullmatch("arn:anything")


def test_each_stack_is_read_in_its_own_region(tmp_path: Path) -> None:
    stack = "aws:cloudformation:stack"
    artifacts = {
        "Home": {"type": stack, "environment": "aws://unknown-account/eu-central-1"},
        "Far": {"type": stack, "environment": "aws://111122223333/us-east-1"},
        "Anywhere": {"type": stack, "environment": "aws://unknown-account/unknown-region"},
        "Tree": {"type": "cdk:tree"},
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))

    assert regions(tmp_path, "eu-central-1") == {
        "eu-central-1": ("Anywhere", "Home"),
        "us-east-1": ("Far",),
    }
