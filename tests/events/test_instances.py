"""What EventBridge and EC2 say of instances, read field by field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from trailkeeper.events.event import Actor, ApiCall
from trailkeeper.events.instances import (
    TOLD_REASONS,
    Cause,
    DeniedCall,
    Details,
    StateChange,
    caused,
    is_instance_id,
)
from trailkeeper.words.text import Text

ID, OTHER = "i-0123456789abcdef0", "i-0123456789abcdef1"
CHANGE = StateChange("e1", ID, "running", "111122223333", "us-east-1", "2026-11-20T09:30:00Z")
CALLS = ("RunInstances", "StartInstances", "StopInstances", "TerminateInstances")
# EC2 user guide, "Instance lifecycle": which calls lead to which states.
LEADS_TO = {
    "pending": {"RunInstances", "StartInstances"},
    "running": {"RunInstances", "StartInstances"},
    "stopping": {"StopInstances"},
    "stopped": {"StopInstances"},
    "shutting-down": {"TerminateInstances"},
    "terminated": {"TerminateInstances"},
    "hibernated": set(),
}
# EC2 API reference, StateReason: those that say more than that somebody called.
REASONS = {
    "Client.InstanceInitiatedShutdown",
    "Client.InternalError",
    "Client.InvalidSnapshot.NotFound",
    "Client.VolumeLimitExceeded",
    "Server.InsufficientInstanceCapacity",
    "Server.InternalError",
    "Server.ScheduledStop",
    "Server.SpotInstanceShutdown",
    "Server.SpotInstanceTermination",
}


def by(call: str, time: str = "2026-11-20T09:29:00Z") -> Cause:
    return Cause(call, time, "c1", Text("actor.user", {"name": "alice"}))


@pytest.mark.parametrize("state", LEADS_TO)
@pytest.mark.parametrize("call", CALLS)
def test_a_call_explains_the_states_that_it_leads_to(call: str, state: str) -> None:
    assert by(call).explains(replace(CHANGE, state=state)) is (call in LEADS_TO[state])


@pytest.mark.parametrize(
    ("called", "changed", "explains"),
    [
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", False),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", False),
        ("2026-11-20T09:10:00Z", "2026-11-20T09:30:00Z", True),
        ("2026-11-20T09:09:59Z", "2026-11-20T09:30:00Z", False),
        ("2026-11-20T09:31:00Z", "2026-11-20T09:30:00Z", True),
        ("2026-11-20T09:31:01Z", "2026-11-20T09:30:00Z", False),
        ("soon", "2026-11-20T09:30:00Z", False),
        ("2026-11-20T09:30:00Z", "", False),
        ("2026-11-20T09:30:00", "2026-11-20T09:30:00Z", False),
    ],
)
def test_a_call_explains_what_came_within_twenty_minutes(
    called: str, changed: str, explains: bool
) -> None:
    assert by("RunInstances", called).explains(replace(CHANGE, time=changed)) is explains


def test_what_ec2_says_is_told_of_what_ended() -> None:
    assert TOLD_REASONS == REASONS
    for reason in (*REASONS, "Client.UserInitiatedShutdown", "Server.New"):
        for state in LEADS_TO:
            told = replace(CHANGE, state=state, details=Details(reason=reason)).reason
            ended = state in {"stopping", "stopped", "shutting-down", "terminated"}
            assert told == (reason if ended and reason in REASONS else "")


def notice(**changed: Any) -> dict[str, Any]:
    """As EventBridge delivers it (EC2 user guide, "State change events")."""
    return {
        "id": "e1",
        "detail-type": "EC2 Instance State-change Notification",
        "account": "111122223333",
        "region": "us-east-1",
        "time": "2026-11-20T09:30:00Z",
        "detail": {"instance-id": ID, "state": "running"},
        **changed,
    }


def test_a_change_of_state_is_read() -> None:
    assert StateChange.parse(notice()) == CHANGE


def test_a_change_without_an_id_gets_one_of_what_it_says() -> None:
    change = StateChange.parse(notice(id=None))

    assert change
    assert change.event_id == f"{ID}/running/2026-11-20T09:30:00Z"


@pytest.mark.parametrize("field", ["account", "region", "time"])
def test_a_change_that_leaves_something_out_says_nothing_there(field: str) -> None:
    event = notice()
    del event[field]

    assert StateChange.parse(event) == replace(CHANGE, **{field: ""})


@pytest.mark.parametrize(
    "changed",
    [
        {"detail-type": "EC2 Spot Instance Interruption Warning"},
        {"detail": None},
        {"detail": [ID]},
        {"detail": {"instance-id": ID}},
        {"detail": {"state": "running"}},
        {"detail": {"instance-id": 7, "state": "running"}},
        {"detail": {"instance-id": ID, "state": ["running"]}},
    ],
)
def test_what_is_no_change_of_state(changed: dict[str, Any]) -> None:
    assert StateChange.parse(notice(**changed)) is None


def test_what_ec2_says_of_an_instance_is_read() -> None:
    answer = {
        "InstanceType": "t3.micro",
        "Placement": {"AvailabilityZone": "us-east-1a"},
        "LaunchTime": datetime(2026, 11, 17, tzinfo=UTC),
        "PrivateIpAddress": "10.0.0.1",
        "PublicIpAddress": "203.0.113.9",
        "InstanceLifecycle": "spot",
        "StateReason": {"Code": "Server.ScheduledStop", "Message": "..."},
        "Tags": [
            {"Key": "Name", "Value": "web"},
            {"Key": "aws:autoscaling:groupName", "Value": "group"},
            {"Key": "empty"},
            {"Value": "nameless"},
        ],
    }
    details = Details.parse(answer)

    assert details == Details(
        name="web",
        type="t3.micro",
        zone="us-east-1a",
        launched="2026-11-17T00:00:00+00:00",
        private_address="10.0.0.1",
        public_address="203.0.113.9",
        lifecycle="spot",
        tags={
            "Name": "web",
            "aws:autoscaling:groupName": "group",
            "empty": "",
            "": "nameless",
        },
        reason="Server.ScheduledStop",
    )
    assert details.scaling_group == "group"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"LaunchTime": "2026-11-17", "StateReason": {}, "Tags": []},
        {"PrivateIpAddress": None, "StateReason": None, "InstanceLifecycle": None},
        {"PublicIpAddress": None, "StateReason": {"Code": None}},
    ],
)
def test_what_ec2_does_not_say_stays_empty(answer: dict[str, Any]) -> None:
    assert Details.parse(answer) == Details(tags={})
    assert Details.parse(answer).scaling_group == ""


@pytest.mark.parametrize(
    ("text", "is_id"),
    [
        ("i-01234567", True),
        (ID, True),
        ("i-0123456", False),
        ("i-0123456789abcdef01", False),
        (f"x{ID}", False),
        ("i-0123456789ABCDEF0", False),
    ],
)
def test_an_instance_id(text: str, is_id: bool) -> None:
    assert is_instance_id(text) is is_id


def call(name: str = "StopInstances", **detail: Any) -> ApiCall:
    return ApiCall.parse(
        {
            "account": "111122223333",
            "detail": {
                "eventID": "c1",
                "eventSource": "ec2.amazonaws.com",
                "eventName": name,
                "awsRegion": "us-east-1",
                "eventTime": "2026-11-20T09:29:00Z",
                "sourceIPAddress": "203.0.113.7",
                "userAgent": "aws-cli/2.31.0",
                "userIdentity": {"type": "IAMUser", "userName": "alice", "arn": "arn:alice"},
                "requestParameters": {"instancesSet": {"items": [{"instanceId": ID}]}},
                **detail,
            },
        }
    )


def instances(*ids: Any) -> dict[str, Any]:
    return {"instancesSet": {"items": [{"instanceId": each} for each in ids]}}


def test_what_a_call_is_the_cause_of() -> None:
    ((instance, cause),) = caused(call())

    assert instance == ID
    assert cause == Cause(
        "StopInstances",
        "2026-11-20T09:29:00Z",
        "c1",
        Text("actor.user", {"name": "alice"}),
        short=Text("actor.short", {"name": "alice"}),
        source_ip="203.0.113.7",
        user_agent="aws-cli/2.31.0",
        user="alice",
    )


def test_the_answer_says_which_instances_rather_than_the_request() -> None:
    named = call(responseElements=instances(OTHER))

    assert [instance for instance, _ in caused(named)] == [OTHER]


@pytest.mark.parametrize("name", CALLS)
def test_each_of_these_calls_is_a_cause(name: str) -> None:
    assert [cause.call for _, cause in caused(call(name))] == [name]


@pytest.mark.parametrize(
    "changed",
    [
        {"eventSource": "evil.example"},
        {"eventName": "RebootInstances"},
        {"errorCode": "Client.IncorrectInstanceState"},
        {"requestParameters": None},
        {"requestParameters": {"instancesSet": [ID]}},
        {"requestParameters": {"instancesSet": {"items": {"instanceId": ID}}}},
        {"requestParameters": {"instancesSet": {"items": [ID, None, {"instanceId": 3}]}}},
        {"requestParameters": instances("i-x", "i-' OR 1=1")},
    ],
)
def test_what_caused_nothing(changed: dict[str, Any]) -> None:
    assert list(caused(call(**changed))) == []


def test_a_thousand_instances_of_one_call_are_enough() -> None:
    many = [f"i-{number:017x}" for number in range(1003)]

    assert [each for each, _ in caused(call(responseElements=instances(*many)))] == many[:1000]


def test_what_strangers_write_is_kept_short() -> None:
    long = "x" * 300
    identity = {"type": "IAMUser", "userName": long}
    ((_, cause),) = caused(call(sourceIPAddress=long, userAgent=long, userIdentity=identity))

    assert [len(each) for each in (cause.source_ip, cause.user_agent, cause.user)] == [256] * 3


SERVICE = {"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}
LINKED = {
    "type": "AssumedRole",
    "sessionContext": {
        "sessionIssuer": {"arn": "arn:aws:iam::1:role/aws-service-role/spot.amazonaws.com/Spot"}
    },
}


@pytest.mark.parametrize(
    ("identity", "scaled"),
    [
        (SERVICE, True),
        ({**SERVICE, "invokedBy": "ec2.amazonaws.com"}, False),
        (LINKED, False),
        ({"type": "IAMUser", "userName": "x", "invokedBy": "autoscaling.amazonaws.com"}, False),
    ],
)
def test_auto_scaling_is_the_cause_only_where_it_acts_by_itself(
    identity: dict[str, Any], scaled: bool
) -> None:
    ((_, cause),) = caused(call(userIdentity=identity))

    assert cause.by_autoscaling is scaled


def denied(**changed: Any) -> DeniedCall | None:
    return DeniedCall.parse(call(errorCode="Client.UnauthorizedOperation", **changed))


def test_a_denied_call_is_read() -> None:
    assert denied(requestParameters={**instances(ID, OTHER), "instanceType": "p5.48xlarge"}) == (
        DeniedCall(
            event_id="c1",
            call="StopInstances",
            account="111122223333",
            region="us-east-1",
            time="2026-11-20T09:29:00Z",
            actor=Actor("IAMUser", "arn:alice", "arn:alice", "alice"),
            error="Client.UnauthorizedOperation",
            source_ip="203.0.113.7",
            user_agent="aws-cli/2.31.0",
            instance_type="p5.48xlarge",
            instances=(ID, OTHER),
        )
    )


def test_a_denied_call_without_an_id_gets_one_of_what_it_says() -> None:
    found = denied(eventID=None)

    assert found
    assert found.event_id == "StopInstances/2026-11-20T09:29:00Z/arn:alice"


@pytest.mark.parametrize(
    "changed", [{"eventSource": "evil.example"}, {"eventName": "RebootInstances"}]
)
def test_another_call_is_not_told_as_denied(changed: dict[str, Any]) -> None:
    assert denied(**changed) is None
    assert DeniedCall.parse(call(errorCode="Client.DryRunOperation")) is None
    assert DeniedCall.parse(call()) is None


@pytest.mark.parametrize(
    ("parameters", "image"),
    [
        ({"imageId": "ami-1"}, "ami-1"),
        ({"instancesSet": {"items": [{"imageId": "ami-2"}, {"imageId": "ami-3"}]}}, "ami-2"),
        ({"instancesSet": {"items": []}}, ""),
        ({"instancesSet": {"items": [7]}}, ""),
        ({"instancesSet": {"items": {"imageId": "ami-4"}}}, ""),
        ({"instancesSet": "x"}, ""),
        ({}, ""),
    ],
)
def test_the_image_of_a_denied_launch(parameters: dict[str, Any], image: str) -> None:
    found = denied(requestParameters=parameters)

    assert found
    assert (found.image, found.instance_type) == (image, "")
