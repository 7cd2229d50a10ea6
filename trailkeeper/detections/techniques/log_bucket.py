"""Techniques against the log bucket."""

from __future__ import annotations

from trailkeeper.detections.techniques.technique import DISABLE_CLOUD_LOGS, Ending, Technique

_PUT_BACK = "The baseline's {} is put back"


def _bucket(
    id_: str,
    words: str,
    event: str,
    change: tuple[str, str, str],
    *known_as: str,
    outcome: Ending = "healed",
) -> Technique:
    detection, document, how = change
    return Technique(
        id_,
        words,
        (event,),
        f"log-bucket-{detection}",
        (f"log-bucket.{document}",),
        outcome,
        how,
        known_as,
    )


_POLICY = ("policy-changed", "policy", _PUT_BACK.format("policy"))
_LIFECYCLE = ("lifecycle-changed", "lifecycle", _PUT_BACK.format("life cycle"))
_PUBLIC = ("opened", "public-access-block", _PUT_BACK.format("block"))
_OWNERSHIP = ("opened", "ownership", "ACLs count for nothing again")
_ENCRYPTION = ("protection-changed", "encryption", _PUT_BACK.format("default encryption"))
_PEOPLE_DECIDE = "Nothing is touched: only people know whether it is wanted"

LOG_BUCKET: tuple[Technique, ...] = (
    _bucket(
        "log-bucket-lifecycle-shortened",
        "Let a life cycle rule delete log files after a day",
        "PutBucketLifecycle",
        _LIFECYCLE,
        DISABLE_CLOUD_LOGS,
        "aws.defense-evasion.cloudtrail-lifecycle-rule",
    ),
    _bucket(
        "log-bucket-lifecycle-archived",
        "Let a life cycle rule move log files where reading them takes hours",
        "PutBucketLifecycle",
        _LIFECYCLE,
    ),
    _bucket(
        "log-bucket-lifecycle-removed",
        "Remove the life cycle",
        "DeleteBucketLifecycle",
        _LIFECYCLE,
    ),
    _bucket(
        "log-bucket-policy-swapped",
        "Forbid CloudTrail to write, by the bucket policy",
        "PutBucketPolicy",
        _POLICY,
        DISABLE_CLOUD_LOGS,
    ),
    _bucket(
        "log-bucket-policy-widened",
        "Let strangers read the log files, by the bucket policy",
        "PutBucketPolicy",
        _POLICY,
    ),
    _bucket(
        "log-bucket-policy-deleted",
        "Delete the bucket policy",
        "DeleteBucketPolicy",
        _POLICY,
        DISABLE_CLOUD_LOGS,
    ),
    Technique(
        "log-bucket-deleted",
        "Empty and delete the bucket",
        ("DeleteBucket",),
        "log-bucket-deleted",
        (
            "log-bucket.policy",
            "log-bucket.public-access-block",
            "log-bucket.lifecycle",
            "log-bucket.versioning",
            "log-bucket.encryption",
            "log-bucket.access-logging",
        ),
        "healed",
        "The bucket is made again in this account with everything; its old files are lost",
        (DISABLE_CLOUD_LOGS,),
        recreates="log-bucket",
    ),
    Technique(
        "log-bucket-name-taken",
        "Delete the bucket and take its name in another account",
        ("DeleteBucket",),
        "log-bucket-deleted",
        ("log-bucket.policy", "trail.settings"),
        "told",
        "Delivery moves to a fallback bucket of this account until the name is free again",
        (DISABLE_CLOUD_LOGS,),
        recreates="log-bucket",
    ),
    _bucket(
        "log-bucket-versioning-suspended",
        "Suspend versioning, so that overwritten log files are lost",
        "PutBucketVersioning",
        ("protection-changed", "versioning", "Versioning is enabled again"),
    ),
    _bucket(
        "log-bucket-object-lock-weakened",
        "Shorten the object lock's default retention",
        "PutBucketObjectLockConfiguration",
        ("protection-changed", "object-lock", _PUT_BACK.format("retention")),
    ),
    _bucket(
        "log-bucket-encryption-removed",
        "Remove the default encryption",
        "DeleteBucketEncryption",
        _ENCRYPTION,
    ),
    _bucket(
        "log-bucket-encryption-swapped",
        "Encrypt new files with another key",
        "PutBucketEncryption",
        _ENCRYPTION,
    ),
    _bucket(
        "log-bucket-public-access-unblocked",
        "Remove the public access block",
        "DeleteBucketPublicAccessBlock",
        _PUBLIC,
    ),
    _bucket(
        "log-bucket-public-access-weakened",
        "Allow public policies",
        "PutBucketPublicAccessBlock",
        _PUBLIC,
    ),
    _bucket(
        "log-bucket-ownership-changed",
        "Let ACLs count again",
        "PutBucketOwnershipControls",
        _OWNERSHIP,
    ),
    _bucket(
        "log-bucket-ownership-removed",
        "Remove the ownership controls",
        "DeleteBucketOwnershipControls",
        _OWNERSHIP,
    ),
    Technique(
        "log-bucket-acl-opened",
        "Open the bucket by an ACL",
        ("PutBucketAcl",),
        "log-bucket-opened",
        (),
        "told",
        "S3 refuses it, because ACLs count for nothing; the try is told",
    ),
    _bucket(
        "log-bucket-access-logging-off",
        "Turn off the access logs of the bucket",
        "PutBucketLogging",
        ("observers-changed", "access-logging", _PUT_BACK.format("access logging")),
    ),
    _bucket(
        "log-bucket-replicated",
        "Copy the log files to a bucket of the attacker",
        "PutBucketReplication",
        ("observers-changed", "replication", _PEOPLE_DECIDE),
        outcome="told",
    ),
    _bucket(
        "log-bucket-notified",
        "Tell a queue or function of the attacker about every log file",
        "PutBucketNotification",
        ("observers-changed", "notification", _PEOPLE_DECIDE),
        outcome="told",
    ),
)
