"""Somebody changes how long the log bucket keeps files."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="log-bucket-lifecycle-changed",
    category="log-bucket",
    severity=Severity.CRITICAL,
    event_source="s3.amazonaws.com",
    events=(
        "PutBucketLifecycle",
        "PutBucketLifecycleConfiguration",
        "DeleteBucketLifecycle",
        "DeleteBucketLifecycleConfiguration",
    ),
    resource_fields=("bucketName",),
    ours=resources.log_bucket,
    touches=("log-bucket.lifecycle",),
    subject={"en": "Log bucket life cycle changed", "ko": "로그 버킷 보관 기간 변경"},
    did={
        "en": "changed how long the log bucket {resource} keeps files",
        "ko": "로그 버킷({resource})의 보관 기간을 변경했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from typing import Any

from trailkeeper.detections.proof import (
    DISABLE_CLOUD_LOGS,
    Act,
    Example,
    Limit,
    Proof,
    Technique,
    healed,
)


def _lifecycle(id_: str, words: str, event: str, attack: Act, *known_as: str) -> Technique:
    return Technique(
        id=id_,
        words=words,
        events=(event,),
        documents=("log-bucket.lifecycle",),
        how="The baseline's life cycle is put back",
        known_as=known_as,
        attack=attack,
    )


def _only(**rule: Any) -> Act:
    rules = [{"ID": "tidy", "Status": "Enabled", "Filter": {"Prefix": ""}, **rule}]
    return lambda a: a.s3.put_bucket_lifecycle_configuration(
        Bucket=a.log_bucket, LifecycleConfiguration={"Rules": rules}
    )


PROOF = Proof(
    example=Example(
        {"bucketName": "trailkeeper-logs-111122223333-us-east-1"},
        healed("log-bucket.lifecycle", "[].Expiration.Days", "1", "2557"),
    ),
    techniques=(
        _lifecycle(
            "log-bucket-lifecycle-shortened",
            "Let a life cycle rule delete log files after a day",
            "PutBucketLifecycle",
            _only(Expiration={"Days": 1}),
            DISABLE_CLOUD_LOGS,
            "aws.defense-evasion.cloudtrail-lifecycle-rule",
        ),
        _lifecycle(
            "log-bucket-lifecycle-archived",
            "Let a life cycle rule move log files where reading them takes hours",
            "PutBucketLifecycle",
            _only(Transitions=[{"Days": 1, "StorageClass": "DEEP_ARCHIVE"}]),
        ),
        _lifecycle(
            "log-bucket-lifecycle-removed",
            "Remove the life cycle",
            "DeleteBucketLifecycle",
            lambda a: a.s3.delete_bucket_lifecycle(Bucket=a.log_bucket),
        ),
    ),
    limits=(
        Limit(
            "Rely on S3 to act on a rule that is there for a moment",
            "S3 looks at rules about once a day; what a rule expired in a versioned bucket is kept "
            "as an older version",
        ),
    ),
)
