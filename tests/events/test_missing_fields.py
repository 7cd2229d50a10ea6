"""What an event leaves out is empty, and no text that somebody could take for said."""

from __future__ import annotations

import pytest

from trailkeeper.events.deletions import Deletion
from trailkeeper.events.event import Actor, ApiCall
from trailkeeper.events.insights import Insight
from trailkeeper.events.instances import Cause, DeniedCall, Details, StateChange, caused
from trailkeeper.words.text import Text

NOBODY = Text("actor.unknown")
EMPTY_ACTOR = Actor("", "", "", "", "", "", "", "", None, "", "")
DENIED = "Client.UnauthorizedOperation"


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (
            ApiCall.parse({"detail": {}}),
            ApiCall("", "", "", "", "", "", "", "", "", "", EMPTY_ACTOR, {}, {}, ()),
        ),
        (ApiCall.parse({"detail": {"resources": [{}, None]}}).resource_arns, ("",)),
        (Actor.parse(None), EMPTY_ACTOR),
        (
            Details.parse({}),
            Details("", "", "", "", "", "", "", {}, "", None),
        ),
        (Details.parse({"Tags": [{}]}).tags, {"": ""}),
        (Details.parse({}).scaling_group, ""),
        (Details.parse({"StateReason": {}, "Placement": {}}).zone, ""),
        (Details.parse({"StateReason": {}, "Placement": {}}).reason, ""),
        (
            StateChange.parse(
                {
                    "detail-type": "EC2 Instance State-change Notification",
                    "detail": {"instance-id": "i-1", "state": "running"},
                }
            ),
            StateChange("i-1/running/None", "i-1", "running", "", "", "", Details(), None),
        ),
        (
            DeniedCall.parse(
                ApiCall(source="ec2.amazonaws.com", name="RunInstances", error_code=DENIED)
            ),
            DeniedCall(
                *("RunInstances//", "RunInstances", "", "", "", EMPTY_ACTOR, DENIED),
                *("", "", "", "", ()),
            ),
        ),
        (
            Insight.parse({"detail": {"sharedEventID": "s", "insightDetails": {"state": "End"}}}),
            Insight(
                *("s", "", "End", "", "", "", "", "", "", "", None, None, None, (), (), ()),
            ),
        ),
        (
            Deletion.parse(
                {"id": "e", "detail": {"bucket": {"name": "b"}, "object": {"key": "k"}}}
            ),
            Deletion("e", "", "", "", "b", "k", True, "", ""),
        ),
    ],
)
def test_what_is_missing_is_empty(read: object, expected: object) -> None:
    assert read == expected


def test_what_nobody_gives_is_empty() -> None:
    denied = ("e", "RunInstances", "1", "us-east-1", "now", EMPTY_ACTOR, DENIED, "ip", "agent")
    insight = ("s", "e", "End", "now", "us-east-1", "1", "ec2.amazonaws.com", "Stop", "kind")

    assert Actor() == EMPTY_ACTOR
    assert ApiCall() == ApiCall("", "", "", "", "", "", "", "", "", "", EMPTY_ACTOR, {}, {}, ())
    assert Details() == Details("", "", "", "", "", "", "", {}, "", None)
    assert DeniedCall(*denied) == DeniedCall(*denied, "", "", ())
    assert Insight(*insight) == Insight(*insight, "", None, None, None, (), (), ())
    assert Cause("c", "now", "e", NOBODY) == Cause("c", "now", "e", NOBODY, False, None, "", "", "")


@pytest.mark.parametrize(
    ("reason", "called"),
    [
        ("Client.UserInitiatedShutdown", True),
        ("Client.UserInitiatedHibernate", True),
        ("Server.SpotInstanceTermination", False),
        ("", False),
    ],
)
@pytest.mark.parametrize(("state", "ended"), [("stopped", True), ("running", False)])
def test_what_ec2_says_of_a_call(reason: str, state: str, *, called: bool, ended: bool) -> None:
    change = StateChange("e", "i-1", state, "1", "r", "t", Details(reason=reason))

    assert change.by_a_call is (called and ended)


def test_a_launch_that_says_nothing_of_its_author() -> None:
    ids = {"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}}
    call = ApiCall(source="ec2.amazonaws.com", name="RunInstances", response=ids)

    ((_, cause),) = caused(call)

    assert (cause.time, cause.event_id) == ("", "")
    assert (cause.source_ip, cause.user_agent, cause.user) == ("", "", "")
    assert not cause.by_autoscaling
