"""Where instances come from, who launched them, and what a summary counts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from trailkeeper.alerts.grouping import Summary
from trailkeeper.alerts.happening_json import dump, load
from trailkeeper.alerts.instance_alerts import alert_of
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.events.event import ApiCall
from trailkeeper.events.instances import Cause, DeniedCall, Details, StateChange, caused
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader
from trailkeeper.words.text import Severity, Text

CHANGE = StateChange(
    "e1", "i-0123456789abcdef0", "running", "123456789012", "us-east-1", "2026-11-20T09:17:40Z"
)
READER = Reader()
INTEREST = AlertEnviron("topic", "queue", "table").interest


def body(change: StateChange) -> str:
    return email.render(alert_of(change, replace(INTEREST, owner_tag="team")), READER).body


@pytest.mark.parametrize(
    ("tags", "lifecycle", "origin"),
    [
        ({}, "", "On-Demand, launched directly"),
        ({}, "spot", "Spot"),
        ({"aws:autoscaling:groupName": "web"}, "", "Auto Scaling group web"),
        ({"aws:autoscaling:groupName": "web"}, "spot", "Auto Scaling group web, Spot"),
        ({"aws:ec2:fleet-id": "fleet-1"}, "spot", "EC2 Fleet fleet-1, Spot"),
        ({"aws:ec2spot:fleet-request-id": "sfr-1"}, "spot", "Spot Fleet sfr-1"),
    ],
)
def test_origin(tags: dict[str, str], lifecycle: str, origin: str) -> None:
    change = replace(CHANGE, details=Details(tags=tags, lifecycle=lifecycle))
    assert f"Origin: {origin}\n" in body(change)


def test_details_as_ec2_gives_them() -> None:
    details = Details.parse(
        {
            "InstanceType": "t3.micro",
            "Placement": {"AvailabilityZone": "us-east-1a"},
            "LaunchTime": datetime(2026, 11, 17, tzinfo=UTC),
            "PrivateIpAddress": "10.0.0.1",
            "PublicIpAddress": "203.0.113.9",
            "Tags": [{"Key": "Name", "Value": "web"}, {"Key": "team", "Value": "platform"}],
        }
    )
    shown = body(replace(CHANGE, details=details))
    for line in (
        "Type: t3.micro",
        "Zone: us-east-1a",
        "Launched: 2026-11-17 00:00:00 UTC",
        "Private address: 10.0.0.1",
        "Public address: 203.0.113.9",
        "Owner: platform",
        "Who: not in the events that came in time",
    ):
        assert f"{line}\n" in shown


BY_MALLORY = (
    "User mallory terminated the EC2 instance i-0123456789abcdef0 in us-east-1; "
    "it is gone since 09:17:40 UTC."
)
IN_GROUP = Details(tags={"aws:autoscaling:groupName": "web"})
MALLORY = Cause("TerminateInstances", CHANGE.time, "c1", Text("actor.user", {"name": "mallory"}))
SCALING = replace(
    MALLORY, who=Text("actor.service", {"name": Text("service.autoscaling")}), by_autoscaling=True
)


@pytest.mark.parametrize(
    ("cause", "details", "scaled", "named"),
    [
        (None, IN_GROUP, True, "It was done by Auto Scaling group web."),
        (
            MALLORY,
            IN_GROUP,
            False,
            BY_MALLORY,
        ),
        (SCALING, IN_GROUP, True, "It was done by Auto Scaling group web."),
        (
            SCALING,
            Details(),
            True,
            "The AWS service Auto Scaling" + BY_MALLORY.removeprefix("User mallory"),
        ),
        (None, Details(), False, "The calls that had arrived by then name nobody."),
        (
            None,
            replace(IN_GROUP, reason="Server.SpotInstanceTermination"),
            False,
            "It was done by AWS, which took the Spot instance back.",
        ),
        (
            MALLORY,
            Details(reason="Client.InstanceInitiatedShutdown"),
            False,
            BY_MALLORY,
        ),
        (
            None,
            Details(reason="Client.InstanceInitiatedShutdown"),
            False,
            "It was done by a shutdown from inside the instance.",
        ),
        (
            None,
            Details(reason="Client.UserInitiatedShutdown"),
            False,
            "The calls that had arrived by then name nobody.",
        ),
        (
            None,
            Details(reason="<b>new</b>"),
            False,
            "The calls that had arrived by then name nobody.",
        ),
    ],
)
def test_a_known_cause_wins_then_the_group_then_what_ec2_says(
    cause: Cause | None, details: Details, scaled: bool, named: str
) -> None:
    change = replace(CHANGE, state="terminated", cause=cause, details=details)

    assert change.scaled is scaled
    story = " ".join(body(change).split("\n\n")[0].split())
    assert story.endswith(named)


def test_a_running_instance_has_no_reason_to_have_ended() -> None:
    details = Details(reason="Server.SpotInstanceTermination")

    assert replace(CHANGE, details=details).reason == ""


def test_what_ec2_said_is_kept_while_it_is_held() -> None:
    change = replace(CHANGE, state="stopped", cause=SCALING, details=Details(reason="Server.X"))

    assert load(dump(change, "Owner")) == change


@pytest.mark.parametrize(
    ("identity", "scaled"),
    [
        ({"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}, True),
        (
            {
                "type": "AssumedRole",
                "sessionContext": {
                    "sessionIssuer": {
                        "userName": "AWSServiceRoleForAutoScaling",
                        "arn": "arn:aws:iam::1:role/aws-service-role/autoscaling.amazonaws.com/"
                        "AWSServiceRoleForAutoScaling",
                    }
                },
            },
            True,
        ),
        (
            {
                "type": "AssumedRole",
                "arn": "arn:aws:sts::1:assumed-role/autoscaling-admin/mallory",
                "invokedBy": "autoscaling.amazonaws.com",
            },
            False,
        ),
        ({"type": "IAMUser", "userName": "autoscaling.amazonaws.com"}, False),
    ],
)
def test_only_the_service_itself_scales(identity: dict[str, object], scaled: bool) -> None:
    ((_, cause),) = caused(launch("TerminateInstances", userIdentity=identity))

    assert cause.by_autoscaling is scaled


def launch(name: str = "RunInstances", **detail: object) -> ApiCall:
    return ApiCall.parse(
        {
            "detail": {
                "eventID": "c1",
                "eventSource": "ec2.amazonaws.com",
                "eventName": name,
                "awsRegion": "us-east-1",
                "eventTime": "2026-11-20T09:17:00Z",
                "userIdentity": {
                    "type": "AssumedRole",
                    "arn": "arn:aws:sts::123456789012:assumed-role/Admin/alice",
                    "sessionContext": {"sessionIssuer": {"userName": "Admin"}},
                },
                "requestParameters": {
                    "instancesSet": {"items": [{"imageId": "ami-1", "minCount": 1}]},
                    "instanceType": "p5.48xlarge",
                },
                "responseElements": {
                    "instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}
                },
                **detail,
            }
        }
    )


def test_who_launched_it_comes_from_the_answer_of_the_call() -> None:
    ((instance, cause),) = caused(launch())
    assert instance == CHANGE.instance
    assert cause.explains(CHANGE)
    assert "Who: alice (role Admin)\n" in body(replace(CHANGE, cause=cause))


def test_a_failed_call_caused_nothing() -> None:
    assert not list(caused(launch(errorCode="Client.UnauthorizedOperation")))
    assert not list(caused(launch(eventSource="evil.example")))


def test_ids_that_are_none_are_not_believed() -> None:
    strange = {"instancesSet": {"items": [{"instanceId": "i-' OR 1=1"}, {"instanceId": None}, 3]}}
    assert not list(caused(launch(responseElements=strange, requestParameters=None)))


def test_a_denied_launch_says_what_was_tried() -> None:
    denied = DeniedCall.parse(launch(errorCode="Client.UnauthorizedOperation"))
    assert denied is not None
    alert = alert_of(denied, INTEREST)
    assert alert.severity is Severity.WARNING
    shown = email.render(alert, READER).body
    assert "Type: p5.48xlarge" in shown
    assert "Image: ami-1" in shown
    assert "AttributeKey=Username,AttributeValue=alice" in shown


def test_another_failure_is_no_denial() -> None:
    assert DeniedCall.parse(launch(errorCode="Client.InsufficientInstanceCapacity")) is None


@pytest.mark.parametrize("state", ["hibernated", "x" * 1000, "<b>"])
def test_a_state_of_tomorrow_is_told(state: str) -> None:
    change = replace(CHANGE, state=state)
    subject = email.render(alert_of(change, replace(INTEREST, states=(state,))), READER).subject
    assert subject.startswith("[Info] EC2 i-0123456789abcdef0 is ")


def test_held_happenings_survive_their_way() -> None:
    details = Details(name="web", tags={"Name": "web", "team": "p", "noise": "x"})
    cause = Cause("RunInstances", "2026-11-20T09:17:00Z", "c1", Text("actor.user", {"name": "k"}))
    change = replace(CHANGE, details=details, cause=cause)
    back = load(dump(change, "team"))
    assert isinstance(back, StateChange)
    assert back.cause == cause
    assert back.details == replace(details, tags={"Name": "web", "team": "p"})
    denied = DeniedCall.parse(launch(errorCode="Client.UnauthorizedOperation"))
    assert denied is not None
    assert load(dump(denied, "team")) == denied


def test_a_held_happening_is_small_whatever_its_names_are() -> None:
    huge = replace(CHANGE, details=Details(name="n" * 100_000, tags={"Name": "n" * 100_000}))
    assert len(dump(huge, "team")) < 4_000


def test_a_summary_counts_all_and_shows_the_most_first() -> None:
    summary = Summary(INTEREST)
    for number in range(1000):
        who = Text("actor.user", {"name": f"user-{number % 40}" if number > 900 else "deploy-bot"})
        cause = Cause("RunInstances", "", "", who)
        summary.add(replace(CHANGE, instance=f"i-{number:017x}", cause=cause))
    alert = summary.alert("key")
    shown = email.render(alert, READER)
    assert shown.subject == (
        "[Info] 1,000 EC2 instance changes in us-east-1 - 25 authors - 123456789012"
    )
    story = " ".join(shown.body.split("\n\n")[0].split())
    assert "most: 901 × running by user deploy-bot." in story
    counted = json.loads(alert.to_json())["facts"]
    total = sum(_count(fact["value"]) for fact in counted if fact["label"] == "label.counted")
    assert total == 1000


def test_a_denied_call_makes_a_summary_louder() -> None:
    summary = Summary(INTEREST)
    denied = DeniedCall.parse(launch(errorCode="Client.UnauthorizedOperation"))
    assert denied is not None
    summary.add(CHANGE)
    summary.add(denied)
    assert summary.alert("key").severity is Severity.WARNING


def test_an_empty_summary_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        Summary(INTEREST).alert("key")


def _count(value: dict[str, object]) -> int:
    params = value["params"]
    assert isinstance(params, dict)
    return int(params["count"]) if "count" in params else _count(params["alike"])
