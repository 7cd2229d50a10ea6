"""S3 as CloudTrail needs it: whose is a bucket, what does its policy say, write a log file."""

from __future__ import annotations

from collections.abc import Mapping

from ministack.core.responses import request_scope
from ministack.services import s3

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.responses:request_scope(account_id, region)",
    "ministack.services.s3:_buckets",
    "ministack.services.s3:_put_object(bucket_name, key, body, headers)",
    "ministack.services.s3:bucket_policy_for_arn(resource_arn)",
)


def bucket_policy(bucket: str) -> str | None:
    """A bucket's policy, "" when it has none; None when no account has such a bucket."""
    owner = _owner(bucket)
    if owner is None:
        return None
    with request_scope(owner, ""):
        found = s3.bucket_policy_for_arn(f"arn:aws:s3:::{bucket}")
    return "" if found is None else str(found[0])


def put_object(
    bucket: str, key: str, body: bytes, *, region: str, headers: Mapping[str, str]
) -> int:
    """Write an object into an existing bucket as a service of AWS would; gives the HTTP status."""
    with request_scope(_owner(bucket) or "", region):
        answer = s3._put_object(bucket, key, body, {k.lower(): v for k, v in headers.items()})
    return int(answer[0])


def _owner(bucket: str) -> str | None:
    """The account that has the bucket: a name is taken once in all accounts."""
    return next((account for account, name in s3._buckets.to_dict() if name == bucket), None)
