"""Where instances come from, who launched them, and what a summary counts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.alerts.told.others import DENIED
from tests.alerts.told.others import summary as summarised
from trailkeeper.alerts.grouping import Summary
from trailkeeper.alerts.happening_json import dump, load, load_cause
from trailkeeper.alerts.instance_alerts import Interest, alert_of
from trailkeeper.alerts.instance_types import is_dear
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
    "it has been gone since 09:17:40 UTC."
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
            "The cause, as EC2 gives it: AWS, which took the Spot instance back.",
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
            "The cause, as EC2 gives it: a shutdown from inside the instance.",
        ),
        (
            None,
            Details(reason="Client.UserInitiatedShutdown"),
            False,
            "EC2 says that a call did it; the calls that had arrived by then name nobody.",
        ),
        (
            None,
            replace(IN_GROUP, reason="Client.UserInitiatedShutdown"),
            True,
            "It was done by Auto Scaling group web.",
        ),
        (
            MALLORY,
            Details(reason="Client.UserInitiatedHibernate"),
            False,
            BY_MALLORY,
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


HELD_CHANGE = {
    "change": {
        "event_id": "e1",
        "instance": "i-0123456789abcdef0",
        "state": "running",
        "account": "123456789012",
        "region": "us-east-1",
        "time": "2026-11-20T09:17:40Z",
    },
    "details": {
        "name": "web",
        "type": "t3.micro",
        "zone": "us-east-1a",
        "launched": "2026-11-17T00:00:00+00:00",
        "private_address": "10.0.0.1",
        "public_address": "203.0.113.9",
        "lifecycle": "spot",
        "tags": {
            "Name": "web",
            "aws:autoscaling:groupName": "group",
            "aws:ec2:fleet-id": "fleet-1",
            "aws:ec2spot:fleet-request-id": "sfr-1",
            "team": "p",
        },
        "reason": "Server.ScheduledStop",
        "unknown": "AccessDenied",
    },
    "cause": {
        "call": "RunInstances",
        "time": "2026-11-20T09:17:00Z",
        "event_id": "c1",
        "who": {"text": "actor.user", "params": {"name": "alice"}},
        "by_autoscaling": True,
        "short": {"text": "actor.short", "params": {"name": "alice"}},
        "source_ip": "203.0.113.7",
        "user_agent": "aws-cli/2.31.0",
        "user": "alice",
    },
}
HELD_DENIED = {
    "denied": {
        "event_id": "d1",
        "call": "RunInstances",
        "account": "123456789012",
        "region": "us-east-1",
        "time": "2026-11-20T09:17:40Z",
        "actor": {
            "kind": "IAMUser",
            "arn": "arn:alice",
            "principal_arn": "arn:alice",
            "name": "alice",
            "session": "",
            "account": "123456789012",
            "access_key_id": "AKIAIOSFODNN7EXAMPLE",
            "invoked_by": "",
            "mfa": True,
            "session_since": "",
            "provider": "",
        },
        "error": "Client.UnauthorizedOperation",
        "source_ip": "203.0.113.7",
        "user_agent": "aws-cli/2.31.0",
        "instance_type": "p5.48xlarge",
        "image": "ami-1",
        "instances": ["i-1", "i-2", "i-3", "i-4", "i-5"],
    }
}


@pytest.mark.parametrize("held", [HELD_CHANGE, HELD_DENIED], ids=["change", "denied"])
def test_what_another_version_holds_is_read_and_written_alike(held: dict[str, Any]) -> None:
    happening = load(json.dumps(held))

    assert json.loads(dump(happening, "team")) == held
    assert " " not in dump(happening, "team")


def test_a_happening_is_held_without_what_no_alert_shows() -> None:
    tags = {**HELD_CHANGE["details"]["tags"], "noise": "x"}  # type: ignore[dict-item]
    change = replace(CHANGE, details=Details(name="n" * 300, tags=tags, launched="x"))
    held = json.loads(dump(change, "team"))

    assert held["details"] == {
        "name": "n" * 256,
        "launched": "x",
        "tags": HELD_CHANGE["details"]["tags"],
    }
    assert held["cause"] is None


def test_a_cause_that_an_older_version_held_is_read() -> None:
    old = {
        "call": "RunInstances",
        "time": "t",
        "event_id": "c1",
        "who": {"text": "k", "params": {}},
    }

    assert load_cause(old) == Cause("RunInstances", "t", "c1", Text("k"))


@pytest.mark.parametrize(
    ("instance_type", "dear"),
    [
        ("p5.48xlarge", True),
        ("g4dn.xlarge", True),
        ("x1e.xlarge", True),
        ("u-6tb1.112xlarge", True),
        ("mac2.metal", True),
        ("hpc6a.48xlarge", True),
        ("m7i.12xlarge", True),
        ("m7i.11xlarge", False),
        ("m7i.metal", True),
        ("c7i.metal-48xl", True),
        ("t3.micro", False),
        ("m7i.xlarge", False),
        ("p5", False),
        ("", False),
    ],
)
def test_types_that_people_want_to_see_at_once(instance_type: str, dear: bool) -> None:
    assert is_dear(instance_type) is dear


@pytest.mark.parametrize(
    ("interest", "change", "why_not"),
    [
        ({}, {}, None),
        (
            {"states": ("stopped", "terminated")},
            {},
            "state running is not in ec2_states (stopped, terminated)",
        ),
        (
            {},
            {"region": "eu-west-1"},
            "region eu-west-1 is neither home_region (us-east-1) nor in ec2_regions (none)",
        ),
        (
            {"regions": ("us-east-1", "eu-north-1", "eu-south-1")},
            {"region": "eu-west-1"},
            "region eu-west-1 is neither home_region (us-east-1) nor in ec2_regions "
            "(eu-north-1, eu-south-1)",
        ),
        (
            {"autoscaling": "ignore"},
            {"details": Details(tags={"aws:autoscaling:groupName": "web"})},
            "Auto Scaling did it, and autoscaling is ignore",
        ),
        ({"tags": {"env": ()}}, {"details": Details(unknown="")}, None),
        (
            {"tags": {"env": ()}},
            {"details": Details()},
            "the instance has no tag env, which ec2_tags asks for",
        ),
        (
            {"tags": {"env": ("prod", "stage")}},
            {"details": Details(tags={"env": "test"})},
            "tag env is test, and ec2_tags asks for prod or stage",
        ),
        ({"tags": {"env": ("prod",)}}, {"details": Details(tags={"env": "prod"})}, None),
        ({"tags": {"env": ()}}, {"details": Details(tags={"env": "x"})}, None),
    ],
)
def test_why_a_change_is_of_no_interest(
    interest: dict[str, Any], change: dict[str, Any], why_not: str | None
) -> None:
    asked = replace(Interest(("running",), ("us-east-1",), {}, "Owner", "summary"), **interest)

    assert asked.why_not(replace(CHANGE, **change)) == why_not


def test_what_is_only_counted() -> None:
    summary = Interest(("running",), ("us-east-1",), {}, "Owner", "summary")
    scaled = replace(CHANGE, details=IN_GROUP)
    denied = DeniedCall.parse(launch(errorCode="Client.UnauthorizedOperation"))

    assert denied
    assert summary.only_counted(scaled)
    assert not summary.only_counted(CHANGE)
    assert not summary.only_counted(denied)
    assert not replace(summary, autoscaling="each").only_counted(scaled)


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


def test_what_names_no_instance_is_counted_without_an_example() -> None:
    nameless = replace(DENIED, instances=(), instance_type="")
    (alert,) = summarised(nameless, nameless)

    (counted,) = (each.value for each in alert.facts if each.label == "label.counted")
    assert isinstance(counted, Text)
    assert counted.key == "many.alike"


def test_an_empty_summary_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        Summary(INTEREST).alert("key")


def _count(value: dict[str, object]) -> int:
    params = value["params"]
    assert isinstance(params, dict)
    return int(params["count"]) if "count" in params else _count(params["alike"])
