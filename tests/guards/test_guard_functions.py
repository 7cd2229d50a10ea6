"""What the aliases of the functions run, who may call them, and how both are put right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.deployed_evidence import BASELINE
from tests.guarded import GUARDS, OWN
from tests.recorded import Recorded
from trailkeeper.evidence.drift import Change, Drift

ACCOUNT = "123456789012"
HEAL, ALERT = "trailkeeper-heal", "trailkeeper-alert"
ROLES = {
    name: f"arn:aws:iam::{ACCOUNT}:role/{name}-us-east-1"
    for name in (HEAL, ALERT, "trailkeeper-watcher")
}
SECONDS = {HEAL: 120, ALERT: 60, "trailkeeper-watcher": 120}
LAYER = f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer:trailkeeper-dependencies:1"
(GUARD,) = (each for each in GUARDS["heal side"] if each.name == "guard-functions")


def config(name: str, version: str = "7", **changed: Any) -> dict[str, Any]:
    """A version as it is deployed."""
    return {
        "FunctionName": name,
        "Version": version,
        "CodeSha256": "ours",
        "Environment": {"Variables": dict(OWN.variables)},
        "Handler": f"lambdas.{name.removeprefix('trailkeeper-')}.handler.handler",
        "Layers": [{"Arn": LAYER}],
        "MemorySize": 512,
        "Role": ROLES[name],
        "Runtime": "python3.13",
        "Timeout": SECONDS[name],
        **changed,
    }


def account(
    *, alias: Any = None, live: Mapping[str, Any] | None = None, **answers: Any
) -> Recorded:
    """An account in which the heal function's alias, or what it runs, was changed."""

    def get_alias(asked: Mapping[str, Any]) -> Any:
        there = {"FunctionVersion": "7"}
        return alias if asked["FunctionName"] == HEAL and alias is not None else there

    def get_configuration(asked: Mapping[str, Any]) -> Any:
        changed = live if asked["FunctionName"] == HEAL else None
        return config(asked["FunctionName"], **(changed or {}))

    return Recorded(
        {
            "GetAlias": get_alias,
            "GetFunctionConfiguration": get_configuration,
            "GetLayerVersionByArn": lambda asked: (
                {"Content": {"CodeSha256": "layer"}}
                if asked["Arn"] == LAYER
                else "ResourceNotFoundException"
            ),
            **answers,
        }
    )


def seen(document: str, clients: Recorded) -> tuple[Change, ...]:
    found = GUARD.compare(GUARD.document(document), clients, BASELINE)
    assert found is None or isinstance(found, Drift), found
    return found.changes if found else ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"live": {"Environment": {"Variables": {}}}}, "Environment"),
        ({"live": {"Environment": None}}, "Environment"),
        ({"live": {"VpcConfig": {"SubnetIds": ["subnet-1"]}}}, "VpcConfig"),
        ({"live": {"VpcConfig": {"SubnetIds": []}}}, ""),
        ({"live": {"Layers": []}}, "Layers"),
        ({"live": {"Layers": [{"Arn": "arn:gone"}]}}, "Layers"),
        ({"live": {"CodeSha256": "theirs", "Timeout": 1}}, "CodeSha256, Timeout"),
        ({"alias": {"FunctionVersion": "$LATEST"}}, "FunctionVersion"),
        (
            {
                "alias": {
                    "FunctionVersion": "7",
                    "RoutingConfig": {"AdditionalVersionWeights": {"8": 1.0}},
                }
            },
            "AdditionalVersionWeights",
        ),
        ({"alias": {"FunctionVersion": "7", "RoutingConfig": {}}}, ""),
        ({"alias": "ResourceNotFoundException"}, "no alias live"),
    ],
)
def test_what_an_alias_runs_is_said_where_it_differs(changed: dict[str, Any], said: str) -> None:
    expected = (Change(HEAL, said, "as deployed"),) if said else ()

    assert seen("versions", account(**changed)) == expected


