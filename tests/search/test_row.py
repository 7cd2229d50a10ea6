"""What the row of an event says, on records as services write them."""

from __future__ import annotations

from typing import Any

import pytest

from trailkeeper.search.event import Event

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"
TRAIL = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit"


@pytest.mark.parametrize(
    ("record", "resource"),
    [
        ({"requestParameters": {"name": TRAIL}}, TRAIL),
        (
            {
                "requestParameters": {
                    "instanceType": "t3.micro",
                    "clientToken": "0f46e2b8",
                    "instancesSet": {"items": [{"imageId": "ami-1", "minCount": 2}]},
                },
                "responseElements": {
                    "requestId": "80a3ae2d",
                    "ownerId": "111122223333",
                    "instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]},
                },
            },
            "i-1, i-2",
        ),
        (
            {"requestParameters": {"instancesSet": {"items": [{"instanceId": "i-1"}]}}},
            "i-1",
        ),
        ({"requestParameters": {"roleName": "deployer", "policyName": "more"}}, "deployer"),
        (
            {"requestParameters": {"roleArn": "arn:aws:iam::1:role/x", "roleSessionName": "me"}},
            "arn:aws:iam::1:role/x",
        ),
        (
            {
                "requestParameters": {"description": "for the logs"},
                "responseElements": {"keyMetadata": {"aWSAccountId": "1", "arn": KEY}},
            },
            KEY,
        ),
        (
            {"requestParameters": {"keyId": "1234abcd"}, "resources": [{"ARN": KEY}]},
            KEY,
        ),
        (
            {"requestParameters": {"size": "8"}, "responseElements": {"volumeId": "vol-1"}},
            "vol-1",
        ),
        ({"requestParameters": None, "responseElements": {"ConsoleLogin": "Success"}}, ""),
        ({"requestParameters": {"name": 5, "instancesSet": {"items": [None, "i-1"]}}}, ""),
        ({"requestParameters": "name", "responseElements": ["name"]}, ""),
    ],
)
def test_a_row_names_what_the_call_is_about(record: dict[str, Any], resource: str) -> None:
    assert Event(record=record).row()["resource"] == resource
