"""Stacks beyond home: which there are, what is in them, and what home expects of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stacks.satellites import Satellite, satellites
from stacks.settings import Settings
from tests.stacks.conftest import Synth
from tests.stacks.deployed import ACCOUNT, Deployed, allowed
from tests.stacks.responding import ALARMS, QUEUES, ROLES, RULE, TOPICS, queue_policies
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.drift import canonical_policy
from trailkeeper.evidence.names import CHARGES_KEY_ID, RESPONSE_STACK
from trailkeeper.guards.sides import heal_side
from trailkeeper.rights.roles import policies

BOUNDARY = "AWS::IAM::ManagedPolicy"
HOME = "eu-central-1"
AWAY = "ap-northeast-2"


def of(**settings: Any) -> tuple[Satellite, ...]:
    return satellites(Settings.from_context({"trailkeeper": settings}))


def stacks(folder: Path) -> set[str]:
    return {each.name.removesuffix(".template.json") for each in folder.glob("*.template.json")}


def test_with_home_in_us_east_1_there_is_none_beyond(assembly: Callable[[str], Path]) -> None:
    assert stacks(assembly("nobody")) == {
        "TrailkeeperAccount",
        "TrailkeeperEvidence",
        "TrailkeeperResponse",
        "TrailkeeperSearch",
        "TrailkeeperWatcher",
    }


def test_with_home_elsewhere_us_east_1_sends_iams_calls_and_has_the_charges() -> None:
    assert of(home_region=HOME) == (
        Satellite("us-east-1", instances=False, iam=True, charges=True),
    )


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"forward_iam_calls": False},
            [Satellite("us-east-1", instances=False, iam=False, charges=True)],
        ),
        (
            {"billing_alarm_usd": None},
            [Satellite("us-east-1", instances=False, iam=True, charges=False)],
        ),
        (
            {"billing_alarm_usd": None, "monthly_budget_usd": 5, "forward_iam_calls": False},
            [Satellite("us-east-1", instances=False, iam=False, charges=True)],
        ),
        ({"billing_alarm_usd": None, "forward_iam_calls": False}, []),
        (
            {"ec2_regions": ["us-west-2", AWAY, "us-east-1"]},
            [
                Satellite(AWAY, instances=True, iam=False, charges=False),
                Satellite("us-east-1", instances=True, iam=True, charges=True),
                Satellite("us-west-2", instances=True, iam=False, charges=False),
            ],
        ),
        (
            {"forward_iam_calls": False, "billing_alarm_usd": None, "last_resort_region": AWAY},
            [Satellite(AWAY, instances=False, iam=False, charges=False, last_resort=True)],
        ),
    ],
)
def test_each_part_has_a_switch(settings: dict[str, Any], expected: list[Satellite]) -> None:
    assert list(of(home_region=HOME, **settings)) == expected


@pytest.mark.parametrize("home", ["cn-north-1", "cn-northwest-1", "us-gov-east-1"])
def test_other_partitions_have_neither(home: str) -> None:
    assert of(home_region=home) == ()


def test_a_region_for_ec2_holds_its_rules_and_one_role_in_its_boundary_and_nothing_else(
    assembly: Callable[[str], Path],
) -> None:
    stack = Deployed(assembly("elsewhere"), f"TrailkeeperSatellite-{AWAY}")

    assert stack.types() == {RULE, ROLES, BOUNDARY}
    roles = [(own["RoleName"], own["PermissionsBoundary"]) for own in stack.all(ROLES).values()]
    boundary = f"trailkeeper-satellite-boundary-{AWAY}"
    assert roles == [(f"trailkeeper-satellite-{AWAY}", f"arn:aws:iam::{ACCOUNT}:policy/{boundary}")]
    assert stack.one(BOUNDARY, ManagedPolicyName=boundary)["PolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Action": "events:PutEvents", "Resource": "*"}
    ]
    assert {own["Name"]: own["EventPattern"] for own in stack.all(RULE).values()} == {
        "trailkeeper-instance-states-sent-home": {
            "source": ["aws.ec2"],
            "detail-type": ["EC2 Instance State-change Notification"],
            "region": [AWAY],
            "detail": {"state": ["running", "stopped", "terminated"]},
        },
        "trailkeeper-instance-calls-sent-home": {
            "source": ["aws.ec2"],
            "detail-type": ["AWS API Call via CloudTrail"],
            "region": [AWAY],
            "detail": {
                "eventSource": ["ec2.amazonaws.com"],
                "eventName": [
                    "RunInstances",
                    "StartInstances",
                    "StopInstances",
                    "TerminateInstances",
                ],
            },
        },
        "trailkeeper-satellite-calls-sent-home": {
            "source": ["aws.events", "aws.cloudformation"],
            "detail-type": ["AWS API Call via CloudTrail"],
            "region": [AWAY],
            "detail": {
                "eventSource": ["events.amazonaws.com", "cloudformation.amazonaws.com"],
                "eventName": [
                    *("DeleteRule", "DisableRule", "PutRule", "PutTargets", "RemoveTargets"),
                    *("CreateChangeSet", "CreateStack", "DeleteStack", "ExecuteChangeSet"),
                    *("RollbackStack", "SetStackPolicy", "UpdateStack"),
                    "UpdateTerminationProtection",
                ],
            },
        },
    }


def test_nothing_that_was_deployed_is_replaced(assembly: Callable[[str], Path]) -> None:
    """Another logical id of the role would make it anew while there is one of its name."""
    stack = Deployed(assembly("elsewhere"), f"TrailkeeperSatellite-{AWAY}")

    assert stack.resources.keys() == {
        "ForwardingRole434B212C",
        "ForwardingRoleBoundary6C8DC034",
        "Forwardingtrailkeeperinstancecallssenthome750F6776",
        "ForwardingtrailkeeperinstancestatessenthomeC8E96650",
        "Forwardingtrailkeepersatellitecallssenthome314C7A56",
    }


@pytest.mark.parametrize(
    ("settings", "region"),
    [("elsewhere", AWAY), ("elsewhere", "us-east-1"), ("everything", "eu-west-1")],
)
def test_what_sends_home_is_deployed_as_the_watcher_wants_it(
    assembly: Callable[[str], Path], settings: str, region: str
) -> None:
    folder = assembly(settings)
    own, *_ = Deployed(folder, RESPONSE_STACK).all("AWS::Lambda::Function").values()
    variables = own["Environment"]["Variables"]
    heal, alert = HealEnviron.from_environ(variables), AlertEnviron.from_environ(variables)
    names, documents = heal.baseline.names, policies(heal, alert)(heal.baseline)
    (wanted,) = (e for e in heal_side(heal, alert).satellites if e.region == region)
    stack = Deployed(folder, f"TrailkeeperSatellite-{region}")

    assert {
        own["Name"]: (
            own["EventPattern"],
            own.get("State"),
            [without_id(t) for t in own["Targets"]],
        )
        for own in stack.all(RULE).values()
    } == {each.name: (each.pattern, "ENABLED", [each.target(names)]) for each in wanted.rules}
    role = stack.one(ROLES, RoleName=wanted.role.name(names))
    assert role["PermissionsBoundary"] == wanted.role.boundary_arn(names)
    assert canonical_policy(role["AssumeRolePolicyDocument"]) == canonical_policy(
        wanted.role.trust(heal.baseline)
    )
    assert {
        each["PolicyName"]: canonical_policy(each["PolicyDocument"]) for each in role["Policies"]
    } == {name: canonical_policy(each) for name, each in documents[wanted.role.name(names)].items()}
    boundary = stack.one(BOUNDARY, ManagedPolicyName=wanted.role.boundary(names))
    assert canonical_policy(boundary["PolicyDocument"]) == canonical_policy(
        documents[wanted.role.boundary(names)]
    )


def without_id(target: dict[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in target.items() if key != "Id"}


def test_without_a_watcher_nobody_is_sent_what_it_would_put_right(synth: Synth) -> None:
    folder = synth({"ec2_regions": [AWAY], "watcher": False})
    names = {
        own["Name"] for own in Deployed(folder, f"TrailkeeperSatellite-{AWAY}").all(RULE).values()
    }

    assert names == {
        "trailkeeper-instance-calls-sent-home",
        "trailkeeper-instance-states-sent-home",
    }


def test_it_sends_the_states_that_people_want_to_hear_of(full_response: Deployed) -> None:
    folder = full_response.folder
    stack = Deployed(folder, "TrailkeeperSatellite-eu-west-1")

    patterns = [own["EventPattern"]["detail"] for own in stack.all(RULE).values()]
    assert {"state": ["running", "stopped"]} in patterns


def test_every_event_takes_one_hop_to_home_by_the_one_role(
    assembly: Callable[[str], Path],
) -> None:
    for region in (AWAY, "us-east-1"):
        stack = Deployed(assembly("elsewhere"), f"TrailkeeperSatellite-{region}")
        for own in stack.all(RULE).values():
            assert own["EventPattern"]["region"] == [region]
            (target,) = own["Targets"]
            assert target["Arn"] == f"arn:aws:events:{HOME}:{ACCOUNT}:event-bus/default"
            assert target["RoleArn"].endswith(f":role/trailkeeper-satellite-{region}")
            assert "Input" not in "".join(target)


def test_no_stack_refers_to_another(assembly: Callable[[str], Path]) -> None:
    for name in stacks(assembly("elsewhere")):
        text = (assembly("elsewhere") / f"{name}.template.json").read_text(encoding="utf-8")
        assert "Fn::ImportValue" not in text
        assert "Fn::GetStackOutput" not in text


def test_names_of_rules_fit_eventbridge_and_are_not_those_of_home(
    assembly: Callable[[str], Path],
) -> None:
    """Another deployment may have its home in this region."""
    at_home = Deployed(assembly("nobody"), RESPONSE_STACK).all(RULE).values()
    beyond = Deployed(assembly("elsewhere"), "TrailkeeperSatellite-us-east-1").all(RULE).values()
    names = {own["Name"] for own in beyond}

    assert not names & {own["Name"] for own in at_home}
    assert max(map(len, names)) <= 64


class TestHome:
    """What stands at home for what comes from beyond."""

    @pytest.fixture
    def home(self, assembly: Callable[[str], Path]) -> Deployed:
        return Deployed(assembly("elsewhere"), RESPONSE_STACK)

    def test_hears_iams_calls(self, home: Deployed) -> None:
        rule = home.one(RULE, Name="trailkeeper-delivery-role")
        assert "region" not in rule["EventPattern"]

    def test_lets_the_topic_of_the_charges_fill_its_queue(self, home: Deployed) -> None:
        assert [
            (each["Principal"], each["Action"], each["Condition"])
            for each in allowed(queue_policies(home))
            if each.get("Sid") == "ChargesOfUsEast1"
        ] == [
            (
                {"Service": "sns.amazonaws.com"},
                ["sqs:SendMessage"],
                {
                    "ArnEquals": {
                        "aws:SourceArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:trailkeeper-billing"
                    }
                },
            )
        ]

    def test_has_no_alarm_on_charges_itself(self, home: Deployed) -> None:
        names = {own["AlarmName"] for own in home.all(ALARMS).values()}
        assert "trailkeeper-billing" not in names
        assert "AWS::Budgets::Budget" not in home.types()

    def test_in_an_opt_in_region_sns_comes_by_the_name_of_that_region(self, synth: Synth) -> None:
        """SNS developer guide, "Sending Amazon SNS messages ... in a different Region"."""
        home = Deployed(synth({"home_region": "eu-south-1"}), RESPONSE_STACK)
        principals = [
            each["Principal"]
            for each in allowed(queue_policies(home))
            if each.get("Sid") == "ChargesOfUsEast1"
        ]
        assert principals == [{"Service": "sns.eu-south-1.amazonaws.com"}]


def test_the_watcher_knows_the_key_of_the_charges_by_its_logical_id(charges: Deployed) -> None:
    (key,) = (id_ for id_, own in charges.resources.items() if own["Type"] == "AWS::KMS::Key")

    assert key == "ChargesAlertsKey5E43E9C8" == CHARGES_KEY_ID


def test_who_may_use_topic_and_key_of_the_charges_is_as_the_watcher_wants_it(
    charges: Deployed,
) -> None:
    """The alarm is one of us-east-1, wherever home is."""
    own, *_ = Deployed(charges.folder, RESPONSE_STACK).all("AWS::Lambda::Function").values()
    variables = own["Environment"]["Variables"]
    heal, alert = HealEnviron.from_environ(variables), AlertEnviron.from_environ(variables)
    side = heal_side(heal, alert)

    (topic,) = charges.all("AWS::SNS::TopicPolicy").values()
    assert canonical_policy(topic["PolicyDocument"]) == canonical_policy(
        side.topic_policy(heal.baseline, "trailkeeper-billing")
    )
    (key,) = charges.all("AWS::KMS::Key").values()
    assert key["EnableKeyRotation"] is True
    assert canonical_policy(key["KeyPolicy"]) == canonical_policy(
        side.key_policy(heal.baseline, "us-east-1")
    )


def test_a_stack_is_protected_from_one_call_that_deletes_it_if_somebody_watches_over_it(
    synth: Synth,
) -> None:
    """What is protected alone would only be in the way of whoever leaves."""
    for watcher in (True, False):
        folder = synth({"ec2_regions": [AWAY], "watcher": watcher})
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        stack = manifest["artifacts"][f"TrailkeeperSatellite-{AWAY}"]
        assert stack["properties"].get("terminationProtection", False) is watcher


def test_in_us_east_1_the_alarm_and_the_budget_tell_the_topic_that_is_there(
    full_response: Deployed,
) -> None:
    alarm = full_response.one(ALARMS, AlarmName="trailkeeper-billing")
    budget = full_response.one("AWS::Budgets::Budget")
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:trailkeeper-alarms"

    assert (alarm["Threshold"], alarm["AlarmActions"]) == (49.5, [topic])
    addresses = {
        subscriber["Address"]
        for each in budget["NotificationsWithSubscribers"]
        for subscriber in each["Subscribers"]
    }
    assert addresses == {topic}
    names = {own["TopicName"] for own in full_response.all(TOPICS).values()}
    assert "trailkeeper-billing" not in names


def test_without_alarm_and_budget_there_is_neither(minimal_response: Deployed) -> None:
    names = {own["AlarmName"] for own in minimal_response.all(ALARMS).values()}
    assert "trailkeeper-billing" not in names
    assert "AWS::Budgets::Budget" not in minimal_response.types()
    assert "budgets.amazonaws.com" not in json.dumps(minimal_response.template)
    assert len(minimal_response.all(QUEUES)) == 3


def test_the_topic_of_last_resort_is_told_by_two_functions_alone_and_read_by_people(
    assembly: Callable[[str], Path],
) -> None:
    away = Deployed(assembly("everything"), "TrailkeeperSatellite-eu-west-1")

    topic = away.one("AWS::SNS::Topic")
    assert topic["TopicName"] == "trailkeeper-last-resort-elsewhere"
    assert "KmsMasterKeyId" not in topic
    subscribed = away.one("AWS::SNS::Subscription")
    assert (subscribed["Protocol"], subscribed["Endpoint"]) == ("email", "night@example.com")
    policy = away.one("AWS::SNS::TopicPolicy")["PolicyDocument"]
    refused = {each["Sid"]: each for each in policy["Statement"]}
    assert refused.keys() == {"OnlyOverTls", "OnlyTheFunctionsPublish"}
    assert refused["OnlyTheFunctionsPublish"]["Condition"]["ArnNotEquals"] == {
        "aws:PrincipalArn": [
            f"arn:aws:iam::{ACCOUNT}:role/trailkeeper-alert-us-east-1",
            f"arn:aws:iam::{ACCOUNT}:role/trailkeeper-watcher-us-east-1",
        ]
    }
