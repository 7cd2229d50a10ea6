"""What the data events that the settings ask for are expected to cost."""

from __future__ import annotations

from stacks.settings import Settings
from trailkeeper.cost.bill import EVENT_GB
from trailkeeper.cost.prices import prices


def expected_cost(settings: Settings) -> str:
    """A sentence for the synth, "" where no data events of others are recorded."""
    if not settings.s3_data_events and not settings.lambda_data_events:
        return ""
    if settings.data_events_a_month is None:
        trail, group = _usd(100_000)
        return (
            f"Data events cost about {trail + group:.2f} USD for every 100,000, of which "
            f"{trail:.2f} go to CloudTrail and the rest to the log group. Say with "
            "data_events_a_month how many you expect, and this line says what they cost."
        )
    events = settings.data_events_a_month
    trail, group = _usd(events)
    return (
        f"{events:,} data events a month cost about {trail + group:,.2f} USD: {trail:,.2f} for "
        f"CloudTrail, {group:,.2f} for the log group (list prices of us-east-1)."
    )


def _usd(events: int) -> tuple[float, float]:
    """For CloudTrail, which delivers them to S3, and for CloudWatch Logs, which takes them in."""
    by_key = prices().by_key
    return (
        by_key["data_event"].usd(events, after_free=False),
        by_key["logs_gb"].usd(events * EVENT_GB, after_free=False),
    )
