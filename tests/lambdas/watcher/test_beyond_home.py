"""What sends the events of another region home, as the watcher keeps it and tells of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.deployed_evidence import NOW
from tests.guarded import NAMES
from tests.lambdas.watcher.bed import MALLORY, Bed, call, mail
from trailkeeper.environments.schedule import WATCH
from trailkeeper.words.text import Severity

AWAY = "eu-west-1"
STACK = f"TrailkeeperSatellite-{AWAY}"
ROLE = f"trailkeeper-satellite-{AWAY}"
CALLS, STATES = "trailkeeper-instance-calls-sent-home", "trailkeeper-instance-states-sent-home"
BUS = f"arn:aws:events:us-east-1:{NAMES.account}:event-bus/default"


def events() -> Any:
    return boto3.client("events", region_name=AWAY)


def state(rule: str) -> str:
    return str(events().describe_rule(Name=rule)["State"])


def carried(name: str, rule: str, **detail: Any) -> dict[str, Any]:
    """A call there, as its own rule sends it home."""
    parameters = {"name": rule} if name in ("DisableRule", "PutRule") else {"rule": rule}
    event = call(
        eventSource="events.amazonaws.com",
        eventName=name,
        awsRegion=AWAY,
        requestParameters=parameters,
        **detail,
    )
    return {**event, "source": "aws.events", "region": AWAY}


def by_cloudformation(name: str, rule: str) -> dict[str, Any]:
    identity = {**MALLORY, "invokedBy": "cloudformation.amazonaws.com"}
    return carried(name, rule, userIdentity=identity)


def test_a_rule_that_somebody_turns_off_is_on_again_and_told_with_who_and_where(bed: Bed) -> None:
    events().disable_rule(Name=CALLS)

    bed.handle(carried("DisableRule", CALLS))

    assert state(CALLS) == "ENABLED"
    (alert,) = bed.told
    assert (alert.severity, alert.verified, alert.region) == (Severity.WARNING, True, AWAY)
    text = mail(alert)
    assert f"User mallory called DisableRule on {CALLS}" in text
    assert f"The rules that send events home ({AWAY}): {CALLS}.State DISABLED, deployed" in text
    assert "Trailkeeper put it back as deployed and read it back." in text
    assert f"홈 리전으로 이벤트를 보내는 규칙({AWAY})" in mail(alert, "ko")


def test_a_rule_that_is_gone_is_made_again_with_its_target(bed: Bed) -> None:
    events().remove_targets(Rule=CALLS, Ids=["Target0"])
    events().delete_rule(Name=CALLS)

    bed.handle(WATCH)

    assert events().list_targets_by_rule(Rule=CALLS)["Targets"] == [
        {
            "Id": "Target0",
            "Arn": BUS,
            "RoleArn": f"arn:aws:iam::{NAMES.account}:role/{ROLE}",
        }
    ]
    (alert,) = bed.told
    assert f"The rules that send events home ({AWAY})" in mail(alert)
    assert "no event says who changed that" in mail(alert)
    assert f"aws cloudtrail lookup-events --region {AWAY}" in mail(alert)


def test_a_region_that_cannot_be_read_is_never_called_in_order_nor_changed(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(bed.account), "events_in", lambda self, region: Unreadable(DENIED))

    bed.handle(WATCH)

    (alert,) = bed.told
    text = mail(alert)
    assert text.startswith("[Critical] 1 part of Trailkeeper itself could NOT be checked")
    assert "nobody knows whether that is as deployed" in text
    assert "changed" not in text.replace("guard-changed", "")
    assert "확인 불가" in mail(alert, "ko")


def test_a_role_that_may_send_no_more_may_again(bed: Bed) -> None:
    bed.account.iam.delete_role_policy(RoleName=ROLE, PolicyName="needs")

    bed.handle(WATCH)

    needs = bed.account.iam.get_role_policy(RoleName=ROLE, PolicyName="needs")["PolicyDocument"]
    assert needs["Statement"] == [
        {"Effect": "Allow", "Action": ["events:PutEvents"], "Resource": [BUS]}
    ]
    assert f"Rights of Trailkeeper's roles ({AWAY}): satellite.needs missing. Put back." in mail(
        bed.told[0]
    )


@pytest.mark.parametrize("theirs", ["theirs", "trailkeeper-theirs", "trailkeeper-their-sent-home"])
def test_a_rule_of_somebody_else_there_is_left_alone(bed: Bed, theirs: str) -> None:
    target = {"Id": "own", "Arn": f"arn:aws:sqs:{AWAY}:{NAMES.account}:own"}
    events().put_rule(Name=theirs, EventPattern='{"source": ["own"]}', State="DISABLED")
    events().put_targets(Rule=theirs, Targets=[target])

    assert bed.handle(carried("PutRule", theirs)) == {"did": "ignored"}
    bed.handle(WATCH)

    assert bed.told == []
    assert state(theirs) == "DISABLED"
    assert events().list_targets_by_rule(Rule=theirs)["Targets"] == [target]


DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "by a policy"}}, "ListRules")
# What a region answers that is not enabled.
DISABLED = ClientError(
    {"Error": {"Code": "UnrecognizedClientException", "Message": "The security token"}}, "ListRules"
)
NO_ANSWER = EndpointConnectionError(endpoint_url=f"https://events.{AWAY}.amazonaws.com")


class Unreadable:
    """EventBridge of a region that answers nothing."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        raise self._error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DENIED, "AccessDenied"),
        (DISABLED, "UnrecognizedClientException"),
        (NO_ANSWER, "EndpointConnectionError"),
    ],
)
def test_a_region_that_cannot_be_read_is_told_so_and_hides_nothing_else(
    bed: Bed, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    monkeypatch.setattr(type(bed.account), "events_in", lambda self, region: Unreadable(error))
    bed.account.events.disable_rule(Name="trailkeeper-trail")
    bed.starve()

    bed.handle(WATCH)

    assert bed.account.events.describe_rule(Name="trailkeeper-trail")["State"] == "ENABLED"
    assert not bed.is_starved()
    (alert,) = bed.told
    assert alert.severity is Severity.CRITICAL
    text = mail(alert)
    assert "found 2 settings not as deployed" in text
    assert "could NOT read 1 part of Trailkeeper itself" in text
    line = f"The rules that send events home ({AWAY}): could not be read. Not checked:"
    assert f'{line} "{code}' in text
    assert f"npx cdk deploy {STACK} --revert-drift" in text


def test_a_role_that_is_gone_is_told_and_no_rule_is_made_for_it(bed: Bed) -> None:
    """CloudFormation makes no stack beside rules of its names."""
    bed.account.iam.delete_role_policy(RoleName=ROLE, PolicyName="needs")
    bed.account.iam.delete_role(RoleName=ROLE)
    for each in (CALLS, STATES):
        events().remove_targets(Rule=each, Ids=["Target0"])
        events().delete_rule(Name=each)

    bed.handle(WATCH)

    assert [each["Name"] for each in events().list_rules()["Rules"]] == [
        "trailkeeper-satellite-calls-sent-home"
    ]
    (alert,) = bed.told
    assert (alert.severity, alert.verified) == (Severity.CRITICAL, False)
    assert f"the role {ROLE} is gone; deploy the stacks again" in mail(alert)
    assert f"npx cdk deploy {STACK} --revert-drift" in mail(alert)


class TestADeploy:
    """The stacks beyond home are the last to be deployed, one after the other."""

    def deployed(self, bed: Bed, status: str, minutes: int, home: int) -> None:
        """So many minutes ago, and home's so many."""
        stacks = bed.account.cloudformation.stacks
        for name in ("TrailkeeperResponse", "TrailkeeperWatcher"):
            stacks[name]["LastUpdatedTime"] = NOW - timedelta(minutes=home)
        when = NOW - timedelta(minutes=minutes)
        stacks[STACK].update(StackStatus=status, LastUpdatedTime=when)
        events().disable_rule(Name=CALLS)
        bed.starve()

    @pytest.mark.parametrize(
        ("status", "minutes", "home", "waits"),
        [
            ("UPDATE_IN_PROGRESS", 1, 10, True),
            ("UPDATE_IN_PROGRESS", 16, 999, False),  # whoever holds it for longer
            ("UPDATE_COMPLETE", 999, 10, True),  # it is still to come
            ("UPDATE_COMPLETE", 999, 59, True),
            ("UPDATE_COMPLETE", 999, 61, False),  # it came as it was
            ("UPDATE_COMPLETE", 5, 10, False),
            ("DELETE_IN_PROGRESS", 999, 999, True),  # what is made now would be left behind
            ("DELETE_FAILED", 999, 999, False),
        ],
    )
    def test_holds_what_is_there_and_nothing_at_home(
        self, bed: Bed, status: str, minutes: int, home: int, waits: bool
    ) -> None:
        self.deployed(bed, status, minutes, home)

        bed.handle(WATCH)

        assert not bed.is_starved()
        assert (state(CALLS) == "DISABLED") is waits
        (alert,) = bed.told
        assert ("send events home" in mail(alert)) is not waits

    def test_of_a_stack_that_is_not_there_yet(self, bed: Bed) -> None:
        self.deployed(bed, "UPDATE_COMPLETE", 999, 10)
        del bed.account.cloudformation.stacks[STACK]
        bed.handle(WATCH)
        assert state(CALLS) == "DISABLED"

    def test_is_no_news_though_its_calls_come_home(self, bed: Bed) -> None:
        self.deployed(bed, "UPDATE_IN_PROGRESS", 1, 10)
        bed.account.functions.delete_function_concurrency(FunctionName="trailkeeper-heal")
        assert bed.handle(by_cloudformation("PutRule", CALLS)) == {"did": "ignored"}

        events().enable_rule(Name=CALLS)
        bed.account.cloudformation.stacks[STACK]["StackStatus"] = "UPDATE_COMPLETE"
        assert bed.handle(by_cloudformation("PutTargets", CALLS)) == {"did": "ignored"}
        assert bed.told == []

    def test_that_turned_a_rule_off_is(self, bed: Bed) -> None:
        events().disable_rule(Name=CALLS)

        bed.handle(by_cloudformation("PutRule", CALLS))

        assert state(CALLS) == "ENABLED"
        assert "called PutRule" in mail(bed.told[0])

    def test_does_not_hide_who_acts_at_home_meanwhile(self, bed: Bed) -> None:
        self.deployed(bed, "UPDATE_IN_PROGRESS", 1, 10)

        bed.handle(call())

        assert not bed.is_starved()
        assert "put it back as deployed" in mail(bed.told[0])


def test_that_somebody_deletes_the_stack_there_is_told(bed: Bed) -> None:
    event = carried("DeleteStack", "")
    event["detail"] |= {
        "eventSource": "cloudformation.amazonaws.com",
        "requestParameters": {"stackName": STACK},
    }

    bed.handle(event)

    assert f"User mallory called DeleteStack on {STACK}" in mail(bed.told[0])


def test_a_status_says_what_is_not_as_deployed_there(bed: Bed) -> None:
    events().disable_rule(Name=CALLS)

    answer = bed.handle({"trailkeeper": {"command": "status"}})

    (found,) = answer["report"]["outcomes"]
    assert (found["guard"], found["document"]) == ("guard-rules", f"sent-home@{AWAY}")
    assert state(CALLS) == "DISABLED"
