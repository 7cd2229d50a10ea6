"""Guards the functions of the other side: what their aliases run, that they run, who may call them.

A version is judged by its content and never by its number: the code, the layer and the environment
must be those of the version that judges, which nobody can change any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.functions import (
    LEFT_TO_OTHERS,
    MAXIMUM_AGE_SECONDS,
    MEMORY_MB,
    RETRIES,
    FunctionRecord,
)
from trailkeeper.evidence.names import LAYER, LIVE
from trailkeeper.evidence.outcome import Outcome, Result
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.guards.guard import Clients, Document, Guard, error_code, reading
from trailkeeper.guards.sides import Side

NAME = "guard-functions"
_MISSING = "ResourceNotFoundException"
_ABSENT = frozenset({_MISSING})
_LATEST = "$LATEST"


@dataclass(frozen=True, slots=True)
class Own:
    """The version that judges: its function, its number, and its environment.

    `version` is None where nothing is judged, as only the rights of the guards matter.
    """

    function: str
    version: str | None
    variables: Mapping[str, str]


def guard(side: Side, own: Own) -> Guard:
    """The guard of one side's functions."""
    records = {each.name: each for each in side.functions}

    def each(read: Any) -> Any:
        return lambda clients, baseline: {
            name: read(clients, baseline, record) for name, record in records.items()
        }

    def wanted(clients: Clients, baseline: Baseline) -> Any:
        mine = _of_version(
            clients,
            clients.functions.get_function_configuration(
                FunctionName=own.function, Qualifier=own.version
            ),
        )
        return {name: _wanted(mine, baseline, record, own) for name, record in records.items()}

    def read_live(clients: Clients, baseline: Baseline) -> Any:
        """Whether each runs what it must, as what it must be can only be read, too."""
        right = wanted(clients, baseline)
        return {name: _judged(_run(clients, name), right[name]) for name in records}

    def point(clients: Clients, baseline: Baseline, drift: Drift) -> None:
        right = wanted(clients, baseline)
        for name in sorted(records if drift.gone else drift.fields):
            _point(clients, name, _version_with(clients, name, right[name]))

    def reserved(name: str) -> int:
        return records[name].reserved if side.reserves else 0

    def reserve(clients: Clients, _: Baseline, drift: Drift) -> None:
        """Take back what others reserved, before all else; that may leave enough for all."""
        for name in sorted(drift.fields):
            if _reserved(clients, name) is not None:
                clients.functions.delete_function_concurrency(FunctionName=name)
        for name in records:
            if _lacks(clients, name, reserved(name)):
                clients.functions.put_function_concurrency(
                    FunctionName=name, ReservedConcurrentExecutions=reserved(name)
                )

    def recall(clients: Clients, baseline: Baseline, drift: Drift) -> None:
        for name in sorted(drift.fields):
            clients.functions.put_function_event_invoke_config(
                FunctionName=name, Qualifier=LIVE, **_calls(baseline, records[name])
            )

    def permit(clients: Clients, baseline: Baseline, drift: Drift) -> None:
        for name in sorted(drift.fields):
            _restore_policy(clients, name, _callers(side, records[name], baseline))

    def close(clients: Clients, _: Baseline, drift: Drift) -> None:
        for name in sorted(drift.fields):
            for arn in _urls(clients, name):
                _close(clients, name, arn)

    def arns(baseline: Baseline) -> tuple[str, ...]:
        """AWS wants the function's ARN for some of these calls, and its alias's for others."""
        return tuple(f"{record.arn(baseline.names)}*" for record in records.values())

    return Guard(
        name=NAME,
        documents=(
            Document(
                "versions",
                read_live,
                lambda _: dict.fromkeys(records, RIGHT),
                (
                    *("lambda:GetAlias", "lambda:GetFunctionConfiguration"),
                    "lambda:ListVersionsByFunction",
                ),
                point,
                ("lambda:CreateAlias", "lambda:UpdateAlias"),
            ),
            Document(
                "concurrency",
                each(
                    lambda clients, _, record: _concurrency(
                        clients, record.name, reserved(record.name)
                    )
                ),
                lambda _: dict.fromkeys(records, RIGHT),
                ("lambda:GetFunctionConcurrency",),
                reserve,
                (
                    "lambda:DeleteFunctionConcurrency",
                    *(["lambda:PutFunctionConcurrency"] if side.reserves else []),
                ),
            ),
            Document(
                "failures",
                each(lambda clients, _, record: _observed_calls(clients, record.name)),
                lambda baseline: {
                    name: _calls(baseline, record) for name, record in records.items()
                },
                ("lambda:GetFunctionEventInvokeConfig",),
                recall,
                ("lambda:PutFunctionEventInvokeConfig",),
            ),
            Document(
                "callers",
                each(lambda clients, _, record: _observed_callers(clients, record.name)),
                lambda baseline: {
                    name: sorted(_callers(side, record, baseline))
                    for name, record in records.items()
                },
                ("lambda:GetPolicy",),
                permit,
                ("lambda:AddPermission", "lambda:RemovePermission"),
            ),
            Document(
                "urls",
                each(lambda clients, _, record: _urls(clients, record.name)),
                lambda _: {},
                ("lambda:ListFunctionUrlConfigs",),
                close,
                ("lambda:DeleteFunctionUrlConfig", "lambda:ListAliases"),
            ),
        ),
        resource=arns,
        why="Compare the other function with what is deployed, and restore all but its code",
        gone=_ABSENT,
        also_needs=(
            Permission(
                ("lambda:GetFunctionConfiguration",),
                lambda baseline: baseline.names.arn("lambda", f"function:{own.function}:*"),
                "See which code it runs itself, as the other function must run the same",
            ),
            Permission(
                ("lambda:GetLayerVersion",),
                lambda baseline: baseline.names.arn("lambda", f"layer:{LAYER}:*"),
                "See that the layers of both functions hold the same",
            ),
            *([_ASKS_FOR_QUOTA] if side.reserves else []),
        ),
    )


