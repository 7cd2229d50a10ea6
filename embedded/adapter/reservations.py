"""Reserved concurrency as Lambda lets it be reserved; the emulator takes any number.

Sources: Lambda API reference, PutFunctionConcurrency ("as long as you leave at least 100
simultaneous executions unreserved") and GetAccountSettings; Lambda developer guide, "Lambda quotas"
(1,000 concurrent executions). How many this machine bears is the emulator's own affair.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.responses:error_response_json",
    "ministack.services.lambda_svc:_functions",
    "ministack.services.lambda_svc:_get_account_settings()",
    "ministack.services.lambda_svc:_put_function_concurrency(func_name, data)",
)

QUOTA = 1000
_LEFT = 100


def install() -> None:
    """Refuse what leaves too little to others, and say what is left."""
    put, settings = lambda_svc._put_function_concurrency, lambda_svc._get_account_settings

    def put_function_concurrency(func_name: str, data: dict[str, Any]) -> Any:
        wanted = data.get("ReservedConcurrentExecutions")
        if type(wanted) is not int or wanted < 0:
            return error_response_json(
                "InvalidParameterValueException",
                "ReservedConcurrentExecutions must be a whole number of at least 0",
                400,
            )
        if wanted and _unreserved(but=func_name) - wanted < _LEFT:
            return error_response_json(
                "InvalidParameterValueException",
                "Specified ReservedConcurrentExecutions for function decreases account's "
                f"UnreservedConcurrentExecution below its minimum value of [{_LEFT}].",
                400,
            )
        return put(func_name, data)

    def get_account_settings() -> Any:
        status, headers, body = settings()
        answer = json.loads(body)
        answer["AccountLimit"] |= {
            "ConcurrentExecutions": QUOTA,
            "UnreservedConcurrentExecutions": _unreserved(),
        }
        return status, headers, json.dumps(answer).encode()

    lambda_svc._put_function_concurrency = put_function_concurrency
    lambda_svc._get_account_settings = get_account_settings


def _unreserved(but: str = "") -> int:
    """What no function has reserved, as if `but` had nothing."""
    functions = lambda_svc._functions
    return QUOTA - sum(
        int(functions[name].get("concurrency") or 0) for name in functions if name != but
    )
