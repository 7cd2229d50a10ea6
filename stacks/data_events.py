"""What the data events that the settings ask for are expected to cost."""

from __future__ import annotations

from stacks.settings import Settings

# CloudTrail pricing, data events delivered to S3; CloudWatch Logs takes each event as well (list
# prices of us-east-1, November 2026; tools/prices.toml has the basis of the second).
_USD_PER_100_000 = 0.10
_USD_PER_GB = 0.50
_EVENT_GB = 1.7e-6


def expected_cost(settings: Settings) -> str:
    """A sentence for the synth, "" where no data events of others are recorded."""
    if not settings.s3_data_events and not settings.lambda_data_events:
        return ""
    one = _sum(100_000)
    if settings.data_events_a_month is None:
        return (
            f"Data events cost about {one:.2f} USD for every 100,000, of which "
            f"{_USD_PER_100_000:.2f} go to CloudTrail and the rest to the log group. Say with "
            "data_events_a_month how many you expect, and this line says what they cost."
        )
    events = settings.data_events_a_month
    return (
        f"{events:,} data events a month cost about {_sum(events):,.2f} USD: "
        f"{events / 100_000 * _USD_PER_100_000:,.2f} for CloudTrail, "
        f"{events * _EVENT_GB * _USD_PER_GB:,.2f} for the log group (list prices of us-east-1)."
    )


def _sum(events: int) -> float:
    return events / 100_000 * _USD_PER_100_000 + events * _EVENT_GB * _USD_PER_GB
