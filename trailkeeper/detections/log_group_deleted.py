"""Somebody deletes the trail's log group or a part of it."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="log-group-deleted",
    category="log-group",
    severity=Severity.CRITICAL,
    event_source="logs.amazonaws.com",
    events=("DeleteLogGroup", "DeleteLogStream"),
    resource_fields=("logGroupName",),
    ours=resources.log_group,
    touches=("log-group.", "trail.settings"),
    subject={"en": "Logs deleted from the log group", "ko": "로그 그룹의 로그 삭제"},
    did={
        "en": "deleted logs of the log group {resource}",
        "ko": "로그 그룹({resource})의 로그를 삭제했습니다",
    },
    unguarded={
        "DeleteLogStream": {
            "en": "Its events are lost here; the files in the log bucket still have them.",
            "ko": "해당 스트림의 이벤트는 사라졌습니다. 로그 버킷의 파일에는 남아 있습니다.",
        }
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from trailkeeper.detections.proof import (
    DISABLE_CLOUD_LOGS,
    Attacker,
    Example,
    Limit,
    Proof,
    Technique,
    made_again,
)

_STREAM = "attackers-stream"


def _delete_group(a: Attacker) -> None:
    def delete() -> None:
        a.logs.put_log_group_deletion_protection(
            logGroupIdentifier=a.log_group, deletionProtectionEnabled=False
        )
        a.logs.delete_log_group(logGroupName=a.log_group)

    a.persist("the log group to be deleted", delete)


def _delete_stream(a: Attacker) -> None:
    a.logs.create_log_stream(logGroupName=a.log_group, logStreamName=_STREAM)
    a.logs.delete_log_stream(logGroupName=a.log_group, logStreamName=_STREAM)


PROOF = Proof(
    example=Example({"logGroupName": "/trailkeeper/trail"}, made_again("log-group.settings")),
    techniques=(
        Technique(
            id="log-group-deleted",
            words="Delete the log group, once its protection is off",
            events=("DeleteLogGroup", "PutLogGroupDeletionProtection"),
            documents=("log-group.settings", "log-group.metric-filters"),
            how="The group is made again, protected, with everything; its old events are in the "
            "bucket",
            known_as=(DISABLE_CLOUD_LOGS,),
            recreates="log-group",
            attack=_delete_group,
        ),
        Technique(
            id="log-stream-deleted",
            words="Delete a stream of the log group",
            events=("DeleteLogStream",),
            outcome="told",
            how="CloudTrail makes the stream again; its old events are in the bucket",
            known_as=(),
            attack=_delete_stream,
        ),
    ),
    limits=(
        Limit(
            "Make the log group forget what it held",
            "What was deleted from it does not come back there; the bucket has the same events",
        ),
    ),
)
