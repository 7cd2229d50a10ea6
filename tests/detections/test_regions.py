"""A rule is made only where its events can arrive."""

from __future__ import annotations

import pytest

from trailkeeper.detections.regions import arrives, iam_sent_from


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


@pytest.mark.parametrize(
    ("home", "sender"),
    [
        ("eu-central-1", "us-east-1"),
        ("us-east-1", None),
        ("cn-north-1", None),
        ("cn-northwest-1", None),
        ("us-gov-east-1", None),
        ("eusc-de-east-1", None),
    ],
)
def test_iams_calls_are_sent_home_where_they_do_not_arrive(home: str, sender: str | None) -> None:
    assert iam_sent_from(home) == sender
