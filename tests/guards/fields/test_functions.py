"""Every field by which an attacker could weaken what runs is seen."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from tests.guarded import NAMES, Guarded
from tests.guards.fields.compared import seen
from trailkeeper.evidence.functions import ALERT, HEAL
from trailkeeper.guards.guard_functions import _caller, _judged


def test_a_version_differs_in_anything_that_it_runs_with(account: Guarded) -> None:
    name = HEAL.name
    functions = account.functions
    layer = functions.publish_layer_version(
        LayerName="evil", Content={"ZipFile": b"x"}, CompatibleRuntimes=["python3.13"]
    )
    account.functions.get_layer_version_by_arn = lambda Arn: {"Content": {"CodeSha256": "evil"}}
    there = functions.get_function_configuration(FunctionName=name)
    kept = {key: there[key] for key in ("Handler", "Runtime", "MemorySize", "Role", "Timeout")}
    attacks: dict[str, Any] = {
        "Handler": "evil.handler",
        "Runtime": "python3.12",
        "MemorySize": 128,
        "Role": ALERT.role_arn(NAMES),
        "Timeout": 1,
        "Layers": [layer["LayerVersionArn"]],
    }

    for field, value in attacks.items():
        functions.update_function_configuration(FunctionName=name, **{**kept, field: value})
        version = functions.publish_version(FunctionName=name)["Version"]
        functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)
        assert seen(account, "guard-functions.versions") == [(name, field)]
        functions.update_function_configuration(FunctionName=name, **kept, Layers=[])


def test_how_a_version_differs_is_said_by_its_fields() -> None:
    right = {"a": 1, "b": 2}

    assert _judged({"a": 1, "b": 2}, right) == "as deployed"
    assert _judged({"a": 0, "c": 3}, right) == "a, b, c"
    assert _judged(None, right) == "no alias live"


RULE = "arn:aws:events:us-east-1:123456789012:rule/trailkeeper-trail"
ALLOWED = {
    "Sid": "x",
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:trailkeeper-heal:live",
    "Condition": {"ArnLike": {"AWS:SourceArn": RULE}},
}


def test_a_statement_is_a_caller_only_if_it_says_nothing_else() -> None:
    plain = f"events.amazonaws.com {RULE}"

    assert _caller(ALLOWED) == plain
    assert _caller({**ALLOWED, "Condition": {"ArnEquals": {"aws:sourcearn": RULE}}}) == plain
    for changed in (
        {"Effect": "Deny"},
        {"Action": "lambda:*"},
        {"Principal": "*"},
        {"Principal": {"AWS": "444455556666"}},
        {"Condition": {}},
        {"Condition": {"ArnLike": {"aws:SourceArn": [RULE]}}},
        {"Condition": {"ArnLike": {"aws:SourceArn": RULE}, "Bool": {"x": "true"}}},
        {"Condition": {"ArnLike": {"aws:SourceArn": RULE, "aws:PrincipalArn": "x"}}},
    ):
        said = {**ALLOWED, **changed}
        del said["Sid"], said["Resource"]
        assert json.loads(_caller({**ALLOWED, **changed})) == said


def test_whoever_may_call_what_is_not_published_is_seen() -> None:
    opened = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "lambda:InvokeFunction",
        "Resource": HEAL.arn(NAMES),
    }
    of_function = json.dumps({"Statement": [opened]})

    def get_policy(*, FunctionName: str, Qualifier: str = "") -> Any:
        if Qualifier or FunctionName != HEAL.name:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetPolicy")
        return {"Policy": of_function}

    clients = SimpleNamespace(functions=SimpleNamespace(get_policy=get_policy))

    said = seen(clients, "guard-functions.callers")
    assert any("unpublished: " in str(each) for each in said), said
