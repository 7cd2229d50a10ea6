"""The key of the alert topics is the one that a stack of ours made, where the topic stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.deployed_evidence import BASELINE
from tests.recorded import Recorded
from trailkeeper.guards import alerts_key

ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
FRANKFURT = replace(BASELINE, region="eu-central-1")


@pytest.mark.parametrize(
    ("region", "stack", "resource", "arn"),
    [
        (
            "",
            "TrailkeeperResponse",
            "AlertingAlertsKeyF63E7A37",
            f"arn:aws:kms:eu-central-1:123456789012:key/{ID}",
        ),
        (
            "us-east-1",
            "TrailkeeperSatellite-us-east-1",
            "ChargesAlertsKey5E43E9C8",
            f"arn:aws:kms:us-east-1:123456789012:key/{ID}",
        ),
    ],
)
def test_cloudformation_says_which_key_it_made(
    region: str, stack: str, resource: str, arn: str
) -> None:
    clients = Recorded({"DescribeStackResource": {"StackResourceDetail": DETAIL}})
    where = (region,) if region else ()

    assert alerts_key.deployed_id(clients, *where) == ID
    assert alerts_key.deployed_arn(clients, FRANKFURT, *where) == arn
    asked = {"StackName": stack, "LogicalResourceId": resource}
    assert [each.arguments for each in clients.calls] == [asked, asked]


DETAIL = {
    "LogicalResourceId": "x",
    "PhysicalResourceId": ID,
    "ResourceStatus": "CREATE_COMPLETE",
    "ResourceType": "AWS::KMS::Key",
    "LastUpdatedTimestamp": "2026-11-20T00:00:00Z",
}


def test_a_topic_names_its_key_by_arn_by_id_or_by_our_alias() -> None:
    ours = f"arn:aws:kms:us-east-1:123456789012:key/{ID}"

    for name in (ours, ID, "alias/trailkeeper-alerts"):
        assert alerts_key.is_it(name, ours)
    for name in ("", "alias/aws/sns", "1234abcd", ours.replace("123456789012", "999999999999")):
        assert not alerts_key.is_it(name, ours)
