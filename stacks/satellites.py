"""Which regions beyond home get a stack, and for what."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.settings import Settings
from trailkeeper.detections.regions import iam_sent_from
from trailkeeper.evidence.names import SATELLITE_STACK
from trailkeeper.evidence.regions import billing_region


@dataclass(frozen=True, slots=True)
class Satellite:
    """A region beyond home: whether it sends EC2's events and IAM's calls, and has the charges.

    `last_resort`: the topic of last resort stands there.
    """

    region: str
    instances: bool
    iam: bool
    charges: bool
    last_resort: bool = False

    @property
    def stack(self) -> str:
        """The name of its stack."""
        return f"{SATELLITE_STACK}{self.region}"


def watches_charges(settings: Settings) -> bool:
    """Whether there is an alarm on the charges, or a budget."""
    return settings.billing_alarm_usd is not None or settings.monthly_budget_usd is not None


def satellites(settings: Settings) -> tuple[Satellite, ...]:
    """The regions beyond home in which something has to stand, in the order of their names."""
    home = settings.home_region
    iam = iam_sent_from(home) if settings.forward_iam_calls else None
    charges = billing_region(home) if watches_charges(settings) else None
    last_resort = settings.last_resort_region
    wanted = {*settings.ec2_regions, iam, charges, last_resort} - {None, home}
    return tuple(
        Satellite(
            region=region,
            instances=region in settings.ec2_regions,
            iam=region == iam,
            charges=region == charges,
            last_resort=region == last_resort,
        )
        for region in sorted(filter(None, wanted))
    )
