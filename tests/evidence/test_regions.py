"""What differs between regions."""

from __future__ import annotations

import pytest

from trailkeeper.evidence.regions import billing_region, partition_of, sends_events_to


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("us-east-1", "aws"),
        ("mx-central-1", "aws"),
        ("cn-northwest-1", "aws-cn"),
        ("us-gov-east-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("us-isof-south-1", "aws-iso-f"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_a_regions_name_says_its_partition(region: str, partition: str) -> None:
    assert partition_of(region) == partition


@pytest.mark.parametrize(
    ("home", "charges", "reachable"),
    [
        ("eu-central-1", "us-east-1", True),
        ("us-east-1", "us-east-1", True),
        ("cn-north-1", None, False),
        ("us-gov-west-1", None, False),
    ],
)
def test_charges_and_other_regions_events_are_had_in_the_commercial_partition(
    home: str, charges: str | None, reachable: bool
) -> None:
    assert billing_region(home) == charges
    assert sends_events_to(home) is reachable
