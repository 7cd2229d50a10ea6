"""The IAM action that an API call needs, where the emulator names one that IAM does not know.

Source: the Service Authorization Reference; a batch call needs the right to the single call.
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_actions

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.iam_actions:extract_iam_action"
    "(service, method, path, headers, body, query_params)",
)

_SAME_RIGHT = {
    "sns:PublishBatch": "sns:Publish",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}
_FUNCTION_SETTINGS = {
    "concurrency": "FunctionConcurrency",
    "event-invoke-config": "FunctionEventInvokeConfig",
}
_VERBS = {"DELETE": "Delete", "GET": "Get", "POST": "Update", "PUT": "Put"}


def install() -> None:
    """Check calls against the actions that policies name."""
    extract = iam_actions.extract_iam_action

    def extracted(  # noqa: PLR0917 - the emulator calls it so
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: Any,
    ) -> Any:
        if service == "lambda":
            setting = _FUNCTION_SETTINGS.get(path.rstrip("/").rsplit("/", 1)[-1])
            if setting:
                return f"lambda:{_VERBS.get(method, method)}{setting}"
        action = extract(service, method, path, headers, body, query_params)
        return _SAME_RIGHT.get(action, action)

    iam_actions.extract_iam_action = extracted
