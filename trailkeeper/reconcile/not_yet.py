"""Tells "not yet" from "no": AWS takes seconds to hear of a role, policy or key that was written.

Until then a service refuses what depends on it with the same error that it has for what is wrong.
The error is worth another try only if this run wrote what it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from botocore.exceptions import ClientError

from trailkeeper.guards import delivery_role, evidence_key, log_bucket, log_group
from trailkeeper.guards.guard import error_code


@dataclass(frozen=True, slots=True)
class _Doubt:
    """The guards whose resources an error is about, and words that it has if it is about rights."""

    about: frozenset[str]
    words: str = ""


_DELIVERY = frozenset({delivery_role.NAME, log_group.NAME})
_KEY = frozenset({evidence_key.NAME})
# Sources: CloudTrail API reference, UpdateTrail; terraform-provider-aws, which retries the first
# two after it made a role (internal/service/cloudtrail); KMS guide, "Eventual consistency".
_DOUBTS: Mapping[str, _Doubt] = {
    # The same code says for good that the group is not there or that no group goes with the role.
    "InvalidCloudWatchLogsRoleArnException": _Doubt(_DELIVERY, "access denied"),
    "InvalidCloudWatchLogsLogGroupArnException": _Doubt(_DELIVERY, "access denied"),
    "InsufficientEncryptionPolicyException": _Doubt(_KEY | {log_bucket.NAME}),
    "InsufficientS3BucketPolicyException": _Doubt(frozenset({log_bucket.NAME})),
    "S3BucketDoesNotExistException": _Doubt(frozenset({log_bucket.NAME})),
    "KmsException": _Doubt(_KEY),
    "KmsKeyDisabledException": _Doubt(_KEY),
    "KmsKeyNotFoundException": _Doubt(_KEY),
    "KMSInvalidStateException": _Doubt(_KEY),
    "DisabledException": _Doubt(_KEY),
}


def is_not_yet(error: ClientError, written: Collection[str]) -> bool:
    """Whether an error may be no more than slowness, after the guards in `written` wrote."""
    doubt = _DOUBTS.get(error_code(error))
    if doubt is None or doubt.about.isdisjoint(written):
        return False
    return doubt.words in str(error).lower()
