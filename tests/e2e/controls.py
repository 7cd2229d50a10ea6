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

# What the mail of each says, and the metric behind it. Changes of trails have alerts of their own;
# their alarm waits for two minutes, so here only what looks alike comes to it.
SUBJECTS = {
    "unauthorized-calls": ("Calls refused", "UnauthorizedCalls"),
    "console-logins-without-mfa": ("Console sign-in without MFA", "ConsoleLoginsWithoutMfa"),
    "root-use": ("Root user active", "RootUse"),
    "iam-policy-changes": ("IAM policies changed", "IamPolicyChanges"),
    TRAIL_CHANGES.id: ("", "TrailChanges"),
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


def are_counted_and_told(stage: Stage) -> None:
    """One record of each control, and all that look alike, as CloudTrail would deliver them."""
    assert SUBJECTS.keys() == RECORDS.keys()
    stream = {"logGroupName": stage.log_group, "logStreamName": "of-the-tests"}
    stage.logs.create_log_stream(**stream)
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": json.dumps(each)} for each in _records(stage)]
    stage.logs.put_log_events(**stream, logEvents=events)

    for control, (words, metric) in SUBJECTS.items():
        if control == TRAIL_CHANGES.id:
            continue
        told = partial(_with_subject, stage, words)
        assert len(wait_for(f"the mail of {control}", told, 30.0)) == 1, control
        assert _goes_off(stage, control), control
        assert _counted(stage, metric) == 1, control
    assert not _goes_off(stage, TRAIL_CHANGES.id)
    assert _counted(stage, SUBJECTS[TRAIL_CHANGES.id][1]) == 0
    (told,) = _with_subject(stage, "Security groups changed")
    assert "Who: user mallory" in told
    assert "From: 203.0.113.7" in told
    assert "Call: ec2:AuthorizeSecurityGroupIngress" in told
    assert "It was one call" in told


def _records(stage: Stage) -> Iterator[dict[str, Any]]:
    for control, (matching, near_misses) in RECORDS.items():
        first = [] if control == TRAIL_CHANGES.id else matching[:1]
        for each in (*first, *near_misses):
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
