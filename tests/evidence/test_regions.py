"""What differs between regions."""

from __future__ import annotations

import pytest

from trailkeeper.evidence.regions import (
    billing_region,
    partition_of,
    sends_events_to,
    sns_delivering_to,
)


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


# AWS Account Management reference guide, "Available Regions for your account".
ENABLED_BY_DEFAULT = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
    *("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "ap-south-1"),
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2"),
)
OPT_IN = (
    *("af-south-1", "ap-east-1", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ca-west-1"),
    *("eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "me-south-1"),
    "mx-central-1",
)
OF_OTHER_PARTITIONS = ("cn-north-1", "us-gov-west-1", "eusc-de-east-1")


@pytest.mark.parametrize("region", [*ENABLED_BY_DEFAULT, *OF_OTHER_PARTITIONS])
def test_sns_has_one_name_where_nobody_has_to_opt_in(region: str) -> None:
    assert sns_delivering_to(region) == "sns.amazonaws.com"


@pytest.mark.parametrize("region", OPT_IN)
def test_sns_delivers_into_an_opt_in_region_by_the_name_of_that_region(region: str) -> None:
    assert sns_delivering_to(region) == f"sns.{region}.amazonaws.com"
