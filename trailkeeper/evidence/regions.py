"""What differs between regions: their partition, and what AWS has in one of them alone."""

from __future__ import annotations

_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("us-iso-", "aws-iso"),
    ("eu-isoe-", "aws-iso-e"),
    ("eusc-", "aws-eusc"),
)
_COMMERCIAL = "aws"
_US_EAST_1 = "us-east-1"


def partition_of(region: str) -> str:
    """The partition a region belongs to, by its name."""
    found = (partition for prefix, partition in _PARTITIONS if region.startswith(prefix))
    return next(found, _COMMERCIAL)


def sends_events_to(home: str) -> bool:
    """Whether other regions can send events to the bus of this one.

    Source: EventBridge user guide, "Sending and receiving events between AWS Regions": to every
    commercial region, not to those of China and GovCloud.
    """
    return partition_of(home) == _COMMERCIAL


def billing_region(home: str) -> str | None:
    """The region that has the metric of the account's charges, None if nobody knows of one.

    Source: CloudWatch user guide, "Create a billing alarm to monitor your estimated AWS charges":
    it is in us-east-1 alone, for charges all over the world.
    """
    return _US_EAST_1 if partition_of(home) == _COMMERCIAL else None
