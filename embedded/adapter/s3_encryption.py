"""S3 encryption with KMS but no key named: the account's own `aws/s3` key, as on AWS."""

from __future__ import annotations

from typing import Any

from ministack.services import s3

from embedded.adapter import gateway

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.s3:_resolve_sse_write_headers(headers, bucket_name)",
)

_ALGORITHM = "x-amz-server-side-encryption"
_KEY = "x-amz-server-side-encryption-aws-kms-key-id"


def install() -> None:
    """Let a write that asks for aws:kms without a key succeed; the emulator refuses it."""
    resolve = s3._resolve_sse_write_headers

    def resolved(headers: dict[str, str], bucket_name: str) -> Any:
        if headers.get(_ALGORITHM) == "aws:kms" and not headers.get(_KEY):
            key = f"arn:aws:kms:{gateway.region()}:{gateway.account()}:alias/aws/s3"
            headers = {**headers, _KEY: key}
        return resolve(headers, bucket_name)

    s3._resolve_sse_write_headers = resolved
