"""S3 objects encrypted by a KMS key: nobody writes or reads them who may not use the key."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.core.router import extract_access_key_id
from ministack.services import s3

from embedded.adapter import kms

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.router:extract_access_key_id(headers, query_params)",
    "ministack.services.s3:_check_sse_read_headers(headers, obj)",
    "ministack.services.s3:_dispatch(method, bucket, key, headers, body, query_params)",
    "ministack.services.s3:_error(code, message, status, resource, extra, headers)",
    "ministack.services.s3:_resolve_sse_write_headers(headers, bucket_name)",
    "ministack.services.s3:_stored_sse_headers(obj)",
)

Response = tuple[int, dict[str, str], bytes]

_KEY = "x-amz-server-side-encryption-aws-kms-key-id"
_AWS_MANAGED = "alias/aws/s3"
_CODES = {
    "AccessDenied": ("AccessDenied", 403),
    "Disabled": ("KMS.DisabledException", 400),
    "InvalidState": ("KMS.KMSInvalidStateException", 400),
    "NotFound": ("KMS.NotFoundException", 400),
}

_signer: ContextVar[str] = ContextVar("s3_signer", default="")


def install() -> None:
    """Ask KMS for every write and read of an object that a key encrypts.

    What AWS services write in process has no signer and is theirs to check.
    """
    s3._dispatch = _remembering_the_signer(s3._dispatch)
    resolve, check = s3._resolve_sse_write_headers, s3._check_sse_read_headers

    def resolve_write(headers: dict[str, str], bucket_name: str) -> Any:
        resolved, error = resolve(headers, bucket_name)
        refusal = None if error else _refusal(resolved, "kms:GenerateDataKey")
        return (None, refusal) if refusal else (resolved, error)

    def check_read(headers: dict[str, str], obj: dict[str, Any]) -> Any:
        return check(headers, obj) or _refusal(s3._stored_sse_headers(obj), "kms:Decrypt")

    s3._resolve_sse_write_headers = resolve_write
    s3._check_sse_read_headers = check_read


def _remembering_the_signer(dispatch: Callable[..., Response]) -> Callable[..., Response]:
    def dispatch_for(  # noqa: PLR0917 - the emulator calls it so
        method: str,
        bucket: str,
        key: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
    ) -> Response:
        # HeadObject shows settings only and decrypts nothing.
        signer = "" if method == "HEAD" else extract_access_key_id(headers, query_params) or ""
        token = _signer.set(signer)
        try:
            return dispatch(method, bucket, key, headers, body, query_params)
        finally:
            _signer.reset(token)

    return dispatch_for


def _refusal(encryption: dict[str, str], action: str) -> Response | None:
    key = encryption.get(_KEY, "")
    if not key or key.endswith(_AWS_MANAGED) or not _signer.get():
        return None
    problem = kms.problem_using(key, _signer.get(), (action,), service="s3")
    if problem is None:
        return None
    code, status = _CODES[problem[0]]
    return s3._error(code, problem[1], status)  # type: ignore[no-any-return]
