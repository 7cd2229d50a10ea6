"""S3 as CloudTrail needs it: does a bucket exist, what does its policy say, write a log file."""

from __future__ import annotations

from collections.abc import Mapping

from ministack.core.responses import request_scope
from ministack.services import s3

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.responses:request_scope(account_id, region)",
    "ministack.services.s3:bucket_policy_for_arn(resource_arn)",
    "ministack.services.s3:_put_object(bucket_name, key, body, headers)",
)


def bucket_policy(account_id: str, bucket: str) -> str | None:
    """A bucket's policy, "" when it has none; None when the account has no such bucket."""
    with request_scope(account_id, ""):
        found = s3.bucket_policy_for_arn(f"arn:aws:s3:::{bucket}")
    return None if found is None else str(found[0])


def put_object(
    bucket: str,
    key: str,
    body: bytes,
    *,
    account_id: str,
    region: str,
    headers: Mapping[str, str],
) -> int:
    """Write one object as a service of AWS would; the answer is the HTTP status."""
    with request_scope(account_id, region):
        answer = s3._put_object(bucket, key, body, {k.lower(): v for k, v in headers.items()})
    return int(answer[0])
