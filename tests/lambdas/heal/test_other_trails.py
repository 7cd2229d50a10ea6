"""Other trails of the account: which are started again, and which are left alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.deployed_evidence import (
    REGION,
)
from tests.lambdas.heal.bed import Bed, call
from tests.tampered import Tampered


def other_trail(bed: Bed, **settings: Any) -> str:
    bed.account.s3.create_bucket(Bucket="other-logs")
    arn = bed.account.cloudtrail.create_trail(Name="other", S3BucketName="other-logs", **settings)[
        "TrailARN"
    ]
    bed.account.cloudtrail.start_logging(Name=arn)
    bed.account.cloudtrail.stop_logging(Name=arn)
    stopped = bed.account.cloudtrail.get_trail_status(Name=arn)["StopLoggingTime"]
    bed.now = stopped + timedelta(seconds=5)
    return str(arn)


@pytest.mark.parametrize(("setting", "restarted"), [("restart", True), ("alert", False)])
def test_another_trail_that_somebody_stops(bed: Bed, setting: str, restarted: bool) -> None:
    bed.settings = {"other_trails": setting}
    arn = other_trail(bed)

    bed.handle(call(requestParameters={"name": "other"}))

    assert bed.account.cloudtrail.get_trail_status(Name=arn)["IsLogging"] is restarted
    assert [alert.what.key for alert in bed.alerts] == ["subject.other_trail_stopped"]


def test_other_trails_are_left_alone_if_the_settings_say_so(bed: Bed) -> None:
    bed.settings = {"other_trails": "ignore"}
    arn = other_trail(bed)

    bed.handle(call(requestParameters={"name": "other"}))

    assert not bed.account.cloudtrail.get_trail_status(Name=arn)["IsLogging"]
    assert bed.alerts == []


def test_a_trail_of_an_organization_is_not_ours_to_start(bed: Bed) -> None:
    arn = other_trail(bed)

    def as_organization(real: Any, arguments: Any) -> Any:
        answer = real(**arguments)
        for each in answer["trailList"]:
            each["IsOrganizationTrail"] = each["TrailARN"] == arn
        return answer

    bed.clients = Tampered(bed.account, "cloudtrail", "describe_trails", as_organization)

    bed.handle(call(requestParameters={"name": "other"}))

    assert not bed.account.cloudtrail.get_trail_status(Name=arn)["IsLogging"]


def test_a_trail_that_was_stopped_long_ago_stays_stopped(bed: Bed) -> None:
    arn = other_trail(bed)
    bed.now += timedelta(hours=2)

    bed.handle(call(requestParameters={"name": "other"}))

    assert not bed.account.cloudtrail.get_trail_status(Name=arn)["IsLogging"]


def test_other_trails_of_all_regions_are_seen(bed: Bed) -> None:
    bed.account.s3.create_bucket(Bucket="others")
    for name, everywhere in (("copy", True), ("local", False)):
        bed.account.cloudtrail.create_trail(
            Name=name, S3BucketName="others", IsMultiRegionTrail=everywhere
        )

    status = bed.command(command="status").status

    assert status
    assert [(each.name, each.home_region) for each in status.other_trails] == [("copy", REGION)]
