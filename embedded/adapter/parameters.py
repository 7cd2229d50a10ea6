"""Parameter Store: who wrote each version of a parameter.

Source: Systems Manager API reference, "ParameterHistory".
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator
from ministack.services import ssm

from embedded.adapter import identity

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.iam_evaluator:_verified_key",
    "ministack.services.ssm:_parameter_history",
    "ministack.services.ssm:_put_parameter(data)",
)


def install() -> None:
    """Note whoever signed the request; the emulator says that it was always root."""
    put = ssm._put_parameter

    def put_by_caller(data: dict[str, Any]) -> Any:
        answer = put(data)
        access_key_id = iam_evaluator._verified_key.get()
        caller = identity.caller(access_key_id) if access_key_id else None
        versions = ssm._parameter_history.get(data.get("Name")) or []
        if answer[0] < 300 and caller is not None and versions:
            versions[-1]["LastModifiedUser"] = caller.arn
        return answer

    ssm._put_parameter = put_by_caller
