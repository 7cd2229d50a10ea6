"""Watches whether the billing alarm can go off: without billing alerts it never gets any data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import BILLING_ALARM
from trailkeeper.evidence.permission import Permission
from trailkeeper.evidence.regions import billing_region
from trailkeeper.guards.guard import Clients

# Whoever turns billing alerts on has data within hours.
LONGEST_WAIT = timedelta(days=2)


def silent_since(clients: Clients, now: datetime) -> datetime | None:
    """Since when the alarm has had no data, if that is for two days or longer, else None.

    A new alarm begins without data. One that is not there is not for this guard to tell.

    Raises:
        ClientError, BotoCoreError: AWS refused a call, or could not be reached.
    """
    answer = clients.billing.describe_alarms(AlarmNames=[BILLING_ALARM])
    for alarm in answer["MetricAlarms"]:
        since = _changed(alarm)
        if alarm["StateValue"] == "INSUFFICIENT_DATA" and now - since >= LONGEST_WAIT:
            return since
    return None


def _changed(alarm: dict[str, Any]) -> datetime:
    """When it got its state; the other time is that of any change, of the reason alone, too."""
    when: datetime = alarm.get("StateTransitionedTimestamp") or alarm["StateUpdatedTimestamp"]
    return when.astimezone(UTC)


def permissions(baseline: Baseline) -> tuple[Permission, ...]:
    """What it needs, where there is such an alarm."""
    region = billing_region(baseline.region)
    if region is None:
        return ()
    return (
        Permission(
            ("cloudwatch:DescribeAlarms",),
            lambda baseline: baseline.names.billing_alarm_arn(region),
            "See whether the billing alarm gets any data",
        ),
    )
