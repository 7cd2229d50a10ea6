"""Somebody changes how the log bucket protects files."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="log-bucket-protection-changed",
    category="log-bucket",
    severity=Severity.CRITICAL,
    event_source="s3.amazonaws.com",
    events=(
        "PutBucketVersioning",
        "PutBucketEncryption",
        "DeleteBucketEncryption",
        "PutBucketObjectLockConfiguration",
        "PutObjectLockConfiguration",
    ),
    resource_fields=("bucketName",),
    ours=resources.log_bucket,
    touches=(
        "log-bucket.versioning",
        "log-bucket.encryption",
        "log-bucket.object-lock",
    ),
    subject={"en": "Log bucket protection changed", "ko": "로그 버킷 파일 보호 설정 변경"},
    did={
        "en": "changed how the log bucket {resource} protects files",
        "ko": "로그 버킷({resource})의 파일 보호 설정을 변경했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from trailkeeper.detections.proof import (
    Act,
    Attacker,
    Example,
    Limit,
    Proof,
    Technique,
    healed,
)


def _encryption(id_: str, words: str, event: str, attack: Act) -> Technique:
    return Technique(
        id=id_,
        words=words,
        events=(event,),
        documents=("log-bucket.encryption",),
        how="The baseline's default encryption is put back",
        known_as=(),
        attack=attack,
    )


def _encrypt_with_own_key(a: Attacker) -> None:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": a.own_key()}
    a.s3.put_bucket_encryption(
        Bucket=a.log_bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default}]
        },
    )


PROOF = Proof(
    example=Example(
        {"bucketName": "trailkeeper-logs-111122223333-us-east-1"},
        healed("log-bucket.versioning", "Status", "Suspended", "Enabled"),
    ),
    techniques=(
        Technique(
            id="log-bucket-versioning-suspended",
            words="Suspend versioning, so that overwritten log files are lost",
            events=("PutBucketVersioning",),
            documents=("log-bucket.versioning",),
            how="Versioning is enabled again",
            known_as=(),
            attack=lambda a: a.s3.put_bucket_versioning(
                Bucket=a.log_bucket, VersioningConfiguration={"Status": "Suspended"}
            ),
        ),
        Technique(
            id="log-bucket-object-lock-weakened",
            words="Shorten the object lock's default retention",
            events=("PutBucketObjectLockConfiguration",),
            documents=("log-bucket.object-lock",),
            how="The baseline's retention is put back",
            known_as=(),
            proved_by="tests/detections/test_techniques.py::"
            "test_the_retention_of_the_object_lock_comes_back",
        ),
        _encryption(
            "log-bucket-encryption-removed",
            "Remove the default encryption",
            "DeleteBucketEncryption",
            lambda a: a.s3.delete_bucket_encryption(Bucket=a.log_bucket),
        ),
        _encryption(
            "log-bucket-encryption-swapped",
            "Encrypt new files with another key",
            "PutBucketEncryption",
            _encrypt_with_own_key,
        ),
    ),
    limits=(
        Limit(
            "Turn off MFA delete",
            "Only the root user with an MFA device can set it, so it is not part of the baseline",
        ),
    ),
)
