"""Which regions beyond home the settings want a stack in."""

from __future__ import annotations

from stacks.settings import Settings
from trailkeeper.detections import satellites as beyond
from trailkeeper.detections.satellites import Satellite


def watches_charges(settings: Settings) -> bool:
    """Whether there is an alarm on the charges, or a budget."""
    return settings.billing_alarm_usd is not None or settings.monthly_budget_usd is not None


def satellites(settings: Settings) -> tuple[Satellite, ...]:
    """The regions beyond home in which something has to stand, in the order of their names."""
    return beyond.satellites(
        settings.home_region,
        ec2_regions=settings.ec2_regions,
        forward_iam_calls=settings.forward_iam_calls,
        charges=watches_charges(settings),
        last_resort_region=settings.last_resort_region,
    )
