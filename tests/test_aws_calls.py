"""Every call of AWS in the product is one that AWS has, with parameters that it takes.

Clients are not typed in the code. botocore checks a call against AWS's own model once it is made;
this reads all calls, also those that no test makes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from stage.places import ROOT

# What a client is called in the code, where that is not the name of the service.
OTHER_NAMES = {"functions": "lambda", "billing": "cloudwatch"}
SERVICES = (
    *("athena", "budgets", "cloudformation", "cloudtrail", "cloudwatch", "dynamodb", "ec2"),
    *(
        "events",
        "firehose",
        "glue",
        "iam",
        "kms",
        "lambda",
        "logs",
        "s3",
        "scheduler",
        "sns",
        "sqs",
    ),
    *("ssm", "sts"),
)
OF_EVERY_CLIENT = ("can_paginate", "close", "get_paginator", "get_waiter")
FEWEST = 250


@cache
def operations(service: str) -> Mapping[str, Any]:
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(each): model.operation_model(each) for each in model.operation_names}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """The calls of clients, with the service: of an attribute, or of an untyped parameter."""
    for function in ast.walk(tree):
        if not isinstance(function, (ast.FunctionDef, ast.Lambda)):
            continue
        given = {each.arg for each in function.args.args if _untyped(each)}
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                client = node.func.value
                if isinstance(client, ast.Attribute):
                    name = client.attr
                elif isinstance(client, ast.Name) and client.id in given:
                    name = client.id
                else:
                    continue
                name = name.removeprefix("_")
                service = OTHER_NAMES.get(name, name)
                if service in SERVICES:
                    yield service, node


def _untyped(parameter: ast.arg) -> bool:
    annotation = parameter.annotation
    return annotation is None or (isinstance(annotation, ast.Name) and annotation.id == "Any")


def wrong(source: str) -> Iterator[str]:
    for service, call in calls(ast.parse(source)):
        assert isinstance(call.func, ast.Attribute)
        name = call.func.attr
        if name in OF_EVERY_CLIENT:
            continue
        known = operations(service)
        if name not in known:
            yield f"line {call.lineno}: {service} has no {name}"
            continue
        shape = known[name].input_shape
        taken = shape.members if shape else {}
        for keyword in call.keywords:
            if keyword.arg and keyword.arg not in taken:
                yield f"line {call.lineno}: {name} of {service} takes no {keyword.arg}"


def test_each_is_in_the_model_of_its_service() -> None:
    sources = [
        (file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8"))
        for room in ("lambdas", "trailkeeper")
        for file in sorted((ROOT / room).rglob("*.py"))
    ]
    found = {file: said for file, source in sources if (said := list(wrong(source)))}
    assert found == {}
    assert sum(1 for _, source in sources for _ in calls(ast.parse(source))) > FEWEST


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "def look(clients): clients.iam.get_roll(RoleName='a')",
            "line 1: iam has no get_roll",
        ),
        (
            "def look(sns: Any): sns.publish(TopicARN='a', Message='b')",
            "line 1: publish of sns takes no TopicARN",
        ),
        (
            "def look(self): self._made.functions.get_function(Name='a')",
            "line 1: get_function of lambda takes no Name",
        ),
    ],
)
def test_a_wrong_one_is_found(source: str, said: str) -> None:
    assert list(dict.fromkeys(wrong(source))) == [said]
