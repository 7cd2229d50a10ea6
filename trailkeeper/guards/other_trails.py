"""Watches the account's other trails: what somebody stops is started again, if it is ours to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards.guard import Clients

NAME = "other-trails"

# A trail that has been silent for longer was stopped on purpose, by somebody else, earlier.
RECENT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class OtherTrail:
    """A trail of this account and home region that is not the guarded one."""

    name: str
    arn: str
    logging: bool
    stopped: datetime | None


@dataclass(frozen=True, slots=True)
class Copy:
    """Another trail that records every region, or a whole organization: a second, paid copy."""

    name: str
    home_region: str
    organization: bool


def _ours(trail: dict[str, Any], baseline: Baseline) -> bool:
    """Not the guarded trail, not another region's, not an organization's that we don't own."""
    arn = str(trail.get("TrailARN", ""))
    return (
        arn != baseline.names.trail_arn
        and trail.get("HomeRegion") == baseline.region
        and arn.split(":")[4:5] == [baseline.account]
        and not trail.get("IsOrganizationTrail")
    )


def observe(
    clients: Clients, baseline: Baseline, hint: str, now: datetime
) -> tuple[OtherTrail, ...]:
    """The other trails that are stopped now and were stopped recently.

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
            found.append(OtherTrail(trail["Name"], trail["TrailARN"], False, stopped))
    return tuple(found)


def copies(clients: Clients, own: str) -> tuple[Copy, ...]:
    """The trails that record what the trail `own` (an ARN) records, wherever they are at home.

    Raises:
        ClientError, BotoCoreError: AWS refused the call, or could not be reached.
    """
    return tuple(
        Copy(each["Name"], each.get("HomeRegion", ""), bool(each.get("IsOrganizationTrail")))
        for each in clients.cloudtrail.describe_trails()["trailList"]
        if each.get("TrailARN") != own
        and (each.get("IsMultiRegionTrail") or each.get("IsOrganizationTrail"))
    )


def repair(clients: Clients, trail: OtherTrail) -> None:
    """Start a trail of the list again.

    Raises:
        ClientError, BotoCoreError: AWS refused the call, or could not be reached.
    """
    clients.cloudtrail.start_logging(Name=trail.arn)


def verify(clients: Clients, trail: OtherTrail) -> bool:
    """Whether the trail logs now."""
    return bool(clients.cloudtrail.get_trail_status(Name=trail.arn)["IsLogging"])


PERMISSIONS = (
    Permission(
        ("cloudtrail:GetTrailStatus", "cloudtrail:StartLogging"),
        lambda baseline: baseline.names.arn("cloudtrail", "trail/*"),
        "Start other trails of this account and region that somebody stopped",
    ),
)
