"""Guards the log bucket: who may write and read it, how long files stay, and that it is there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift, canonical_policy
from trailkeeper.evidence.outcome import Outcome, Result
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.guards.guard import (
    AWS_ERRORS,
    Clients,
    Document,
    Guard,
    Loss,
    error_words,
    reading,
)

NAME = "log-bucket"


def _of(baseline: Baseline) -> dict[str, str]:
    """Never touch a bucket of that name that another account owns (S3 name squatting)."""
    return {"Bucket": baseline.log_bucket, "ExpectedBucketOwner": baseline.account}


def _read_policy(clients: Clients, baseline: Baseline) -> Any:
    answer = reading(
        lambda: clients.s3.get_bucket_policy(**_of(baseline)), frozenset({"NoSuchBucketPolicy"})
    )
    return answer["Policy"] if answer else {}


def _write_policy(clients: Clients, baseline: Baseline, _: Drift) -> None:
    policy = json.dumps(documents.log_bucket_policy(baseline))
    clients.s3.put_bucket_policy(**_of(baseline), Policy=policy)


def _read_public_access(clients: Clients, baseline: Baseline) -> Any:
    answer = reading(
        lambda: clients.s3.get_public_access_block(**_of(baseline)),
        frozenset({"NoSuchPublicAccessBlockConfiguration"}),
    )
    return answer["PublicAccessBlockConfiguration"] if answer else {}


def _write_public_access(clients: Clients, baseline: Baseline, _: Drift) -> None:
    clients.s3.put_public_access_block(
        **_of(baseline), PublicAccessBlockConfiguration=documents.public_access_block(baseline)
    )


def _read_lifecycle(clients: Clients, baseline: Baseline) -> Any:
    answer = reading(
        lambda: clients.s3.get_bucket_lifecycle_configuration(**_of(baseline)),
        frozenset({"NoSuchLifecycleConfiguration"}),
    )
    return [_without_prefix_spelling(rule) for rule in answer["Rules"]] if answer else []


def _without_prefix_spelling(rule: dict[str, Any]) -> dict[str, Any]:
    """`Prefix: ""`, `Filter: {}` and `Filter: {Prefix: ""}` all mean the whole bucket."""
    top = {key: value for key, value in rule.items() if key != "Prefix"}
    prefix = rule.get("Prefix") or rule.get("Filter", {}).get("Prefix")
    return {**top, "Filter": {**rule.get("Filter", {}), "Prefix": prefix or ""}}


def _write_lifecycle(clients: Clients, baseline: Baseline, _: Drift) -> None:
    clients.s3.put_bucket_lifecycle_configuration(
        **_of(baseline), LifecycleConfiguration={"Rules": documents.lifecycle_rules(baseline)}
    )


def _read_versioning(clients: Clients, baseline: Baseline) -> Any:
    return {"Status": clients.s3.get_bucket_versioning(**_of(baseline)).get("Status")}


def _write_versioning(clients: Clients, baseline: Baseline, _: Drift) -> None:
    clients.s3.put_bucket_versioning(**_of(baseline), VersioningConfiguration={"Status": "Enabled"})


def _read_encryption(clients: Clients, baseline: Baseline) -> Any:
    answer = reading(
        lambda: clients.s3.get_bucket_encryption(**_of(baseline)),
        frozenset({"ServerSideEncryptionConfigurationNotFoundError"}),
    )
    if not answer:
        return {}
    # AWS adds members such as BlockedEncryptionTypes; only what decides the key is compared.
    return {
        "Rules": [
            {
                "ApplyServerSideEncryptionByDefault": rule.get(
                    "ApplyServerSideEncryptionByDefault"
                ),
                "BucketKeyEnabled": rule.get("BucketKeyEnabled"),
            }
            for rule in answer["ServerSideEncryptionConfiguration"]["Rules"]
        ]
    }


def _write_encryption(clients: Clients, baseline: Baseline, _: Drift) -> None:
    clients.s3.put_bucket_encryption(
        **_of(baseline), ServerSideEncryptionConfiguration=documents.bucket_encryption(baseline)
    )


def _read_ownership(clients: Clients, baseline: Baseline) -> Any:
    answer = reading(
        lambda: clients.s3.get_bucket_ownership_controls(**_of(baseline)),
        frozenset({"OwnershipControlsNotFoundError"}),
    )
    return answer["OwnershipControls"] if answer else {}


def _write_ownership(clients: Clients, baseline: Baseline, _: Drift) -> None:
    clients.s3.put_bucket_ownership_controls(
        **_of(baseline), OwnershipControls=documents.bucket_ownership(baseline)
    )


def _read_logging(clients: Clients, baseline: Baseline) -> Any:
    return clients.s3.get_bucket_logging(**_of(baseline)).get("LoggingEnabled", {})


def _write_logging(clients: Clients, baseline: Baseline, _: Drift) -> None:
    clients.s3.put_bucket_logging(
        **_of(baseline),
        BucketLoggingStatus={"LoggingEnabled": documents.bucket_logging(baseline)},
    )


def _read_object_lock(clients: Clients, baseline: Baseline) -> Any:
    answer = reading(
        lambda: clients.s3.get_object_lock_configuration(**_of(baseline)),
        frozenset({"ObjectLockConfigurationNotFoundError"}),
    )
    return answer["ObjectLockConfiguration"] if answer else {}


def _write_object_lock(clients: Clients, baseline: Baseline, _: Drift) -> None:
    clients.s3.put_object_lock_configuration(
        **_of(baseline), ObjectLockConfiguration=documents.object_lock(baseline)
    )


def _read_replication(clients: Clients, baseline: Baseline) -> Any:
    answer = reading(
        lambda: clients.s3.get_bucket_replication(**_of(baseline)),
        frozenset({"ReplicationConfigurationNotFoundError"}),
    )
    return answer["ReplicationConfiguration"] if answer else {}


def _read_notification(clients: Clients, baseline: Baseline) -> dict[str, Any]:
    answer = clients.s3.get_bucket_notification_configuration(**_of(baseline))
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def _write_notification(clients: Clients, baseline: Baseline, _: Drift) -> None:
    """Whom else S3 tells is for people to judge, even if that queue is gone by now."""
    wanted = {**_read_notification(clients, baseline), **documents.bucket_notification(baseline)}
    clients.s3.put_bucket_notification_configuration(
        **_of(baseline), NotificationConfiguration=wanted, SkipDestinationValidation=True
    )


def _read_request_payment(clients: Clients, baseline: Baseline) -> Any:
    return {"Payer": clients.s3.get_bucket_request_payment(**_of(baseline)).get("Payer")}


def _write_request_payment(clients: Clients, baseline: Baseline, _: Drift) -> None:
    clients.s3.put_bucket_request_payment(
        **_of(baseline), RequestPaymentConfiguration=documents.bucket_request_payment(baseline)
    )


DOCUMENTS = (
    Document(
        "policy",
        _read_policy,
        documents.log_bucket_policy,
        ("s3:GetBucketPolicy",),
        _write_policy,
        ("s3:PutBucketPolicy",),
        canonical=canonical_policy,
    ),
    Document(
        "public-access-block",
        _read_public_access,
        documents.public_access_block,
        ("s3:GetBucketPublicAccessBlock",),
        _write_public_access,
        ("s3:PutBucketPublicAccessBlock",),
    ),
    Document(
        "lifecycle",
        _read_lifecycle,
        documents.lifecycle_rules,
        ("s3:GetLifecycleConfiguration",),
        _write_lifecycle,
        ("s3:PutLifecycleConfiguration",),
    ),
    Document(
        "versioning",
        _read_versioning,
        lambda _: {"Status": "Enabled"},
        ("s3:GetBucketVersioning",),
        _write_versioning,
        ("s3:PutBucketVersioning",),
    ),
    Document(
        "encryption",
        _read_encryption,
        documents.bucket_encryption,
        ("s3:GetEncryptionConfiguration",),
        _write_encryption,
        ("s3:PutEncryptionConfiguration",),
    ),
    Document(
        "ownership",
        _read_ownership,
        documents.bucket_ownership,
        ("s3:GetBucketOwnershipControls",),
        _write_ownership,
        ("s3:PutBucketOwnershipControls",),
    ),
    Document(
        "access-logging",
        _read_logging,
        documents.bucket_logging,
        ("s3:GetBucketLogging",),
        _write_logging,
        ("s3:PutBucketLogging",),
    ),
    Document(
        "object-lock",
        _read_object_lock,
        documents.object_lock,
        ("s3:GetBucketObjectLockConfiguration",),
        _write_object_lock,
        ("s3:PutBucketObjectLockConfiguration",),
        applies=lambda baseline: baseline.object_lock != "off",
    ),
    Document("replication", _read_replication, lambda _: {}, ("s3:GetReplicationConfiguration",)),
    Document(
        "notification",
        _read_notification,
        documents.bucket_notification,
        ("s3:GetBucketNotification",),
        _write_notification,
        ("s3:PutBucketNotification",),
        heals=frozenset({"EventBridgeConfiguration"}),
    ),
    Document(
        "request-payment",
        _read_request_payment,
        documents.bucket_request_payment,
        ("s3:GetBucketRequestPayment",),
        _write_request_payment,
        ("s3:PutBucketRequestPayment",),
    ),
)


def create(clients: Clients, baseline: Baseline) -> None:
    """Make the bucket again, empty, in our account and with our tags; its documents follow.

    Raises:
        ClientError: BucketAlreadyExists when a stranger took the name meanwhile.
    """
    configuration: dict[str, Any] = {}
    if baseline.region != "us-east-1":
        configuration["LocationConstraint"] = baseline.region
    if baseline.tags:
        configuration["Tags"] = documents.tags(baseline)
    clients.s3.create_bucket(
        Bucket=baseline.log_bucket,
        ObjectOwnership="BucketOwnerEnforced",
        ObjectLockEnabledForBucket=baseline.object_lock != "off",
        **({"CreateBucketConfiguration": configuration} if configuration else {}),
    )


def owned(clients: Clients, baseline: Baseline) -> bool:
    """Whether the bucket of that name is ours; a stranger's bucket answers AccessDenied to all."""
    listed = clients.s3.list_buckets(Prefix=baseline.log_bucket)
    return any(bucket["Name"] == baseline.log_bucket for bucket in listed["Buckets"])