def test_a_function_that_is_gone_is_not_one_without_an_alias() -> None:
    def gone(asked: Mapping[str, Any]) -> Any:
        watchers = asked["FunctionName"] == OWN.function
        return config(OWN.function) if watchers else "ResourceNotFoundException"

    clients = account(alias="ResourceNotFoundException", GetFunctionConfiguration=gone)

    found = GUARD.compare(GUARD.document("versions"), clients, BASELINE)

    assert isinstance(found, Drift)
    assert found.gone


def repaired(document: str, clients: Recorded, *paths: str) -> list[tuple[str, Any]]:
    """What is written, without what is read."""
    changes = tuple(Change(path, "x", "y") for path in paths)
    GUARD.repair(clients, BASELINE, Drift("guard-functions", document, changes))
    reads = ("Get", "List")
    return [
        (each.operation, dict(each.arguments))
        for each in clients.calls
        if not each.operation.startswith(reads)
    ]


VERSIONS = {
    "Versions": [
        config(HEAL, "$LATEST"),
        config(HEAL, "7"),
        config(HEAL, "9"),
        config(HEAL, "10"),
        config(HEAL, "11", CodeSha256="theirs"),
    ]
}
TO_TEN = {"FunctionName": HEAL, "Name": "live", "FunctionVersion": "10"}


def test_an_alias_is_pointed_at_the_newest_version_that_is_as_deployed() -> None:
    clients = account(ListVersionsByFunction=VERSIONS)

    assert repaired("versions", clients, HEAL) == [("UpdateAlias", {**TO_TEN, "RoutingConfig": {}})]


def test_an_alias_that_is_gone_is_made_again() -> None:
    clients = account(ListVersionsByFunction=VERSIONS, UpdateAlias="ResourceNotFoundException")

    assert repaired("versions", clients, HEAL)[1:] == [("CreateAlias", TO_TEN)]


def test_an_alias_that_may_not_be_changed_is_not_made_again() -> None:
    clients = account(ListVersionsByFunction=VERSIONS, UpdateAlias="AccessDeniedException")

    with pytest.raises(ClientError, match="AccessDenied"):
        repaired("versions", clients, HEAL)


CALLS = {
    "MaximumRetryAttempts": 2,
    "MaximumEventAgeInSeconds": 21600,
    "DestinationConfig": {
        "OnFailure": {"Destination": f"arn:aws:sqs:us-east-1:{ACCOUNT}:trailkeeper-heal-dead"}
    },
}
OF_ALERT = {
    **CALLS,
    "DestinationConfig": {
        "OnFailure": {"Destination": f"arn:aws:sqs:us-east-1:{ACCOUNT}:trailkeeper-alerts-dead"}
    },
}


@pytest.mark.parametrize(
    ("said", "differs"),
    [
        (CALLS, []),
        ({**CALLS, "FunctionArn": "x", "LastModified": "2026-11-20T00:00:00Z"}, []),
        ({**CALLS, "MaximumRetryAttempts": 0}, [("MaximumRetryAttempts", "0")]),
        ({**CALLS, "MaximumEventAgeInSeconds": 60}, [("MaximumEventAgeInSeconds", "60")]),
        (
            {key: CALLS[key] for key in CALLS if key != "DestinationConfig"},
            [("DestinationConfig", "-")],
        ),
        ("ResourceNotFoundException", [("", "-")]),
    ],
)
def test_what_becomes_of_a_call_that_failed_is_compared(
    said: Any, differs: list[tuple[str, str]]
) -> None:
    def answer(asked: Mapping[str, Any]) -> Any:
        assert asked["Qualifier"] == "live"
        return said if asked["FunctionName"] == HEAL else OF_ALERT

    found = seen("failures", Recorded({"GetFunctionEventInvokeConfig": answer}))

    assert [(each.path, each.before) for each in found] == [
        (f"{HEAL}.{path}" if path else HEAL, before) for path, before in differs
    ]


