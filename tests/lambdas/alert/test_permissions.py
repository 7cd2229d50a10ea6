"""The alert function may do what it does, to what it does it to."""

from __future__ import annotations

import json

from tests.deployed_evidence import BASELINE
from trailkeeper.rights.alert import CHAT_PERMISSIONS, PERMISSIONS, secret_permissions


def statements(*permissions: object) -> str:
    return json.dumps([each.statement(BASELINE) for each in permissions])  # type: ignore[attr-defined]


def test_only_describe_instances_has_no_resource() -> None:
    wide = [each for each in PERMISSIONS if each.resources(BASELINE) == ("*",)]
    assert [each.actions for each in wide] == [("ec2:DescribeInstances",)]


def test_no_action_is_a_pattern() -> None:
    everything = (*PERMISSIONS, *CHAT_PERMISSIONS, *secret_permissions("ssm:/slack/webhook"))
    assert not [action for each in everything for action in each.actions if "*" in action]


def test_a_parameter_and_its_key() -> None:
    document = statements(*secret_permissions("ssm:/slack/webhook"))
    assert "arn:aws:ssm:us-east-1:123456789012:parameter/slack/webhook" in document
    assert '"kms:ViaService": "ssm.us-east-1.amazonaws.com"' in document


def test_a_secret_and_its_key() -> None:
    document = statements(*secret_permissions("secretsmanager:slack"))
    assert "arn:aws:secretsmanager:us-east-1:123456789012:secret:slack-??????" in document
    assert '"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"' in document
