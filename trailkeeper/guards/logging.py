"""Guards what comes first: that the trail is there, that it logs, and that its logs arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards.guard import Clients, reading

NAME = "logging"

# CloudTrail delivers about every five minutes, and our own reads are events to deliver.
DELIVERY_ERROR_AFTER = timedelta(minutes=15)
DELIVERY_STALE_AFTER = timedelta(minutes=60)

_DELIVERIES = (
    ("LatestDeliveryError", "LatestDeliveryTime"),
    ("LatestDigestDeliveryError", "LatestDigestDeliveryTime"),
    ("LatestCloudWatchLogsDeliveryError", "LatestCloudWatchLogsDeliveryTime"),
)
# What is delivered about every five minutes; a digest comes once an hour.
_OFTEN = (_DELIVERIES[0], _DELIVERIES[2])
_NEXT_DELIVERY = timedelta(minutes=7)


@dataclass(frozen=True, slots=True)
class Status:
    """What GetTrailStatus says of the trail; `exists` False when there is no such trail."""

    exists: bool
    logging: bool = False
    started: datetime | None = None
    stopped: datetime | None = None
    details: Any = None

    def broken_deliveries(self, now: datetime) -> tuple[Change, ...]:
        """Deliveries that fail or that have stopped although the trail logs.

        An error is only told once nothing has arrived for a quarter of an hour, because CloudTrail
        keeps saying it until the next delivery succeeds.
        """
        if not self.logging:
            return ()
        since_start = now - self.started if self.started else timedelta.max
        found = []
        for error_field, time_field in _DELIVERIES:
            error = self.details.get(error_field)
            delivered = self.details.get(time_field)
            silence = min(now - delivered if delivered else timedelta.max, since_start)
            if error and silence >= DELIVERY_ERROR_AFTER:
                found.append(Change(error_field, str(error), "-"))
            elif time_field == "LatestDeliveryTime" and silence >= DELIVERY_STALE_AFTER:
                found.append(Change(time_field, _written(delivered), "-"))
        return tuple(found)

    def began_to_fail(self, now: datetime, every: timedelta) -> bool:
        """Whether a delivery fails that worked lately, to somebody who looks `every` so often.

        This shows what takes the logs away, whatever it was. One that has failed for longer was
        looked into before; where some files still arrive, a sweep will see what is wrong.
        """
        if not self.logging:
            return False
        return any(
            self.details.get(error_field)
            and (delivered := self.details.get(time_field)) is not None
            and _NEXT_DELIVERY < now - delivered <= _NEXT_DELIVERY + 2 * every
            for error_field, time_field in _OFTEN
        )


def _written(at: datetime | None) -> str:
    """A moment as CloudTrail writes it."""
    return "-" if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def observe(clients: Clients, baseline: Baseline) -> Status:
    """Read the trail's status, by its full ARN.

    Raises:
        ClientError, BotoCoreError: AWS refused the call, or could not be reached.
    """
    answer = reading(
        lambda: clients.cloudtrail.get_trail_status(Name=baseline.names.trail_arn),
        frozenset({"TrailNotFoundException"}),
    )
    if answer is None:
        return Status(exists=False)
    return Status(
        exists=True,
        logging=bool(answer["IsLogging"]),
        started=answer.get("StartLoggingTime"),
        stopped=answer.get("StopLoggingTime"),
        details=answer,
    )


def repair(clients: Clients, baseline: Baseline) -> None:
    """Start logging.

    Raises:
        ClientError, BotoCoreError: AWS refused the call, or could not be reached.
    """
    clients.cloudtrail.start_logging(Name=baseline.names.trail_arn)


PERMISSIONS = (
    Permission(
        ("cloudtrail:GetTrailStatus", "cloudtrail:StartLogging"),
        lambda baseline: baseline.names.trail_arn,
        "See whether the trail logs and start it again",
    ),
)
