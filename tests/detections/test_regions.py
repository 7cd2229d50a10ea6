"""A rule is made only where its events can arrive."""

from __future__ import annotations

import pytest

from trailkeeper.detections.regions import arrives


@pytest.mark.parametrize(
    ("region", "seen"),
    [
        ("us-east-1", True),
        ("eu-central-1", False),
        ("us-west-2", False),
        ("cn-north-1", True),
        ("cn-northwest-1", False),
        ("us-gov-west-1", True),
        ("us-gov-east-1", False),
        ("eusc-de-east-1", True),
    ],
)
def test_iams_calls_arrive_in_one_region_of_a_partition(region: str, seen: bool) -> None:
    assert arrives("iam.amazonaws.com", region) is seen
    assert arrives("kms.amazonaws.com", region)
