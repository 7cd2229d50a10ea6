"""CloudTrail's door in the emulator: puts handlers behind the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core import iam_actions
from ministack.services import cloudtrail

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.iam_actions:extract_resource_arn"
    "(service, method, path, headers, body, query_params, region, account_id)",
    "ministack.services.cloudtrail:_DISPATCH",
)

Parameters = dict[str, Any]
Handler = Callable[[Parameters], tuple[int, Parameters]]
"""Takes a request's parameters; gives the HTTP status and the answer's members."""


def replace_api(handlers: Mapping[str, Handler]) -> None:
    """Let `handlers`, by action, answer CloudTrail's API, and nothing else."""
    cloudtrail._DISPATCH.clear()
    for action, handler in handlers.items():
        cloudtrail._DISPATCH[action] = _serialising(handler)


def authorize_tagging_by_trail() -> None:
    """Let IAM see which trail a call about tags is for; the emulator sees none and asks for "*"."""
    plain = iam_actions.extract_resource_arn

    def extract_resource_arn(
        service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any
    ) -> str:
        if service == "cloudtrail":
            named = _tagged_trail(body)
            if named:
                return named
        return str(plain(service, method, path, headers, body, *rest))

    iam_actions.extract_resource_arn = extract_resource_arn


def _tagged_trail(body: bytes) -> str:
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return ""
    if not isinstance(request, dict):
        return ""
    listed = request.get("ResourceIdList") or [""]
    named = request.get("ResourceId") or listed[0]
    return named if isinstance(named, str) else ""


def _serialising(handler: Handler) -> Callable[[Parameters], tuple[int, dict[str, str], bytes]]:
    def answer(body: Parameters) -> tuple[int, dict[str, str], bytes]:
        status, members = handler(body)
        headers = {"Content-Type": "application/x-amz-json-1.1"}
        return status, headers, json.dumps(members).encode()

    return answer
