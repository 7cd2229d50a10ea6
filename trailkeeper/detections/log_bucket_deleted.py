"""Somebody deletes the log bucket."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="log-bucket-deleted",
    category="log-bucket",
    severity=Severity.CRITICAL,
    event_source="s3.amazonaws.com",
    events=("DeleteBucket",),
    resource_fields=("bucketName",),
    ours=resources.log_bucket,
    touches=("log-bucket.", "trail.settings"),
    subject={"en": "Log bucket deleted", "ko": "로그 버킷 삭제"},
    did={
        "en": "deleted the log bucket {resource}",
        "ko": "로그 버킷({resource})을 삭제했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from typing import Any

from trailkeeper.detections.proof import (
    DISABLE_CLOUD_LOGS,
    Attacker,
    Example,
    Limit,
    Proof,
    Technique,
    made_again,
)


def _empty(s3: Any, bucket: str) -> None:
    versions = s3.list_object_versions(Bucket=bucket)
    for kind in ("Versions", "DeleteMarkers"):
        for each in versions.get(kind, []):
            s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
    for each in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        s3.delete_object(Bucket=bucket, Key=each["Key"])


def _delete(a: Attacker) -> None:
    """The trail may deliver a file in between, and then the bucket is not empty."""

    def delete() -> None:
        _empty(a.s3, a.log_bucket)
        a.s3.delete_bucket(Bucket=a.log_bucket)

    a.persist("the bucket to be empty", delete)


def _take(a: Attacker) -> None:
    a.outrun("s3", "CreateBucket")
    stranger = a.stranger("s3")
    _delete(a)
    stranger.create_bucket(Bucket=a.log_bucket)


def _give_back(a: Attacker) -> None:
    a.stranger("s3").delete_bucket(Bucket=a.log_bucket)
    a.reconcile()


PROOF = Proof(
    example=Example(
        {"bucketName": "trailkeeper-logs-111122223333-us-east-1"}, made_again("log-bucket.policy")
    ),
    techniques=(
        Technique(
            id="log-bucket-deleted",
            words="Empty and delete the bucket",
            events=("DeleteBucket",),
            documents=(
                "log-bucket.policy",
                "log-bucket.public-access-block",
                "log-bucket.lifecycle",
                "log-bucket.versioning",
                "log-bucket.encryption",
                "log-bucket.access-logging",
            ),
            how="The bucket is made again in this account with everything; its old files are lost",
            known_as=(DISABLE_CLOUD_LOGS,),
            recreates="log-bucket",
            attack=_delete,
        ),
        Technique(
            id="log-bucket-name-taken",
            words="Delete the bucket and take its name in another account",
            events=("DeleteBucket",),
            documents=("log-bucket.policy", "trail.settings"),
            outcome="told",
            how="Delivery moves to a fallback bucket of this account until the name is free again",
            known_as=(DISABLE_CLOUD_LOGS,),
            recreates="log-bucket",
            attack=_take,
            undo=_give_back,
        ),
    ),
    limits=(
        Limit(
            "Delete or overwrite log files one by one",
            "These are data events, which the trail does not record; versioning keeps what was "
            "there, the setting `object_lock` forbids it, and log file validation shows it",
        ),
    ),
)