RIGHT = "as deployed"
_NOT_YET = "nothing reserved"
_ASKS_FOR_QUOTA = Permission(
    ("lambda:GetAccountSettings",),
    everything,
    "See whether enough concurrent executions stay to other functions; AWS knows no resource for "
    "this call",
)


def only_reserves(outcome: Outcome) -> bool:
    """Whether all of it is that something is reserved, which no stack does, for the first time."""
    return (
        (outcome.guard, outcome.document) == (NAME, "concurrency")
        and outcome.result is not Result.FAILED
        and all(each.before == _NOT_YET for each in outcome.changes)
    )


def _run(clients: Clients, name: str) -> dict[str, Any] | None:
    """What decides what the alias runs, with weights that send some calls elsewhere."""
    alias = reading(lambda: clients.functions.get_alias(FunctionName=name, Name=LIVE), _ABSENT)
    if alias is None:
        clients.functions.get_function_configuration(FunctionName=name)
        return None
    config = clients.functions.get_function_configuration(FunctionName=name, Qualifier=LIVE)
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
    return {
        **_of_version(clients, config),
        **({"AdditionalVersionWeights": weights} if weights else {}),
        **({"FunctionVersion": _LATEST} if alias["FunctionVersion"] == _LATEST else {}),
    }


def _layer(clients: Clients, arn: str) -> str:
    """A layer by its content: each stack has its own of the same.

    One that was replaced by a deploy cannot be read any more; it is that of an old version.
    """
    found = reading(lambda: clients.functions.get_layer_version_by_arn(Arn=arn), _ABSENT)
    return str(found["Content"]["CodeSha256"]) if found else arn


