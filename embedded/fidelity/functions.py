"""Lambda functions and what belongs to them, read back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from embedded.fidelity.clients import Clients, Document, Reader, or_nothing, tag_list


def _function(clients: Clients, name: str, declared: Document) -> Document:
    functions = clients("lambda")
    answer = functions.get_function(FunctionName=name)
    configuration = answer["Configuration"]
    recursion = functions.get_function_recursion_config(FunctionName=name)
    return {
        **configuration,
        "RecursiveLoop": recursion["RecursiveLoop"],
        "Layers": [layer["Arn"] for layer in configuration.get("Layers", [])],
        "ReservedConcurrentExecutions": answer.get("Concurrency", {}).get(
            "ReservedConcurrentExecutions"
        ),
        "Tags": tag_list(answer.get("Tags", {})),
    }


def _layer(clients: Clients, arn: str, declared: Document) -> Document:
    layer: Document = clients("lambda").get_layer_version_by_arn(Arn=arn)
    return {**layer, "LayerName": layer["LayerArn"].rsplit(":", 1)[-1]}


def _permission(clients: Clients, physical_id: str, declared: Document) -> Document:
    function = declared["FunctionName"]
    if not isinstance(function, str):
        function = function.pattern  # the function's ARN, which is not resolved
    policy = _function_policies(clients)
    statements = [each for each in policy if each["Sid"] == physical_id]
    if not statements:
        return {}
    statement = statements[0]
    principal = statement["Principal"]
    condition = statement.get("Condition", {})
    return {
        "Action": statement["Action"],
        "FunctionName": statement["Resource"],
        "Principal": principal.get("Service", principal.get("AWS")),
        "SourceArn": condition.get("ArnLike", {}).get("AWS:SourceArn"),
        "SourceAccount": condition.get("StringEquals", {}).get("AWS:SourceAccount"),
    }


def _function_policies(clients: Clients) -> list[Document]:
    functions = clients("lambda")
    return [
        statement
        for function in functions.list_functions()["Functions"]
        for answer in [or_nothing(functions.get_policy, FunctionName=function["FunctionName"])]
        if answer
        for statement in json.loads(answer["Policy"])["Statement"]
    ]


def _invoke_config(clients: Clients, physical_id: str, declared: Document) -> Document:
    name, qualifier = declared["FunctionName"], declared["Qualifier"]
    of_it = {} if qualifier == "$LATEST" else {"Qualifier": qualifier}
    config: Document = clients("lambda").get_function_event_invoke_config(
        FunctionName=name, **of_it
    )
    return {**config, "FunctionName": name, "Qualifier": qualifier}


def _version(clients: Clients, arn: str, declared: Document) -> Document:
    version: Document = clients("lambda").get_function_configuration(FunctionName=arn)
    return {**version, "FunctionName": declared["FunctionName"]}


def _alias(clients: Clients, arn: str, declared: Document) -> Document:
    *_, name, alias = arn.split(":")
    found: Document = clients("lambda").get_alias(FunctionName=name, Name=alias)
    return {**found, "FunctionName": name}


def _mapping(clients: Clients, uuid: str, declared: Document) -> Document:
    mapping: Document = clients("lambda").get_event_source_mapping(UUID=uuid)
    function = mapping["FunctionArn"]
    given = declared["FunctionName"]
    by_arn = not isinstance(given, str) or given.startswith("arn:")
    return {
        **mapping,
        "Enabled": mapping["State"] in ("Enabled", "Enabling", "Creating"),
        "FunctionName": function if by_arn else function.rsplit(":", 1)[-1],
    }


READERS: Mapping[str, Reader] = {
    "AWS::Lambda::Alias": _alias,
    "AWS::Lambda::EventInvokeConfig": _invoke_config,
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::LayerVersion": _layer,
    "AWS::Lambda::Permission": _permission,
    "AWS::Lambda::Version": _version,
}
