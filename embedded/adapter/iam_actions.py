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
    _install_qualified_functions()


def _install_qualified_functions() -> None:
    plain = iam_actions.extract_resource_arn

    def qualified(  # noqa: PLR0917 - the emulator calls it so
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
        if service == "monitoring" and arn == "*" and (alarm := _only_alarm(body)):
            return f"arn:aws:cloudwatch:{region}:{account_id}:alarm:{alarm}"
        name = arn.partition(":function:")[2]
        asked = (query_params or {}).get("Qualifier")
        qualifier = asked[0] if isinstance(asked, list) else asked
        unqualified = service == "lambda" and name and ":" not in name
        return f"{arn}:{qualifier}" if unqualified and qualifier else arn

    iam_actions.extract_resource_arn = qualified


def _only_alarm(body: bytes) -> str | None:
    """The alarm that a call names in a list, if it is one: DescribeAlarms needs a right to it."""
    try:
        names = json.loads(body)["AlarmNames"]
    except (ValueError, KeyError, TypeError):
        return None
    return str(names[0]) if isinstance(names, list) and len(names) == 1 else None
