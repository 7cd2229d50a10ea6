"""CloudTrail's door in the emulator: puts handlers behind the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import cloudtrail

PRIVATE_NAMES: tuple[str, ...] = ("ministack.services.cloudtrail:_DISPATCH",)

Parameters = dict[str, Any]
Handler = Callable[[Parameters], tuple[int, Parameters]]
"""Takes a request's parameters; gives the HTTP status and the answer's members."""


def replace_api(handlers: Mapping[str, Handler]) -> None:
    """Let `handlers`, by action, answer CloudTrail's API, and nothing else."""
    cloudtrail._DISPATCH.clear()
    for action, handler in handlers.items():
        cloudtrail._DISPATCH[action] = _serialising(handler)


def _serialising(handler: Handler) -> Callable[[Parameters], tuple[int, dict[str, str], bytes]]:
    def answer(body: Parameters) -> tuple[int, dict[str, str], bytes]:
        status, members = handler(body)
        headers = {"Content-Type": "application/x-amz-json-1.1"}
        return status, headers, json.dumps(members).encode()

    return answer
