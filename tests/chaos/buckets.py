"""S3 in memory: buckets, with the parts that guards compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.chaos.account import ACCOUNT, refused


@dataclass(frozen=True)
class _Part:
    """A configuration of a bucket: its argument, its place in answers, its code when unset."""

    argument: str
    answer: str = ""
    code: str = ""


class S3:
    """Buckets, each with its configurations."""

    _PARTS: Mapping[str, _Part] = {
        "bucket_policy": _Part("Policy", "Policy", "NoSuchBucketPolicy"),
        "public_access_block": _Part(
            "PublicAccessBlockConfiguration",
            "PublicAccessBlockConfiguration",
            "NoSuchPublicAccessBlockConfiguration",
        ),
        "bucket_lifecycle_configuration": _Part(
            "LifecycleConfiguration", "", "NoSuchLifecycleConfiguration"
        ),
        "bucket_versioning": _Part("VersioningConfiguration"),
        "bucket_encryption": _Part(
            "ServerSideEncryptionConfiguration",
            "ServerSideEncryptionConfiguration",
            "ServerSideEncryptionConfigurationNotFoundError",
        ),
        "bucket_ownership_controls": _Part(
            "OwnershipControls", "OwnershipControls", "OwnershipControlsNotFoundError"
        ),
        "bucket_logging": _Part("BucketLoggingStatus"),
        "object_lock_configuration": _Part(
            "ObjectLockConfiguration",
            "ObjectLockConfiguration",
            "ObjectLockConfigurationNotFoundError",
        ),
        "bucket_replication": _Part(
            "ReplicationConfiguration",
            "ReplicationConfiguration",
            "ReplicationConfigurationNotFoundError",
        ),
        "bucket_notification_configuration": _Part("NotificationConfiguration"),
        "bucket_request_payment": _Part("RequestPaymentConfiguration"),
    }
    _DELETES: Mapping[str, str] = {"bucket_lifecycle": "bucket_lifecycle_configuration"}
    _BESIDES = ("SkipDestinationValidation", "ChecksumAlgorithm")

    def __init__(self) -> None:
        self.buckets: dict[str, dict[str, Any]] = {}

    def __getattr__(self, operation: str) -> Any:
        verb, _, part = operation.partition("_")
        part = self._DELETES.get(part, part) if verb == "delete" else part
        if part not in self._PARTS or verb not in ("get", "put", "delete"):
            raise AttributeError(operation)
        return lambda **arguments: getattr(self, f"_{verb}")(part, **arguments)

    def _bucket(self, arguments: dict[str, Any], operation: str) -> dict[str, Any]:
        owner = arguments.pop("ExpectedBucketOwner", ACCOUNT)
        name = arguments.pop("Bucket")
        if name not in self.buckets:
            raise refused("NoSuchBucket", operation)
        if owner != ACCOUNT:
            raise refused("AccessDenied", operation)
        return self.buckets[name]

    def _get(self, part: str, **arguments: Any) -> Any:
        kept = self._bucket(arguments, f"get_{part}")
        described = self._PARTS[part]
        if part not in kept:
            if described.code:
                raise refused(described.code, f"get_{part}")
            return {}
        return {described.answer: kept[part]} if described.answer else kept[part]

    def _put(self, part: str, **arguments: Any) -> None:
        kept = self._bucket(arguments, f"put_{part}")
        for each in self._BESIDES:
            arguments.pop(each, None)
        kept[part] = arguments.pop(self._PARTS[part].argument)
        if arguments:
            raise AssertionError(f"put_{part}: {', '.join(arguments)} is not known here")

    def _delete(self, part: str, **arguments: Any) -> None:
        self._bucket(arguments, f"delete_{part}").pop(part, None)

    def create_bucket(
        self,
        *,
        Bucket: str,
        ObjectOwnership: str = "BucketOwnerEnforced",
        ObjectLockEnabledForBucket: bool = False,
        CreateBucketConfiguration: Mapping[str, Any] | None = None,
    ) -> None:
        if Bucket in self.buckets:
            raise refused("BucketAlreadyOwnedByYou", "CreateBucket")
        # Amazon S3 user guide, "Default settings for new buckets".
        self.buckets[Bucket] = {
            "bucket_ownership_controls": {"Rules": [{"ObjectOwnership": ObjectOwnership}]},
            "public_access_block": dict.fromkeys(
                (
                    "BlockPublicAcls",
                    "IgnorePublicAcls",
                    "BlockPublicPolicy",
                    "RestrictPublicBuckets",
                ),
                True,
            ),
            "bucket_request_payment": {"Payer": "BucketOwner"},
            "bucket_encryption": {
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                        "BucketKeyEnabled": False,
                    }
                ]
            },
        }

    def delete_bucket(self, *, Bucket: str) -> None:
        self._bucket({"Bucket": Bucket}, "DeleteBucket")
        del self.buckets[Bucket]

    def list_buckets(self, **_: Any) -> Any:
        return {"Buckets": [{"Name": each} for each in self.buckets]}

    def list_object_versions(self, **_: Any) -> Any:
        return {}

    def list_objects_v2(self, **_: Any) -> Any:
        return {}
