"""The IAM action that an API call needs, and on what, where the emulator names others than IAM.

Source: the Service Authorization Reference; a batch call needs the right to the single call. A call
that names a version or an alias of a function needs the right to just that (Lambda developer guide,
"Granting Lambda access to qualified and unqualified ARNs").
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core import iam_actions

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.iam_actions:extract_iam_action"
    "(service, method, path, headers, body, query_params)",
    "ministack.core.iam_actions:extract_resource_arn"
    "(service, method, path, headers, body, query_params, region, account_id)",
    "ministack.core.iam_actions:_BOTOCORE_SERVICE_MAP",
    "ministack.core.iam_actions:_match_rest_action(service, method, path, query_params)",
)

_SAME_RIGHT = {
    "sns:PublishBatch": "sns:Publish",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}
# Operations of Lambda that IAM knows by another name.
_FUNCTION_ACTIONS = {
    "GetLayerVersionByArn": "GetLayerVersion",
    "Invoke": "InvokeFunction",
    "InvokeWithResponseStream": "InvokeFunction",
}


def install() -> None:
    """Check calls against the actions that policies name."""
    extract = iam_actions.extract_iam_action
    # The emulator knows some calls of Lambda by hand; botocore's model knows them all.
    iam_actions._BOTOCORE_SERVICE_MAP["lambda"] = ["lambda"]

    def extracted(  # noqa: PLR0917 - the emulator calls it so
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: Any,
    ) -> Any:
        if service == "lambda":
            operation = iam_actions._match_rest_action(service, method, path, query_params)
            if operation:
                return f"lambda:{_FUNCTION_ACTIONS.get(operation, operation)}"
        action = extract(service, method, path, headers, body, query_params)
        return _SAME_RIGHT.get(action, action)

    iam_actions.extract_iam_action = extracted
    _install_resources()


def _install_resources() -> None:
    plain = iam_actions.extract_resource_arn

    def resource(  # noqa: PLR0917 - the emulator calls it so
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: Any,
        region: str,
        account_id: str,
    ) -> Any:
        arn = plain(service, method, path, headers, body, query_params, region, account_id)
        if service == "lambda":
            return _of_lambda(arn, query_params or {})
        if service == "events":
            return _rule(body, f"arn:aws:events:{region}:{account_id}") or arn
        if service == "monitoring" and arn == "*" and (alarm := _only_alarm(body)):
            return f"arn:aws:cloudwatch:{region}:{account_id}:alarm:{alarm}"
        return arn

    iam_actions.extract_resource_arn = resource


def _of_lambda(arn: str, query_params: Any) -> str:
    """With the version or alias that a call names, and the layer that it names by its ARN."""

    def asked(name: str) -> str:
        given = query_params.get(name) or ""
        return str(given[0] if isinstance(given, list) else given)

    name = arn.partition(":function:")[2]
    if name and ":" not in name and asked("Qualifier"):
        return f"{arn}:{asked('Qualifier')}"
    return asked("Arn") if arn == "*" and asked("find") == "LayerVersion" else arn


def _rule(body: bytes, events: str) -> str:
    """The rule that a call names; one of the default bus has no bus in its ARN.

    Source: Service Authorization Reference, Amazon EventBridge, resource types.
    """
    try:
        given = json.loads(body or b"{}")
    except ValueError:
        return ""
    name = given.get("Rule") or given.get("Name") if isinstance(given, dict) else None
    if not isinstance(name, str) or "Entries" in given:
        return ""
    bus = given.get("EventBusName") or "default"
    of_bus = "" if bus == "default" else f"{bus.rpartition('/')[2]}/"
    return f"{events}:rule/{of_bus}{name}"


def _only_alarm(body: bytes) -> str | None:
    """The alarm that a call names in a list, if it is one: DescribeAlarms needs a right to it."""
    try:
        names = json.loads(body)["AlarmNames"]
    except (ValueError, KeyError, TypeError):
        return None
    return str(names[0]) if isinstance(names, list) and len(names) == 1 else None
