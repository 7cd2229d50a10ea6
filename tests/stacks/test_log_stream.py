"""The log group streamed on: what is deployed, and which streams can be given."""

from __future__ import annotations

import pytest

from stacks.settings import Settings, SettingsError
from tests.stacks.deployed import ACCOUNT, REGION, Deployed

STREAM = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/siem"


def test_everything_goes_to_the_stream(full_response: Deployed) -> None:
    assert full_response.one("AWS::Logs::SubscriptionFilter") == {
        "LogGroupName": "/trailkeeper/trail",
        "FilterName": "trailkeeper-stream",
        "FilterPattern": "",
        "DestinationArn": STREAM,
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/trailkeeper-stream-{REGION}",
    }


def test_its_role_is_for_our_logs_and_puts_into_that_stream_alone(
    full_response: Deployed,
) -> None:
    role = full_response.one("AWS::IAM::Role", RoleName=f"trailkeeper-stream-{REGION}")

    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "logs.amazonaws.com"}
    ours = f"arn:aws:logs:{REGION}:{ACCOUNT}:*"
    assert trust["Condition"] == {"StringLike": {"aws:SourceArn": ours}}
    (policy,) = role["Policies"]
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["firehose:PutRecord", "firehose:PutRecordBatch"],
            "Resource": STREAM,
        }
    ]


def test_by_default_nobody_reads_along(response: Deployed) -> None:
    assert not response.all("AWS::Logs::SubscriptionFilter")


@pytest.mark.parametrize(
    "stream",
    [
        f"arn:aws:firehose:eu-west-1:{ACCOUNT}:deliverystream/siem",
        f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:siem",
        f"arn:aws:kinesis:{REGION}:{ACCOUNT}:deliverystream/siem",
        "siem",
    ],
)
def test_a_stream_that_logs_cannot_reach_is_refused(stream: str) -> None:
    with pytest.raises(SettingsError, match=r"stream_log_group_to: given .*; allowed: null, or"):
        Settings.from_context({"trailkeeper": {"stream_log_group_to": stream}})


def test_a_kinesis_stream_will_do() -> None:
    stream = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/siem"

    made = Settings.from_context({"trailkeeper": {"stream_log_group_to": stream}})

    assert made.stream_log_group_to == stream