def _judged(found: Mapping[str, Any] | None, right: Mapping[str, Any]) -> str:
    """RIGHT, or which fields of a version differ; their values are long, and some are settings."""
    if found is None:
        return f"no alias {LIVE}"
    differ = sorted(key for key in {*found, *right} if found.get(key) != right.get(key))
    return ", ".join(differ) or RIGHT


def _point(clients: Clients, name: str, version: str) -> None:
    pointed = {"FunctionName": name, "Name": LIVE, "FunctionVersion": version}
    try:
        clients.functions.update_alias(**pointed, RoutingConfig={})
    except ClientError as error:
        if error_code(error) != _MISSING:
            raise
        clients.functions.create_alias(**pointed)


def _of_version(clients: Clients, config: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "CodeSha256": config["CodeSha256"],
        "Environment": (config.get("Environment") or {}).get("Variables", {}),
        "Handler": config["Handler"],
        "Layers": [_layer(clients, layer["Arn"]) for layer in config.get("Layers", ())],
        "MemorySize": config["MemorySize"],
        "Role": config["Role"],
        "Runtime": config["Runtime"],
        "Timeout": config["Timeout"],
        "VpcConfig": (config.get("VpcConfig") or {}).get("SubnetIds", []),
    }


def _wanted(
    mine: Mapping[str, Any], baseline: Baseline, record: FunctionRecord, own: Own
) -> dict[str, Any]:
    return {
        **mine,
        "Environment": dict(own.variables),
        "Handler": record.handler,
        "MemorySize": MEMORY_MB,
        "Role": record.role_arn(baseline.names),
        "Timeout": record.seconds,
    }


def _version_with(clients: Clients, name: str, right: Mapping[str, Any]) -> str:
    """The newest version with this content."""
    pages = clients.functions.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    found = [
        int(config["Version"])
        for page in pages
        for config in page["Versions"]
        if config["Version"] != _LATEST and _of_version(clients, config) == right
    ]
    if not found:
        words = f"no published version of {name} is as deployed; deploy the stacks again"
        raise ClientError({"Error": {"Code": _MISSING, "Message": words}}, "ListVersionsByFunction")
    return str(max(found))


def _concurrency(clients: Clients, name: str, wanted: int) -> str:
    """RIGHT, or what is reserved instead.

    Where we want nothing, people may reserve what they like, unless it starves the function.
    """
    found = _reserved(clients, name)
    if not wanted:
        return str(found) if found == 0 else RIGHT
    if found is None:
        return _NOT_YET if _can_reserve(clients, wanted) else RIGHT
    return RIGHT if found == wanted else str(found)


def _lacks(clients: Clients, name: str, wanted: int) -> bool:
    return bool(wanted) and _concurrency(clients, name, wanted) == _NOT_YET


def _reserved(clients: Clients, name: str) -> int | None:
    answer = clients.functions.get_function_concurrency(FunctionName=name)
    found: int | None = answer.get("ReservedConcurrentExecutions")
    return found


def _can_reserve(clients: Clients, wanted: int) -> bool:
    """Whether enough stays to others when so many concurrent executions more are reserved."""
    limit = clients.functions.get_account_settings()["AccountLimit"]
    return bool(limit["UnreservedConcurrentExecutions"] - wanted >= LEFT_TO_OTHERS)


def _calls(baseline: Baseline, record: FunctionRecord) -> dict[str, Any]:
    return {
        "MaximumRetryAttempts": RETRIES,
        "MaximumEventAgeInSeconds": MAXIMUM_AGE_SECONDS,
        "DestinationConfig": {
            "OnFailure": {"Destination": record.dead_letters_arn(baseline.names)},
        },
    }


def _observed_calls(clients: Clients, name: str) -> Any:
    answer = reading(
        lambda: clients.functions.get_function_event_invoke_config(
            FunctionName=name, Qualifier=LIVE
        ),
        _ABSENT,
    )
    if answer is None:
        return None
    kept = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
    return {key: answer[key] for key in kept if key in answer}


