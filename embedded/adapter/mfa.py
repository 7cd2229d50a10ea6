"""Sessions with MFA: a virtual device whose codes are right, and `aws:MultiFactorAuthPresent`.

Sources: IAM user guide, "Secure API access with MFA" (GetSessionToken and AssumeRole take a serial
number and a code; requests with a long-term key carry no MFA key at all) and IAM API reference,
CreateVirtualMFADevice (the seed), EnableMFADevice (two codes in a row). The codes are those of RFC
6238 with its defaults: SHA-1, six digits, thirty seconds.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
import struct
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qs

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id
from ministack.core.router import extract_access_key_id
from ministack.services import iam, sts

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.iam_evaluator:_principal_keys(credential)",
    "ministack.core.iam_evaluator:resolve_credential",
    "ministack.core.responses:get_account_id()",
    "ministack.core.router:extract_access_key_id(headers, query_params)",
    "ministack.services.iam:_IAM_HANDLERS",
    "ministack.services.iam:_create_virtual_mfa_device(p)",
    "ministack.services.iam:_enable_mfa_device(p)",
    "ministack.services.iam:_error(status, code, message, ns)",
    "ministack.services.iam:_mfa_devices",
    "ministack.services.iam:_p(params, key, default)",
    "ministack.services.sts:_principal_keys(credential)",
    "ministack.services.sts:_sessions",
    "ministack.services.sts:handle_request(method, path, headers, body, query_params)",
)

Params = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]

_PRESENT = "aws:multifactorauthpresent"
_STEP = 30
_SEED_BYTES = 20
_ACCESS_KEY = re.compile(rb"<AccessKeyId>(\w+)</AccessKeyId>")

_with_mfa: ContextVar[bool] = ContextVar("request_with_mfa", default=False)


def install() -> None:
    """Check the codes of devices, and let conditions see which session was made with one."""
    iam._IAM_HANDLERS["CreateVirtualMFADevice"] = _create
    iam._IAM_HANDLERS["EnableMFADevice"] = _enabled_with_codes(iam._enable_mfa_device)
    keys = iam_evaluator._principal_keys

    def principal_keys(credential: Any) -> dict[str, Any]:
        found: dict[str, Any] = keys(credential)
        session = sts._sessions.get(credential.access_key_id) or {}
        if _with_mfa.get() or session.get("MultiFactorAuthPresent"):
            found[_PRESENT] = "true"
        return found

    iam_evaluator._principal_keys = principal_keys
    sts._principal_keys = principal_keys
    _check_sessions()


def code(seed: str, at: float) -> str:
    """The code that a device with a seed in base 32 shows at a time."""
    counter = struct.pack(">Q", int(at // _STEP))
    digest = hmac.digest(base64.b32decode(seed), counter, "sha1")
    start = digest[-1] & 0xF
    (number,) = struct.unpack(">I", digest[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


def _create(params: Params) -> Response:
    """With a seed that is one: the emulator's own is not of base 32."""
    seed = base64.b32encode(secrets.token_bytes(_SEED_BYTES)).decode()
    answered: Response = iam._create_virtual_mfa_device(params)
    status, headers, body = answered
    found = re.search(rb"<SerialNumber>(.+?)</SerialNumber>", body)
    if status != 200 or found is None:
        return answered
    iam._mfa_devices[found[1].decode()]["Base32StringSeed"] = seed
    encoded = base64.b64encode(seed.encode())
    body = re.sub(
        rb"(<Base32StringSeed>).*?(</Base32StringSeed>)", rb"\g<1>" + encoded + rb"\g<2>", body
    )
    return status, headers, body


def _enabled_with_codes(call: Callable[[Params], Response]) -> Callable[[Params], Response]:
    def enabled(params: Params) -> Response:
        device = iam._mfa_devices.get(iam._p(params, "SerialNumber"))
        given = [iam._p(params, f"AuthenticationCode{number}") for number in (1, 2)]
        if device is not None and not _in_a_row(device["Base32StringSeed"], given):
            message = "The authentication codes provided are not valid."
            refused: Response = iam._error(403, "InvalidAuthenticationCode", message, ns="iam")
            return refused
        return call(params)

    return enabled


def _in_a_row(seed: str, given: list[str]) -> bool:
    now = time.time()
    steps = [code(seed, now + step * _STEP) for step in range(-3, 3)]
    return any(steps[at : at + 2] == given for at in range(len(steps) - 1))


def _check_sessions() -> None:
    plain = sts.handle_request

    async def handle_request(
        method: str,
        path: str,
        headers: dict[str, Any],
        body: bytes,
        query_params: dict[str, Any],
    ) -> Response:
        form = parse_qs(body.decode("utf-8", "replace"))
        serial, given = (form.get(name, [""])[0] for name in ("SerialNumber", "TokenCode"))
        if not serial:
            answered: Response = await plain(method, path, headers, body, query_params)
            return answered
        caller = _user(extract_access_key_id(headers, query_params) or "")
        if not _is_right(serial, given, caller):
            message = "MultiFactorAuthentication failed with invalid MFA one time pass code."
            refused: Response = iam._error(403, "AccessDenied", message, ns="sts")
            return refused
        before = _with_mfa.set(True)
        try:
            answered = await plain(method, path, headers, body, query_params)
        finally:
            _with_mfa.reset(before)
        made = _ACCESS_KEY.search(answered[2])
        if answered[0] == 200 and made:
            sts._sessions[made[1].decode()]["MultiFactorAuthPresent"] = True
        return answered

    sts.handle_request = handle_request


def _user(access_key_id: str) -> str:
    found = iam_evaluator.resolve_credential(access_key_id, get_account_id())
    return str(getattr(found, "principal_name", ""))


def _is_right(serial: str, given: str, user: str) -> bool:
    device = iam._mfa_devices.get(serial)
    if device is None or not user or device.get("User") != user:
        return False
    now = time.time()
    return any(code(device["Base32StringSeed"], now + step * _STEP) == given for step in (-1, 0, 1))
