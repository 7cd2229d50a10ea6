"""SNS on the wire: query parameters in, XML out, with the error codes of AWS."""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import Any

from ministack.core.router import extract_access_key_id
from ministack.services import sns

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.router:extract_access_key_id(headers, query_params)",
    "ministack.services.sns:_error(code, message, status)",
    "ministack.services.sns:_p(params, key, default)",
    "ministack.services.sns:_xml(status, root_tag, inner)",
    "ministack.services.sns:handle_request(method, path, headers, body, query_params)",
)

Response = tuple[int, dict[str, str], bytes]
Params = dict[str, Any]
Record = dict[str, Any]

_ERROR_CODES = {
    "InvalidParameterException": "InvalidParameter",
    "ResourceNotFoundException": "ResourceNotFound",
}
_signer: ContextVar[str] = ContextVar("sns_signer", default="")


def install() -> None:
    """Answer with the codes of AWS, and remember who signed the request that is being served."""
    plain_error, plain_handler = sns._error, sns.handle_request

    def error(code: str, message: str, status: int) -> Response:
        return plain_error(error_code(code), message, status)  # type: ignore[no-any-return]

    async def handle_request(
        method: str, path: str, headers: Record, body: bytes, query_params: Record
    ) -> Response:
        _signer.set(extract_access_key_id(headers, query_params) or "")
        answered: Response = await plain_handler(method, path, headers, body, query_params)
        return answered

    sns._error = error
    sns.handle_request = handle_request


def signer() -> str:
    """The access key that signed this request; "" for a link that somebody followed."""
    return _signer.get()


def error_code(name: str) -> str:
    """The code on the wire of an exception that the emulator calls by its class."""
    return _ERROR_CODES.get(name, name)


def text(params: Params, name: str) -> str:
    """One request parameter, "" when it is not there."""
    return sns._p(params, name) or ""


def answer(action: str, inner: str) -> Response:
    """A successful answer of one action."""
    wrapped = f"<{action}Result>{inner}</{action}Result>" if inner else ""
    return sns._xml(200, f"{action}Response", wrapped)  # type: ignore[no-any-return]


def invalid(problem: str) -> Response:
    """The refusal of a request parameter."""
    return refused("InvalidParameter", f"Invalid parameter: {problem}", 400)


def refused(code: str, message: str, status: int) -> Response:
    """Any other refusal."""
    return sns._error(code, message, status)  # type: ignore[no-any-return]


def is_json_object(value: str) -> bool:
    """Whether a parameter that must hold a JSON object does."""
    try:
        return isinstance(json.loads(value), dict)
    except ValueError:
        return False
