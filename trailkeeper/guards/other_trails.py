"""Watches the account's other trails: what somebody stops is started again, if it is ours to.

Whatever else is done to them is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.permission import Permission
from trailkeeper.evidence.trails import ListedTrail, account_of
from trailkeeper.guards.guard import AWS_ERRORS, Clients
from trailkeeper.guards.trail import every_trail

# A trail that has been silent for longer was stopped on purpose, by somebody else, earlier.
RECENT = timedelta(minutes=30)
# What DescribeTrails says of where a trail writes and what it records.
_SETTINGS = (
    "CloudWatchLogsLogGroupArn",
    "CloudWatchLogsRoleArn",
    "HasCustomEventSelectors",
    "HasInsightSelectors",
    "IncludeGlobalServiceEvents",
    "IsMultiRegionTrail",
    "IsOrganizationTrail",
    "KmsKeyId",
    "LogFileValidationEnabled",
    "S3BucketName",
    "S3KeyPrefix",
    "SnsTopicARN",
)
# A region has at most five trails; organizations and other regions add a few.
_MOST_ASKED = 20


@dataclass(frozen=True, slots=True)
class Copy:
    """Another trail that records every region, or a whole organization: a second, paid copy."""

    name: str
    home_region: str
    organization: bool


def _ours(trail: dict[str, Any], baseline: Baseline) -> bool:
    """Not the guarded trail, not another region's, not an organization's that we don't own."""
    arn = trail["TrailARN"]
    return (
        arn != baseline.names.trail_arn
        and trail["HomeRegion"] == baseline.region
        and account_of(arn) == baseline.account
        and not trail.get("IsOrganizationTrail")
    )


def observe(clients: Clients, baseline: Baseline, hint: str, now: datetime) -> tuple[str, ...]:
    """The ARNs of the other trails of ours that are stopped now and were stopped recently.

    They come from the list of the account's trails. `hint` (the name or ARN in an event, untrusted)
    only narrows the list; empty, all of them are looked at.

    Raises:
        ClientError, BotoCoreError: AWS refused a call, or could not be reached.
    """
    listed = clients.cloudtrail.describe_trails(includeShadowTrails=False)["trailList"]
    found = []
    for trail in listed:
        if not _ours(trail, baseline) or hint not in ("", trail["Name"], trail["TrailARN"]):
            continue
        status = clients.cloudtrail.get_trail_status(Name=trail["TrailARN"])
        stopped = status.get("StopLoggingTime")
        if not status["IsLogging"] and stopped is not None and now - stopped <= RECENT:
            found.append(trail["TrailARN"])
    return tuple(found)


def copies(clients: Clients, own: str) -> tuple[Copy, ...]:
    """The trails that record what the trail `own` (an ARN) records, wherever they are at home.

    Raises:
        ClientError, BotoCoreError: AWS refused the call, or could not be reached.
    """
    return tuple(
        Copy(each["Name"], each["HomeRegion"], bool(each.get("IsOrganizationTrail")))
        for each in clients.cloudtrail.describe_trails()["trailList"]
        if each["TrailARN"] != own
        and (each.get("IsMultiRegionTrail") or each.get("IsOrganizationTrail"))
    )


def listed(clients: Clients, baseline: Baseline) -> tuple[ListedTrail, ...]:
    """Every trail that is seen in the home region but the guarded one.

    Whether it logs is asked of those that record every region or an organization.

    Raises:
        ClientError, BotoCoreError: AWS did not list the trails, or could not be reached.
    """
    own = baseline.names.trail_arn
    found = [_listed(each) for each in every_trail(clients) if each["TrailARN"] != own]
    return tuple(
        replace(each, logging=_logs(clients, each)) if number < _MOST_ASKED else each
        for number, each in enumerate(found)
    )


def _listed(trail: dict[str, Any]) -> ListedTrail:
    everywhere, organization = trail.get("IsMultiRegionTrail"), trail.get("IsOrganizationTrail")
    return ListedTrail(
        name=trail["Name"],
        arn=trail["TrailARN"],
        home_region=trail["HomeRegion"],
        organization=bool(organization),
        everywhere=bool(everywhere),
        settings={name: _spelled(trail[name]) for name in _SETTINGS if trail.get(name)},
    )


def _spelled(value: Any) -> str:
    return "true" if value is True else str(value)


def _logs(clients: Clients, trail: ListedTrail) -> bool | None:
    if not (trail.organization or trail.everywhere):
        return None
    try:
        return bool(clients.cloudtrail.get_trail_status(Name=trail.arn)["IsLogging"])
    except AWS_ERRORS:
        return None


def repair(clients: Clients, arn: str) -> None:
    """Start a trail of the list again.

    Raises:
        ClientError, BotoCoreError: AWS refused the call, or could not be reached.
    """
    clients.cloudtrail.start_logging(Name=arn)


def verify(clients: Clients, arn: str) -> bool:
    """Whether the trail logs now."""
    return bool(clients.cloudtrail.get_trail_status(Name=arn)["IsLogging"])


PERMISSIONS = (
    Permission(
        ("cloudtrail:GetTrailStatus", "cloudtrail:StartLogging"),
        lambda baseline: baseline.names.arn("cloudtrail", "trail/*"),
        "Start other trails of this account and region that somebody stopped",
    ),
    Permission(
        ("cloudtrail:GetTrailStatus",),
        lambda baseline: f"arn:{baseline.partition}:cloudtrail:*:*:trail/*",
        "See whether trails of other regions and of an organization, which are of another account, "
        "log",
    ),
)
