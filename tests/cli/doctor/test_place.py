"""Doctor that has nothing to look at says in one line why, and where to look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from tests.cli.doctor.seen import ACCOUNT, Clients, functions
from trailkeeper.cli.account import Account
from trailkeeper.cli.doctor.place import BlindError, find

IDENTITY = {
    "GetCallerIdentity": {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/kim"},
}
NOTHING: Mapping[str, Any] = {
    **IDENTITY,
    "GetFunctionConfiguration": "ResourceNotFoundException",
    "DescribeStacks": "ValidationError",
    "DescribeTrails": {"trailList": []},
}


def found(answers: Mapping[str, Any]) -> Any:
    return find(cast(Account, Clients(answers)))


def trail(region: str) -> Mapping[str, Any]:
    listed = {
        "Name": "audit",
        "S3BucketName": f"trailkeeper-logs-{ACCOUNT}-{region}",
        "HomeRegion": region,
    }
    return {**NOTHING, "DescribeTrails": {"trailList": [listed]}}


def test_the_functions_know_their_names() -> None:
    assert found({**IDENTITY, **functions()}).trail == "trailkeeper"


def test_without_the_function_the_trail_is_known_by_its_bucket() -> None:
    assert found(trail("us-east-1")).trail == "audit"


def test_another_region_is_named() -> None:
    with pytest.raises(BlindError) as refused:
        found(trail("eu-west-3"))

    assert refused.value.message == (
        "Trailkeeper is not in us-east-1: its home region is eu-west-3; "
        "run: trailkeeper --region eu-west-3 doctor"
    )
    assert refused.value.exit_code == 2


def test_an_account_without_it() -> None:
    with pytest.raises(BlindError, match="there is no Trailkeeper in us-east-1 of account 1111222"):
        found(NOTHING)


@pytest.mark.parametrize("ahead", [timedelta(minutes=7.5), timedelta(minutes=-7.5)])
def test_a_clock_that_makes_aws_refuse_every_call(ahead: timedelta) -> None:
    def refused(_: Any) -> Any:
        date = (datetime.now(UTC) - ahead).strftime("%a, %d %b %Y %H:%M:%S GMT")
        raise ClientError(
            {
                "Error": {"Code": "SignatureDoesNotMatch", "Message": "Signature not yet current"},
                "ResponseMetadata": cast(Any, {"HTTPHeaders": {"date": date}}),
            },
            "GetCallerIdentity",
        )

    with pytest.raises(BlindError, match=r"clock is 7 min (ahead of|behind) AWS's"):
        found({"GetCallerIdentity": refused})
