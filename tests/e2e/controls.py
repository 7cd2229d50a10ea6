"""The 15 controls of the CIS benchmark on a deployed account, from a record to the mail."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from tests.control_records import RECORDS
from tests.e2e.stage import Stage, wait_for
from trailkeeper.evidence.controls import TRAIL_CHANGES

# What the mail of each says, and the metric behind it.
SUBJECTS = {
    "unauthorized-calls": ("Calls refused", "UnauthorizedCalls"),
    "console-logins-without-mfa": ("Console sign-in without MFA", "ConsoleLoginsWithoutMfa"),
    "root-use": ("Root user active", "RootUse"),
    "iam-policy-changes": ("IAM policies changed", "IamPolicyChanges"),
    TRAIL_CHANGES.id: ("CloudTrail changed", "TrailChanges"),
    "failed-console-logins": ("Console sign-in failed", "FailedConsoleLogins"),
    "key-removals": ("KMS key disabled or to be deleted", "KeyRemovals"),
    "bucket-policy-changes": ("S3 bucket policies changed", "BucketPolicyChanges"),
    "config-changes": ("AWS Config changed", "ConfigChanges"),
    "security-group-changes": ("Security groups changed", "SecurityGroupChanges"),
    "network-acl-changes": ("Network ACLs changed", "NetworkAclChanges"),
    "gateway-changes": ("Network gateways changed", "GatewayChanges"),
    "route-table-changes": ("Route tables changed", "RouteTableChanges"),
    "vpc-changes": ("VPCs changed", "VpcChanges"),
    "organization-changes": ("Organization changed", "OrganizationChanges"),
}


_WAIT = 121.0
"""Seconds after which the second witness speaks."""


def are_counted_and_told(stage: Stage) -> None:
    """One record of each control, and all that look alike, as CloudTrail would deliver them."""
    assert SUBJECTS.keys() == RECORDS.keys()
    stream = {"logGroupName": stage.log_group, "logStreamName": "of-the-tests"}
    stage.logs.create_log_stream(**stream)
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": json.dumps(each)} for each in _records(stage)]
    stage.logs.put_log_events(**stream, logEvents=events)

    for control, (words, metric) in SUBJECTS.items():
        wait_for(f"the alarm of {control}", partial(_goes_off, stage, control), 30.0)
        assert _counted(stage, metric) == 1, control
        if control != TRAIL_CHANGES.id:
            _is_told_once(stage, control, words)
    # No event told of the trail: its log group is the second witness, which waits for the first.
    assert not _with_subject(stage, SUBJECTS[TRAIL_CHANGES.id][0])
    assert len(wait_for("the mail of the second witness", partial(_later, stage), 30.0)) == 1
    (told,) = _with_subject(stage, "Security groups changed")
    assert "Who: user mallory" in told
    assert "From: 203.0.113.7" in told
    assert "Call: ec2:AuthorizeSecurityGroupIngress" in told
    assert "It was one call" in told


def _later(stage: Stage) -> list[str]:
    """What the second witness told; its time passes once it waits."""
    if stage.delayed_alerts():
        stage.ready.control.move_clock(_WAIT)
    return _with_subject(stage, SUBJECTS[TRAIL_CHANGES.id][0])


def _is_told_once(stage: Stage, control: str, words: str) -> None:
    told = partial(_with_subject, stage, words)
    assert len(wait_for(f"the mail of {control}", told, 30.0)) == 1, control


def _records(stage: Stage) -> Iterator[dict[str, Any]]:
    for matching, near_misses in RECORDS.values():
        for each in (*matching[:1], *near_misses):
            yield {
                **each,
                "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "eventID": str(uuid.uuid4()),
                "awsRegion": stage.ready.region,
                "recipientAccountId": stage.ready.account,
            }


def _with_subject(stage: Stage, words: str) -> list[str]:
    return [each.text for each in stage.mails() if words in each.subject]


def _goes_off(stage: Stage, control: str) -> bool:
    names = [f"trailkeeper-cis-{control}"]
    (alarm,) = stage.cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]
    return bool(alarm["StateValue"] == "ALARM")


def _counted(stage: Stage, metric: str) -> float:
    now = datetime.now(UTC)
    answer = stage.cloudwatch.get_metric_statistics(
        Namespace="Trailkeeper",
        MetricName=metric,
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=3600,
        Statistics=["Sum"],
    )
    return float(sum(each["Sum"] for each in answer["Datapoints"]))
