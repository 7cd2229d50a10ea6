"""Trailkeeper's own metrics: the functions count them, alarms and the dashboard read them."""

from __future__ import annotations

from dataclasses import dataclass

from trailkeeper.evidence.names import ALERT_FUNCTION, DELIVERIES_FUNCTION, HEAL_FUNCTION

NAMESPACE = "Trailkeeper"


@dataclass(frozen=True, slots=True)
class Metric:
    """A count; CloudWatch finds it only by its name and exactly this dimension."""

    name: str
    dimension: str
    value: str


# One for each scheduled look, and each scheduled sweep, that ended without a failure; silence means
# that nobody guards.
LOOK_SUCCEEDED = Metric("LookSucceeded", "Function", HEAL_FUNCTION)
SWEEP_SUCCEEDED = Metric("SweepSucceeded", "Function", HEAL_FUNCTION)
# An alert that could not be put in words went out raw, or the state table could not be reached; the
# log says which. Powertools calls the dimension of a function's metrics "service".
ALERT_TROUBLED = Metric("AlertTroubled", "service", ALERT_FUNCTION)
# The records in the log files that CloudTrail delivered, and the same by service and outcome.
RECORDS_DELIVERED = Metric("RecordsDelivered", "Function", DELIVERIES_FUNCTION)
RECORDS_BY_SOURCE = "RecordsBySource"
# One for each time that a channel did not take an alert.
CHANNEL_FAILED = Metric("ChannelFailed", "service", ALERT_FUNCTION)
