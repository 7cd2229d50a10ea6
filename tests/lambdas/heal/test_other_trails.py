"""Other trails of the account: which are started again, and which are left alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lambdas.heal.invocation import HealFailedError
from tests.deployed_evidence import (
    REGION,
)
from tests.lambdas.heal.bed import Bed, call
from tests.tampered import Tampered, failing
from trailkeeper.alerts.alert import Alert, Fact, Step
from trailkeeper.words.text import Severity, Text


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
    assert [alert.what.key for alert in bed.alerts] == ["subject.other.stopped"]


def test_one_that_cannot_be_started_is_told_and_tried_again(bed: Bed) -> None:
    """Lambda brings the event again; what then succeeds is news, and the failure is told once."""
    arn = other_trail(bed)
    event = call(requestParameters={"name": "other"})
    bed.clients = Tampered(bed.account, "cloudtrail", "start_logging", failing("AccessDenied"))

    for _ in range(2):
        with pytest.raises(HealFailedError, match=r"could not be started: .*:trail/other"):
            bed.handle(event)
    bed.clients = None
    bed.handle(event)

    assert bed.account.cloudtrail.get_trail_status(Name=arn)["IsLogging"]
    told = {each.dedup_key: (each.severity, each.result) for each in bed.alerts}
    assert list(told.values()) == [
        (Severity.CRITICAL, Text("result.failed")),
        (Severity.WARNING, Text("result.started_again")),
    ]


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


def their_trail(bed: Bed, name: str = "second", **settings: Any) -> str:
    """Another trail that is known: a sweep has seen it."""
    bed.account.s3.create_bucket(Bucket="audit-logs")
    bed.account.s3.create_bucket(Bucket="somebody-elses-bucket")
    made = bed.account.cloudtrail.create_trail(Name=name, S3BucketName="audit-logs", **settings)
    bed.account.cloudtrail.start_logging(Name=made["TrailARN"])
    bed.handle({})
    bed.alerts.clear()
    bed.now += timedelta(minutes=10)
    return str(made["TrailARN"])


def changes(alert: Alert) -> list[tuple[str, str, str]]:
    return [
        (str(each.params["setting"]), str(each.params["before"]), str(each.params["after"]))
        for each in alert.changes
        if each.key == "change.other_trail"
    ]


def test_a_redirected_trail_is_told_with_what_really_changed(bed: Bed) -> None:
    arn = their_trail(bed)
    bed.account.cloudtrail.update_trail(Name=arn, S3BucketName="somebody-elses-bucket")

    bed.handle(call("UpdateTrail", requestParameters={"name": "second"}))

    (alert,) = bed.alerts
    assert (alert.detection, alert.severity) == ("trail-changed", Severity.WARNING)
    assert alert.what == Text(
        "subject.other.changed", {"kind": Text("kind.other_trail"), "trail": "second"}
    )
    assert alert.who == Text("actor.short", {"name": "deploy-bot"})
    assert changes(alert) == [("S3BucketName", "audit-logs", "somebody-elses-bucket")]
    assert Fact("label.delivers_to", "somebody-elses-bucket") in alert.facts


def test_a_deleted_trail_is_told_with_where_it_wrote(bed: Bed) -> None:
    arn = their_trail(bed)
    bed.account.cloudtrail.delete_trail(Name=arn)

    bed.handle(call("DeleteTrail", requestParameters={"name": arn}))
    bed.handle({})

    (alert,) = bed.alerts
    assert (alert.detection, alert.what.key) == ("trail-deleted", "subject.other.gone")
    assert Fact("label.delivers_to", "audit-logs") in alert.facts


def test_a_trail_that_records_less_is_told(bed: Bed) -> None:
    arn = their_trail(bed)
    reads = {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}
    bed.account.cloudtrail.put_event_selectors(TrailName=arn, EventSelectors=[reads])

    bed.handle(call("PutEventSelectors", requestParameters={"trailName": "second"}))

    (alert,) = bed.alerts
    assert alert.detection == "trail-selectors-changed"
    assert alert.what.key == "subject.other.trail-selectors-changed"


def test_what_no_event_told_is_told_by_the_sweep_and_once(bed: Bed) -> None:
    redirected = their_trail(bed, IsMultiRegionTrail=True)
    stopped = their_trail(bed, "copy", IsMultiRegionTrail=True)
    bed.account.cloudtrail.update_trail(Name=redirected, S3BucketName="somebody-elses-bucket")
    bed.account.cloudtrail.stop_logging(Name=stopped)

    bed.handle({})
    bed.handle({})

    assert [(each.what.key, each.what.params["trail"]) for each in bed.alerts] == [
        ("subject.other.changed", "second"),
        ("subject.other.stopped", "copy"),
    ]


def test_an_event_about_one_trail_hides_nothing_of_another(bed: Bed) -> None:
    redirected = their_trail(bed)
    deleted = their_trail(bed, "copy")
    bed.account.cloudtrail.update_trail(Name=redirected, S3BucketName="somebody-elses-bucket")
    bed.account.cloudtrail.delete_trail(Name=deleted)

    bed.handle(call("DeleteTrail", requestParameters={"name": "copy"}))
    bed.handle({})

    assert [each.what.params["trail"] for each in bed.alerts] == ["copy", "second"]


ORGANIZATION = "arn:aws:cloudtrail:us-east-1:999999999999:trail/org"


def with_an_organizations_trail(bed: Bed, *, logging: bool = True, **settings: Any) -> None:
    """A trail of the management account, which lists in each of the organization's accounts."""
    trail = {
        "Name": "org",
        "TrailARN": ORGANIZATION,
        "HomeRegion": REGION,
        "S3BucketName": "org-logs",
        "IsMultiRegionTrail": True,
        "IsOrganizationTrail": True,
        **settings,
    }

    def listed(real: Any, arguments: Any) -> Any:
        answer = real(**arguments)
        if "trailNameList" not in arguments:
            answer["trailList"].append(trail)
        return answer

    def status(real: Any, arguments: Any) -> Any:
        if arguments["Name"] == ORGANIZATION:
            return {"IsLogging": logging}
        return real(**arguments)

    by_list = Tampered(bed.account, "cloudtrail", "describe_trails", listed)
    bed.clients = Tampered(by_list, "cloudtrail", "get_trail_status", status)


