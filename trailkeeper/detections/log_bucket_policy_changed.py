"""Somebody changes the policy of the log bucket."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="log-bucket-policy-changed",
    category="log-bucket",
    severity=Severity.CRITICAL,
    event_source="s3.amazonaws.com",
    events=("PutBucketPolicy", "DeleteBucketPolicy"),
    resource_fields=("bucketName",),
    ours=resources.log_bucket,
    touches=("log-bucket.policy",),
    subject={"en": "Log bucket policy changed", "ko": "로그 버킷 정책 변경"},
    did={
        "en": "changed the policy of the log bucket {resource}",
        "ko": "로그 버킷({resource})의 정책을 변경했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

import json
from typing import Any

from trailkeeper.detections.proof import (
    DISABLE_CLOUD_LOGS,
    Act,
    Attacker,
    Example,
    Limit,
    Proof,
    Technique,
    healed,
)
from trailkeeper.evidence.drift import ABSENT

_STRANGER = {"AWS": "arn:aws:iam::999999999999:root"}


def _policy(id_: str, words: str, event: str, attack: Act, *known_as: str) -> Technique:
    return Technique(
        id=id_,
        words=words,
        events=(event,),
        documents=("log-bucket.policy",),
        how="The baseline's policy is put back",
        known_as=known_as,
        attack=attack,
    )


def _and(effect: str, action: str, principal: Any) -> Act:
    def add(a: Attacker) -> None:
        policy = json.loads(a.s3.get_bucket_policy(Bucket=a.log_bucket)["Policy"])
        statement = {
            "Effect": effect,
            "Principal": principal,
            "Action": action,
            "Resource": f"arn:aws:s3:::{a.log_bucket}/*",
        }
        policy["Statement"].append(statement)
        a.s3.put_bucket_policy(Bucket=a.log_bucket, Policy=json.dumps(policy))

    return add


PROOF = Proof(
    example=Example(
        {"bucketName": "trailkeeper-logs-111122223333-us-east-1"},
        healed(
            "log-bucket.policy",
            "Statement[]",
            ABSENT,
            '[{"Action": ["s3:PutObject"], "Effect": "Allow", '
            '"Principal": {"Service": ["cloudtrail.amazonaws.com"]}}]',
        ),
    ),
    techniques=(
        _policy(
            "log-bucket-policy-swapped",
            "Forbid CloudTrail to write, by the bucket policy",
            "PutBucketPolicy",
            _and("Deny", "s3:PutObject", "*"),
            DISABLE_CLOUD_LOGS,
        ),
        _policy(
            "log-bucket-policy-widened",
            "Let strangers read the log files, by the bucket policy",
            "PutBucketPolicy",
            _and("Allow", "s3:GetObject", _STRANGER),
        ),
        _policy(
            "log-bucket-policy-deleted",
            "Delete the bucket policy",
            "DeleteBucketPolicy",
            lambda a: a.s3.delete_bucket_policy(Bucket=a.log_bucket),
            DISABLE_CLOUD_LOGS,
        ),
    ),
    limits=(
        Limit(
            "Read log files with rights that IAM gives",
            "Reads are data events, which the trail does not record; the access logs of the bucket "
            "have them, and reading takes a right to the evidence key as well",
        ),
    ),
)
