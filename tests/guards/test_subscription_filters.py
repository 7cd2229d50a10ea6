"""The log group's readers: the one that the settings ask for is in order, any other is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.account_answers import EVERYTHING, answering
from trailkeeper.evidence.drift import Drift
from trailkeeper.guards import log_group

STREAM = "arn:aws:firehose:us-east-1:123456789012:deliverystream/siem"
OURS = {
    "filterName": "trailkeeper-stream",
    "logGroupName": "/trailkeeper/trail",
    "filterPattern": "",
    "destinationArn": STREAM,
    "roleArn": "arn:aws:iam::123456789012:role/trailkeeper-stream-us-east-1",
    "distribution": "ByLogStream",
    "creationTime": 1,
}
OTHER = {**OURS, "filterName": "copy", "destinationArn": STREAM.replace("siem", "mallory")}


@pytest.mark.parametrize(
    ("stream_to", "there", "in_order"),
    [
        (None, [], True),
        (None, [OURS], False),
        (STREAM, [OURS], True),
        (STREAM, [], False),
        (STREAM, [OURS, OTHER], False),
        (STREAM, [{**OURS, "destinationArn": OTHER["destinationArn"]}], False),
    ],
)
def test_only_the_stream_of_the_settings_is_in_order(
    stream_to: str | None, there: list[Any], *, in_order: bool
) -> None:
    clients = answering({"DescribeSubscriptionFilters": {"subscriptionFilters": there}})
    wanted = replace(EVERYTHING, stream_to=stream_to)
    document = log_group.GUARD.document("subscription-filters")

    found = log_group.GUARD.compare(document, clients, wanted)

    assert (found is None) is in_order
    assert in_order or isinstance(found, Drift)
    # Only people know whether a reader is wanted.
    assert document.write is None
