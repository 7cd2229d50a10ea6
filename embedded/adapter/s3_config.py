"""S3 bucket settings: refusals and answers of AWS that ministack does not give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from ministack.services import s3

from embedded.adapter import gateway, policy_documents, principals

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.s3:_bucket_object_lock",
    "ministack.services.s3:_bucket_owner_account(name)",
    "ministack.services.s3:_bucket_policies",
    "ministack.services.s3:_bucket_replication",
    "ministack.services.s3:_buckets",
    "ministack.services.s3:_dispatch(method, bucket, key, headers, body, query_params)",
    "ministack.services.s3:_error(code, message, status, resource, extra, headers)",
    "ministack.services.s3:_get_bucket_request_payment(name)",
    "ministack.services.s3:_policy_is_public(policy_text)",
    "ministack.services.s3:_put_bucket_encryption(name, body)",
    "ministack.services.s3:_put_bucket_lifecycle(name, body)",
    "ministack.services.s3:_put_bucket_logging(name, body)",
    "ministack.services.s3:_put_bucket_policy(name, body)",
    "ministack.services.s3:_put_bucket_versioning(name, body)",
)

Response = tuple[int, dict[str, str], bytes]
Put = Callable[[str, bytes], Response]

_LIFECYCLE_ACTIONS = frozenset(
    {
        "AbortIncompleteMultipartUpload",
        "Expiration",
        "NoncurrentVersionExpiration",
        "NoncurrentVersionTransition",
        "Transition",
    }
)


def install() -> None:
    """Check bucket settings as S3 does, and the owner that a caller expects."""
    s3._dispatch = _for_the_expected_owner(s3._dispatch)
    s3._put_bucket_policy = _checked(s3._put_bucket_policy, _policy_refusal)
    s3._put_bucket_versioning = _checked(s3._put_bucket_versioning, _versioning_refusal)
    s3._put_bucket_encryption = _checked(s3._put_bucket_encryption, _encryption_refusal)
    s3._put_bucket_logging = _checked(s3._put_bucket_logging, _logging_refusal)
    s3._put_bucket_lifecycle = _checked(s3._put_bucket_lifecycle, _lifecycle_refusal)


def _for_the_expected_owner(dispatch: Callable[..., Response]) -> Callable[..., Response]:
    def dispatch_for(  # noqa: PLR0917 - the emulator calls it so
        method: str,
        bucket: str,
        key: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
    ) -> Response:
        expected = headers.get("x-amz-expected-bucket-owner")
        owner = s3._bucket_owner_account(bucket) if bucket and expected else None
        if owner is not None and owner != expected:
            return _refused("AccessDenied", "Access Denied", 403)
        if method == "GET" and bucket and not key and "policyStatus" in query_params:
            return _policy_status(bucket)
        if method == "GET" and bucket and not key and "requestPayment" in query_params:
            # The emulator looks for it under another name, and lists the bucket instead.
            return s3._get_bucket_request_payment(bucket)  # type: ignore[no-any-return]
        return dispatch(method, bucket, key, headers, body, query_params)

    return dispatch_for


def _checked(put: Put, refusal: Callable[[str, bytes], Response | None]) -> Put:
    def checked(name: str, body: bytes) -> Response:
        refused = refusal(name, body) if name in s3._buckets else None
        return refused or put(name, body)

    return checked


def _policy_refusal(bucket: str, body: bytes) -> Response | None:
    problem = policy_documents.bucket_policy_problem(
        body.decode("utf-8", "replace"), bucket, principals.exists
    )
    return _refused("MalformedPolicy", problem, 400) if problem else None


def _versioning_refusal(bucket: str, body: bytes) -> Response | None:
    values = _values(body)
    if values.get("MfaDelete") == "Enabled":
        return _refused("AccessDenied", "Mfa Authentication must be used for this request", 403)
    if values.get("Status") == "Suspended":
        if bucket in s3._bucket_object_lock:
            return _refused(
                "InvalidBucketState",
                "An Object Lock configuration is present on this bucket, "
                "so the versioning state cannot be changed.",
                409,
            )
        if s3._bucket_replication.get(bucket):
            return _refused(
                "InvalidBucketState",
                "A replication configuration is present on this bucket, "
                "so the versioning state cannot be changed.",
                409,
            )
    return None


def _encryption_refusal(bucket: str, body: bytes) -> Response | None:
    values = _values(body)
    if values.get("SSEAlgorithm") == "AES256" and values.get("KMSMasterKeyID"):
        return _refused(
            "InvalidArgument",
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms "
            "or aws:kms:dsse",
            400,
        )
    return None


def _logging_refusal(bucket: str, body: bytes) -> Response | None:
    target = _values(body).get("TargetBucket")
    if target and s3._bucket_owner_account(target) != gateway.account():
        return _refused(
            "InvalidTargetBucketForLogging",
            "The target bucket for logging does not exist or does not belong to the owner",
            400,
        )
    return None


def _lifecycle_refusal(bucket: str, body: bytes) -> Response | None:
    root = _parsed(body)
    for rule in [] if root is None else root:
        if _local(rule) == "Rule" and not _LIFECYCLE_ACTIONS & {_local(each) for each in rule}:
            return _refused(
                "InvalidRequest",
                "At least one action needs to be specified in a rule",
                400,
            )
    return None


def _policy_status(bucket: str) -> Response:
    policy = s3._bucket_policies.get(bucket)
    if bucket not in s3._buckets:
        return _refused("NoSuchBucket", "The specified bucket does not exist", 404)
    if not policy:
        return _refused("NoSuchBucketPolicy", "The bucket policy does not exist", 404)
    public = str(bool(s3._policy_is_public(policy))).lower()
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<PolicyStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<IsPublic>{public}</IsPublic></PolicyStatus>"
    )
    return 200, {"Content-Type": "application/xml"}, document.encode()


def _values(body: bytes) -> dict[str, str]:
    root = _parsed(body)
    return {} if root is None else {_local(each): each.text or "" for each in root.iter()}


def _parsed(body: bytes) -> ElementTree.Element | None:
    """The document, None when it is not XML; the emulator answers that itself."""
    try:
        return ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return None


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _refused(code: str, message: str, status: int) -> Response:
    return s3._error(code, message, status)  # type: ignore[no-any-return]