def _buckets(baseline: Baseline) -> tuple[str, ...]:
    return baseline.names.log_bucket_arn, baseline.names.fallback_bucket_arn


GUARD = Guard(
    name=NAME,
    documents=DOCUMENTS,
    resource=_buckets,
    why="Compare the log bucket (or its fallback) with the baseline and restore it",
    gone=frozenset({"NoSuchBucket"}),
    create=create,
    also_needs=(
        Permission(("s3:CreateBucket",), _buckets, "Make the log bucket again after a deletion"),
        Permission(
            ("s3:TagResource",),
            lambda baseline: _buckets(baseline) if baseline.tags else (),
            "Give the log bucket the tags of the settings when it is made again",
        ),
        Permission(
            ("s3:ListAllMyBuckets",),
            everything,
            "Tell our bucket from a stranger's of the same name; AWS knows no resource for it",
        ),
    ),
)

PERMISSIONS = GUARD.permissions


def loss(clients: Clients, baseline: Baseline, ended: Sequence[Outcome]) -> Loss | None:
    """A name that belongs to a stranger now: nothing of ours may be delivered there."""
    taken = any(each.error.startswith("BucketAlreadyExists") for each in ended)
    refused = bool(ended) and all(each.error.startswith("AccessDenied") for each in ended)
    if refused and not taken:
        try:
            taken = not owned(clients, baseline)
        except AWS_ERRORS as error:
            unknown = Outcome(NAME, "owner", Result.UNREADABLE, error=error_words(error))
            return Loss(baseline, (unknown,))
    if not taken:
        return None
    said = Outcome(NAME, "owner", Result.FAILED, reason="bucket_taken")
    return Loss(baseline.on_fallback(), (said,))