def test_what_becomes_of_a_call_that_failed_is_put_right() -> None:
    assert repaired("failures", Recorded(), HEAL) == [
        ("PutFunctionEventInvokeConfig", {"FunctionName": HEAL, "Qualifier": "live", **CALLS})
    ]


RULE = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/trailkeeper-trail"


def statement(sid: str, qualifier: str = "live", **changed: Any) -> dict[str, Any]:
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{HEAL}"
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": f"{arn}:{qualifier}" if qualifier else arn,
        "Condition": {"ArnLike": {"AWS:SourceArn": RULE}},
        **changed,
    }


def test_strangers_are_taken_off_and_whoever_is_missing_is_let_in_again() -> None:
    """Once for each rule: what is there twice is taken off, too."""
    of_alias = [
        statement("ours"),
        statement("again"),
        statement("mallory", Principal={"AWS": "999999999999"}),
    ]
    of_function = [statement("open", ""), statement("ours")]

    def get_policy(asked: Mapping[str, Any]) -> Any:
        there = of_alias if asked.get("Qualifier") == "live" else of_function
        return {"Policy": json.dumps({"Statement": there})}

    calls = repaired("callers", Recorded({"GetPolicy": get_policy}), HEAL)

    removed = [given for name, given in calls if name == "RemovePermission"]
    assert removed == [
        {"FunctionName": HEAL, "Qualifier": "live", "StatementId": "again"},
        {"FunctionName": HEAL, "Qualifier": "live", "StatementId": "mallory"},
        {"FunctionName": HEAL, "StatementId": "open"},
    ]
    added = [given for name, given in calls if name == "AddPermission"]
    assert RULE not in {each["SourceArn"] for each in added}
    assert {
        "FunctionName": HEAL,
        "Qualifier": "live",
        "StatementId": "Restored-rule-trailkeeper-log-bucket",
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
        "SourceArn": f"arn:aws:events:us-east-1:{ACCOUNT}:rule/trailkeeper-log-bucket",
    } in added


URL = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{HEAL}"


@pytest.mark.parametrize(
    ("arn", "tried"),
    [
        (f"{URL}:live", [{"Qualifier": "live"}]),
        # Nobody says which alias has it.
        (URL, [{}, {"Qualifier": "live"}, {"Qualifier": "theirs"}]),
    ],
)
def test_a_url_is_deleted_wherever_it_is(arn: str, tried: list[dict[str, str]]) -> None:
    clients = Recorded(
        {
            "ListFunctionUrlConfigs": {"FunctionUrlConfigs": [{"FunctionArn": arn}]},
            "ListAliases": {"Aliases": [{"Name": "live"}, {"Name": "theirs"}]},
            "DeleteFunctionUrlConfig": lambda asked: (
                {} if asked.get("Qualifier") == "live" else "ResourceNotFoundException"
            ),
        }
    )

    assert repaired("urls", clients, HEAL) == [
        ("DeleteFunctionUrlConfig", {"FunctionName": HEAL, **each}) for each in tried
    ]


def test_a_url_that_may_not_be_deleted_is_an_error() -> None:
    clients = Recorded(
        {
            "ListFunctionUrlConfigs": {"FunctionUrlConfigs": [{"FunctionArn": URL}]},
            "ListAliases": {"Aliases": []},
            "DeleteFunctionUrlConfig": "AccessDeniedException",
        }
    )

    with pytest.raises(ClientError, match="AccessDenied"):
        repaired("urls", clients, HEAL)


def test_every_url_is_seen() -> None:
    def answer(asked: Mapping[str, Any]) -> Any:
        there = [{"FunctionArn": f"{URL}:live"}] if asked["FunctionName"] == HEAL else []
        return {"FunctionUrlConfigs": there}

    assert seen("urls", Recorded({"ListFunctionUrlConfigs": answer})) == (
        Change(HEAL, json.dumps([f"{URL}:live"]), "-"),
    )
