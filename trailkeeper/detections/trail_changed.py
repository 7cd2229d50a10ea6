"""Somebody changes what a trail records, where it delivers to, or how it protects that."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="trail-changed",
    category="trail",
    severity=Severity.CRITICAL,
    event_source="cloudtrail.amazonaws.com",
    events=("UpdateTrail",),
    resource_fields=("name",),
    ours=resources.any_trail,
    touches=(
        "trail.settings",
        "logging.",
    ),
    subject={"en": "Trail settings changed", "ko": "CloudTrail 추적 설정 변경"},
    did={
        "en": "changed the settings of the CloudTrail trail {resource}",
        "ko": "CloudTrail 추적({resource})의 설정을 변경했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

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

_UPDATED = "UpdateTrail with the fields that differ"
_TOGETHER = "UpdateTrail with the log group and its role, which AWS takes only together"


def _update(id_: str, words: str, attack: Act, how: str = _UPDATED) -> Technique:
    return Technique(
        id=id_,
        words=words,
        events=("UpdateTrail",),
        documents=("trail.settings",),
        how=how,
        known_as=(DISABLE_CLOUD_LOGS,),
        attack=attack,
    )


def _set(a: Attacker, **settings: Any) -> None:
    a.cloudtrail.update_trail(Name=a.trail, **settings)


def _guarded_group(a: Attacker) -> str:
    return f"arn:aws:logs:{a.region}:{a.account}:log-group:{a.log_group}:*"


def _redirect_log_group(a: Attacker) -> None:
    group = a.own_group()
    role = f"arn:aws:iam::{a.account}:role/{a.delivery_role}"
    rights = (
        '{"Version": "2012-10-17", '
        '"Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}'
    )

    def redirect() -> None:
        a.iam.put_role_permissions_boundary(
            RoleName=a.delivery_role,
            PermissionsBoundary="arn:aws:iam::aws:policy/AdministratorAccess",
        )
        a.iam.put_role_policy(RoleName=a.delivery_role, PolicyName="more", PolicyDocument=rights)
        _set(a, CloudWatchLogsLogGroupArn=group, CloudWatchLogsRoleArn=role)

    a.persist("the trail to take the other log group", redirect)


def _minimise(a: Attacker) -> None:
    _set(
        a,
        SnsTopicName="",
        IncludeGlobalServiceEvents=False,
        IsMultiRegionTrail=False,
        EnableLogFileValidation=False,
        CloudWatchLogsLogGroupArn="",
        CloudWatchLogsRoleArn="",
        KmsKeyId="",
    )


PROOF = Proof(
    example=Example(
        {"name": "trailkeeper", "s3BucketName": "somebody-elses-bucket"},
        healed(
            "trail.settings",
            "S3BucketName",
            "somebody-elses-bucket",
            "trailkeeper-logs-111122223333-us-east-1",
        ),
    ),
    techniques=(
        _update(
            "trail-bucket-swapped",
            "Send the log files to another bucket",
            lambda a: _set(a, S3BucketName=a.own_bucket()),
        ),
        _update(
            "trail-prefix-swapped",
            "Send the log files to another bucket, under another prefix",
            lambda a: _set(a, S3BucketName=a.own_bucket(), S3KeyPrefix="elsewhere"),
        ),
        _update(
            "trail-single-region",
            "Make the trail record one region only",
            lambda a: _set(a, IsMultiRegionTrail=False),
            "UpdateTrail with multi-region and global events, which go off together",
        ),
        _update(
            "trail-global-events-off",
            "Leave out the events of global services such as IAM",
            lambda a: _set(a, IncludeGlobalServiceEvents=False, IsMultiRegionTrail=False),
        ),
        _update(
            "trail-validation-off",
            "Turn off log file validation",
            lambda a: _set(a, EnableLogFileValidation=False),
        ),
        _update(
            "trail-key-removed",
            "Take the evidence key off the trail",
            lambda a: _set(a, KmsKeyId=""),
        ),
        _update(
            "trail-key-swapped",
            "Encrypt the log files with another key",
            lambda a: _set(a, KmsKeyId=a.own_key()),
        ),
        _update(
            "trail-log-group-removed",
            "Stop the delivery to the log group",
            lambda a: _set(a, CloudWatchLogsLogGroupArn="", CloudWatchLogsRoleArn=""),
        ),
        _update(
            "trail-log-group-swapped",
            "Send the events to another log group",
            lambda a: _set(
                a, CloudWatchLogsLogGroupArn=a.own_group(), CloudWatchLogsRoleArn=a.own_role()
            ),
        ),
        _update(
            "trail-log-group-redirected",
            "Send the events to another log group, through the role that is there",
            _redirect_log_group,
            _TOGETHER,
        ),
        _update(
            "trail-delivery-role-swapped",
            "Let another role write to the log group",
            lambda a: _set(
                a, CloudWatchLogsLogGroupArn=_guarded_group(a), CloudWatchLogsRoleArn=a.own_role()
            ),
            _TOGETHER,
        ),
        _update(
            "trail-topic-added",
            "Announce log files on a topic of the attacker",
            lambda a: _set(a, SnsTopicName=a.own_topic()),
        ),
        _update(
            "trail-own-deliveries-unrecorded",
            "Leave out the trail's own deliveries",
            lambda a: _set(a, RecursiveLogging=False),
        ),
        _update(
            "trail-minimised",
            "Turn off everything at once while the trail goes on logging",
            _minimise,
            "One UpdateTrail with every field that differs",
        ),
        Technique(
            id="trail-organization-changed",
            words="Turn the organization trail on or off",
            events=("UpdateTrail",),
            documents=("trail.settings",),
            outcome="told",
            how="Only the management account may change this",
            known_as=(DISABLE_CLOUD_LOGS,),
            proved_by="tests/detections/test_techniques.py::"
            "test_an_organization_trail_is_told_and_left_to_the_management_account",
        ),
        Technique(
            id="trail-other-redirected",
            words="Redirect another trail of the account, or an organization's",
            events=("UpdateTrail",),
            outcome="told",
            how="With where it wrote and what differs; a trail that Trailkeeper did not deploy is "
            "left as it is",
            known_as=(DISABLE_CLOUD_LOGS,),
            proved_by="tests/lambdas/heal/test_other_trails.py::test_a_redirected_trail_is_told_with_what_really_changed",
        ),
    ),
    limits=(
        Limit(
            "Change a trail whose home is another region",
            "CloudTrail takes such a call in that region alone, and its event stays there; "
            "Trailkeeper guards its own trail, which records all regions",
        ),
    ),
)