def _callers(side: Side, record: FunctionRecord, baseline: Baseline) -> set[str]:
    """Who may call the alias, each as `service source`."""
    names = baseline.names
    return {
        f"events.amazonaws.com {names.arn('events', f'rule/{rule.name}')}"
        for rule in side.rules
        if rule.to == record
    }


def _statements(clients: Clients, name: str, qualifier: str | None) -> list[dict[str, Any]]:
    where = {"Qualifier": qualifier} if qualifier else {}
    answer = reading(lambda: clients.functions.get_policy(FunctionName=name, **where), _ABSENT)
    statements: list[dict[str, Any]] = json.loads(answer["Policy"])["Statement"] if answer else []
    return statements


def _caller(statement: Mapping[str, Any]) -> str:
    """One statement as `_callers` writes it, or as it is where it says anything else."""
    principal = statement.get("Principal")
    service = principal.get("Service") if isinstance(principal, Mapping) else None
    conditions = statement.get("Condition") or {}
    sources = conditions.get("ArnLike") or conditions.get("ArnEquals") or {}
    source = next((v for k, v in sources.items() if k.lower() == "aws:sourcearn"), None)
    plain = (
        statement.get("Effect") == "Allow"
        and statement.get("Action") == "lambda:InvokeFunction"
        and isinstance(service, str)
        and isinstance(source, str)
        and len(conditions) == 1
        and len(sources) == 1
    )
    if plain:
        return f"{service} {source}"
    said = {key: value for key, value in statement.items() if key not in {"Sid", "Resource"}}
    return json.dumps(said, sort_keys=True)


def _observed_callers(clients: Clients, name: str) -> Any:
    """Who may call the alias, and who the function itself, which nobody needs to."""
    of_function = [
        each
        for each in _statements(clients, name, None)
        if each["Resource"].endswith(f":function:{name}")
    ]
    return sorted(
        {
            *(_caller(each) for each in _statements(clients, name, LIVE)),
            *(f"unpublished: {_caller(each)}" for each in of_function),
        }
    )


def _restore_policy(clients: Clients, name: str, wanted: Iterable[str]) -> None:
    missing = set(wanted)
    for each in _statements(clients, name, LIVE):
        if _caller(each) in missing:
            missing.discard(_caller(each))
            continue
        clients.functions.remove_permission(
            FunctionName=name, Qualifier=LIVE, StatementId=each["Sid"]
        )
    for each in _statements(clients, name, None):
        if each["Resource"].endswith(f":function:{name}"):
            clients.functions.remove_permission(FunctionName=name, StatementId=each["Sid"])
    for caller in sorted(missing):
        service, _, source = caller.partition(" ")
        clients.functions.add_permission(
            FunctionName=name,
            Qualifier=LIVE,
            StatementId=f"Restored-{source.rpartition(':')[2].replace('/', '-')}",
            Action="lambda:InvokeFunction",
            Principal=service,
            SourceArn=source,
        )


def _close(clients: Clients, name: str, arn: str) -> None:
    """Delete a URL; nobody says whether the ARN that is listed names the alias that has it."""
    if arn.count(":") == 7:
        qualifier = arn.split(":")[7]
        clients.functions.delete_function_url_config(FunctionName=name, Qualifier=qualifier)
        return
    pages = clients.functions.get_paginator("list_aliases").paginate(FunctionName=name)
    aliases = [each["Name"] for page in pages for each in page["Aliases"]]
    for named in ({}, *({"Qualifier": each} for each in aliases)):
        try:
            clients.functions.delete_function_url_config(FunctionName=name, **named)
        except ClientError as error:
            if error_code(error) != _MISSING:
                raise


def _urls(clients: Clients, name: str) -> list[str]:
    answer = clients.functions.list_function_url_configs(FunctionName=name)
    return [each["FunctionArn"] for each in answer["FunctionUrlConfigs"]]