def test_an_organizations_trail_is_told_louder_and_who_can_act(bed: Bed) -> None:
    with_an_organizations_trail(bed)
    bed.handle({})
    with_an_organizations_trail(bed, logging=False)

    bed.handle({})

    (alert,) = bed.alerts
    assert alert.severity is Severity.CRITICAL
    assert alert.what == Text(
        "subject.other.stopped", {"kind": Text("kind.organization_trail"), "trail": "org"}
    )
    # The event of the call is in the history of that account alone.
    assert alert.steps == (Step(Text("next.organization_of", {"account": "999999999999"})),)
    assert alert.evidence is None


@pytest.mark.parametrize("name", ["UpdateTrail", "DeleteTrail", "StopLogging"])
def test_a_call_on_an_organizations_trail_is_told_louder(bed: Bed, name: str) -> None:
    with_an_organizations_trail(bed)

    bed.handle(call(name, requestParameters={"name": "org"}))

    (alert,) = bed.alerts
    assert alert.severity is Severity.CRITICAL
    assert alert.steps[0] == Step(Text("next.organization_of", {"account": "999999999999"}))


def test_what_the_settings_ignore_is_not_told_by_a_sweep_either(bed: Bed) -> None:
    bed.settings = {"other_trails": "ignore"}
    arn = their_trail(bed)
    bed.account.cloudtrail.delete_trail(Name=arn)

    bed.handle({})

    assert bed.alerts == []


def test_trails_that_nobody_has_seen_before_are_no_news(bed: Bed) -> None:
    arn = their_trail(bed)
    bed.account.cloudtrail.update_trail(Name=arn, S3BucketName="somebody-elses-bucket")
    bed.account.dynamodb.put_item(
        TableName="trailkeeper-state",
        Item={"id": {"S": "trails"}, "at": {"S": "known"}, "body": {"S": "[]"}},
    )

    bed.handle({})

    assert [alert.detection for alert in bed.alerts] == ["state-item-strange"]


def test_a_new_trail_of_an_organization_is_told_louder(bed: Bed) -> None:
    made = {"name": "new", "s3BucketName": "far", "isOrganizationTrail": True}

    bed.handle(call("CreateTrail", requestParameters=made))

    (alert,) = bed.alerts
    assert (alert.detection, alert.severity) == ("trail-created", Severity.CRITICAL)
    assert Fact("label.delivers_to", "far") in alert.facts
    assert Step(Text("next.organization")) in alert.steps
