"""The second half of the guard: its stack, its rights, and that both halves are as records say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.stacks.conftest import EVERYTHING, baseline
from tests.stacks.deployed import ACCOUNT, REGION, Deployed, allowed
from tests.stacks.responding import FUNCTIONS, ROLES, RULE, TOPICS
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.drift import canonical, canonical_policy
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.evidence.names import WATCHER_STACK
from trailkeeper.evidence.regions import partition_of
from trailkeeper.guards.sides import Side, heal_side, watcher_side
from trailkeeper.rights.roles import policies

LAST_RESORT = f"arn:aws:sns:{REGION}:{ACCOUNT}:trailkeeper-last-resort"
KEY_PARAMETER = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/trailkeeper/evidence-key-arn"
WATCHER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:trailkeeper-watcher:live"
# Whoever may do one of these on anything becomes administrator by it (Rhino Security Labs, "AWS IAM
# Privilege Escalation").
ESCALATES = (
    *("iam:Attach", "iam:Create", "iam:Put", "iam:Update", "iam:AddUserToGroup", "sts:AssumeRole"),
    *("lambda:UpdateFunction", "lambda:CreateFunction", "lambda:PublishLayer"),
    *("cloudformation:CreateStack", "cloudformation:UpdateStack", "ssm:", "ec2:RunInstances"),
)


@pytest.fixture(scope="module")
def watcher(assembly: Callable[[str], Path]) -> Deployed:
    return Deployed(assembly("everything"), WATCHER_STACK)


def environs(stack: Deployed, name: str) -> tuple[HealEnviron, AlertEnviron]:
    own = stack.one(FUNCTIONS, FunctionName=name)["Environment"]["Variables"]
    return HealEnviron.from_environ(own), AlertEnviron.from_environ(own)


def test_all_functions_are_told_the_same(watcher: Deployed, full_response: Deployed) -> None:
    """Each knows by its own environment what the others must have."""
    told = {
        own["FunctionName"]: own["Environment"]["Variables"]
        for stack in (watcher, full_response)
        for own in stack.all(FUNCTIONS).values()
    }

    assert set(told) == {
        *("trailkeeper-watcher", "trailkeeper-heal", "trailkeeper-alert"),
        "trailkeeper-deliveries",
    }
    assert len({str(sorted(each.items())) for each in told.values()}) == 1
    assert environs(watcher, "trailkeeper-watcher")[0].baseline == baseline(EVERYTHING)


def deployed_rules(stack: Deployed) -> dict[str, Any]:
    return {
        own["Name"]: {
            "pattern": own["EventPattern"],
            "targets": [
                {key: value for key, value in target.items() if key not in {"Id", "InputPath"}}
                for target in own["Targets"]
            ],
        }
        for own in stack.all(RULE).values()
    }


def recorded_rules(side: Side, names: Any) -> dict[str, Any]:
    return {
        rule.name: {"pattern": dict(rule.pattern), "targets": [rule.target(names)]}
        for rule in side.rules
    }


def recorded_schedules(side: Side, names: Any) -> dict[str, Any]:
    return {each.name: each.document(names, side.schedule_role_arn) for each in side.schedules}


def deployed_schedules(stack: Deployed) -> dict[str, Any]:
    return {
        own["Name"]: {
            key: value for key, value in own.items() if key not in {"Name", "Description"}
        }
        for own in stack.all("AWS::Scheduler::Schedule").values()
    }


def test_the_heal_side_is_deployed_as_the_watcher_wants_it(full_response: Deployed) -> None:
    heal, alert = environs(full_response, "trailkeeper-heal")
    side, names = heal_side(heal, alert), heal.baseline.names

    assert deployed_rules(full_response) == recorded_rules(side, names)
    assert deployed_schedules(full_response) == recorded_schedules(side, names)


def test_the_watcher_is_deployed_as_the_heal_function_wants_it(watcher: Deployed) -> None:
    heal, _ = environs(watcher, "trailkeeper-watcher")
    side, names = watcher_side(heal), heal.baseline.names

    assert deployed_rules(watcher) == recorded_rules(side, names)
    assert deployed_schedules(watcher) == recorded_schedules(side, names)


def deployed_policies(stack: Deployed, type_: str, of: str) -> dict[str, Any]:
    """The policy of each queue or topic, by its name."""
    return {
        own[of][0].rpartition("/")[2].rpartition(":")[2]: canonical_policy(own["PolicyDocument"])
        for own in stack.all(type_).values()
    }


SIDES = ("full_response", "watcher", "minimal_response")


@pytest.fixture(params=SIDES)
def deployed(request: pytest.FixtureRequest) -> Deployed:
    found: Deployed = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def side(deployed: Deployed) -> tuple[Side, HealEnviron, AlertEnviron]:
    (own, *_) = deployed.all(FUNCTIONS).values()
    heal, alert = environs(deployed, own["FunctionName"])
    watches = own["FunctionName"] == "trailkeeper-watcher"
    return (watcher_side(heal, alert.language) if watches else heal_side(heal, alert), heal, alert)


class TestEachPartIsDeployedAsItsGuardWantsIt:
    def test_queues(self, deployed: Deployed, side: tuple[Side, HealEnviron, AlertEnviron]) -> None:
        wanted, heal, _ = side
        names = heal.baseline.names
        found = {
            own["QueueName"]: {
                "DelaySeconds": "0",
                "ReceiveMessageWaitTimeSeconds": "0",
                **{
                    key: value if isinstance(value, dict) else str(value).lower()
                    for key, value in own.items()
                    if key not in {"QueueName", "Tags"}
                },
            }
            for own in deployed.all("AWS::SQS::Queue").values()
        }
        assert found == {each.name: each.attributes(names) for each in wanted.queues}
        assert deployed_policies(deployed, "AWS::SQS::QueuePolicy", "Queues") == {
            each.name: canonical_policy(wanted.queue_policy(heal.baseline, each.name))
            for each in wanted.queues
        }

    def test_topics(self, deployed: Deployed, side: tuple[Side, HealEnviron, AlertEnviron]) -> None:
        wanted, heal, _ = side
        found = {own["TopicName"]: "KmsMasterKeyId" in own for own in deployed.all(TOPICS).values()}
        at_home = [each for each in wanted.topics if not each.region]
        assert found == {each.name: each.encrypted for each in at_home}
        assert deployed_policies(deployed, "AWS::SNS::TopicPolicy", "Topics") == {
            each.name: canonical_policy(wanted.topic_policy(heal.baseline, each.name))
            for each in at_home
        }

    def test_the_key(
        self, deployed: Deployed, side: tuple[Side, HealEnviron, AlertEnviron]
    ) -> None:
        wanted, heal, _ = side
        found = [
            (canonical_policy(own["KeyPolicy"]), own["EnableKeyRotation"])
            for own in deployed.all("AWS::KMS::Key").values()
        ]
        policy = wanted.key_policy(heal.baseline, "")
        assert found == ([(canonical_policy(policy), True)] if wanted.has_key else [])

    def test_alarms(self, deployed: Deployed, side: tuple[Side, HealEnviron, AlertEnviron]) -> None:
        wanted, heal, _ = side
        found = {
            own["AlarmName"]: canonical(
                {key: value for key, value in own.items() if key not in {"AlarmName", "Tags"}}
            )
            for own in deployed.all("AWS::CloudWatch::Alarm").values()
            if own["AlarmName"] != "trailkeeper-billing"
        }
        names = heal.baseline.names
        assert found == {each.name: canonical(each.document(names)) for each in wanted.alarms}

    def test_roles(self, deployed: Deployed, side: tuple[Side, HealEnviron, AlertEnviron]) -> None:
        wanted, heal, alert = side
        names = heal.baseline.names
        documents = policies(heal, alert)(heal.baseline)
        managed = {
            own["ManagedPolicyName"]: canonical_policy(own["PolicyDocument"])
            for own in deployed.all("AWS::IAM::ManagedPolicy").values()
        }
        keyed = {
            own["PolicyName"]: keyless(own["PolicyDocument"])
            for own in deployed.all("AWS::IAM::Policy").values()
        }
        for record in wanted.roles:
            own = deployed.one(ROLES, RoleName=record.name(names))
            assert canonical_policy(own["AssumeRolePolicyDocument"]) == canonical_policy(
                record.trust(heal.baseline)
            )
            inline = {
                each["PolicyName"]: canonical_policy(each["PolicyDocument"])
                for each in own["Policies"]
            }
            assert {**inline, **(keyed if record.uses_key else {})} == {
                name: canonical_policy(each) for name, each in documents[record.name(names)].items()
            }
            policies_of_it = [record.boundary(names)]
            if heal.watcher:
                policies_of_it += record.attached(names)
            for name in policies_of_it:
                assert managed.pop(name) == canonical_policy(documents[name])
        assert managed == {}

    def test_log_groups(
        self, deployed: Deployed, side: tuple[Side, HealEnviron, AlertEnviron]
    ) -> None:
        wanted, _, _ = side
        assert {
            own["LogGroupName"]: own["RetentionInDays"]
            for own in deployed.all("AWS::Logs::LogGroup").values()
        } == {each.log_group: 365 for each in wanted.functions}


def keyless(document: Any) -> Any:
    """The policy over the key, whose ARN the guard reads from AWS."""
    said = re.sub(r"arn:aws:kms:[^\"]*:key/[^\"]*", "ALERTS-KEY", json.dumps(document))
    return canonical_policy(json.loads(said))


@pytest.mark.parametrize("region", ["us-east-1", "ap-southeast-1", "us-gov-west-1"])
def test_policies_have_room_wherever_home_is_and_whatever_the_trail_is_called(region: str) -> None:
    """Source: IAM user guide, "IAM and AWS STS quotas"; spaces do not count."""
    partition = partition_of(region)
    longest = replace(
        baseline(EVERYTHING),
        partition=partition,
        region=region,
        trail_name="t" * 128,
        evidence_key_arn=f"arn:{partition}:kms:{region}:{ACCOUNT}:key/{'k' * 36}",
    )
    planned = (ExpectedActor(("PutBucketPolicy",), tags={"team": "x"}),)
    heal = HealEnviron(
        longest,
        "https://queue/trailkeeper-alerts",
        contain="deny",
        expected_actors=planned,
        watcher=True,
    )
    alert = AlertEnviron(
        topic_arn="t",
        queue_url="q",
        table="t",
        chat_topic_arn="c",
        slack_webhook="ssm:/slack",
        ec2_regions=tuple(f"ap-southeast-{number}" for number in range(2, 40)),
    )
    for name, each in policies(heal, alert)(longest).items():
        if "-boundary-" in name or name == f"trailkeeper-heal-watch-{region}":
            assert len(json.dumps(each, separators=(",", ":"))) <= 6144, name
        else:
            assert sum(len(json.dumps(p, separators=(",", ":"))) for p in each.values()) <= 10240


def test_the_second_way_has_no_key_and_its_own_people(watcher: Deployed) -> None:
    assert "KmsMasterKeyId" not in watcher.one(TOPICS)
    (mail,) = watcher.all("AWS::SNS::Subscription").values()
    assert (mail["Protocol"], mail["Endpoint"]) == ("email", "night@example.com")
    assert mail["TopicArn"] == LAST_RESORT


def test_that_nobody_calls_the_heal_function_is_told_by_the_second_way(watcher: Deployed) -> None:
    own = watcher.one("AWS::CloudWatch::Alarm", AlarmName="trailkeeper-heal-uncalled")

    assert (own["Namespace"], own["MetricName"]) == ("AWS/Lambda", "Invocations")
    assert own["TreatMissingData"] == "breaching"
    assert own["AlarmActions"] == [LAST_RESORT]


@pytest.mark.parametrize(
    ("silent", "tells"), [("alerts", "last-resort"), ("last-resort", "alarms")]
)
def test_each_way_to_people_tells_that_the_other_does_not_arrive(
    watcher: Deployed, silent: str, tells: str
) -> None:
    name = f"trailkeeper-{silent}-undelivered"
    own = watcher.one("AWS::CloudWatch::Alarm", AlarmName=name)

    assert (own["Namespace"], own["MetricName"]) == ("AWS/SNS", "NumberOfNotificationsFailed")
    assert own["Dimensions"] == [{"Name": "TopicName", "Value": f"trailkeeper-{silent}"}]
    assert (own["Threshold"], own["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    assert own["AlarmActions"] == [f"arn:aws:sns:{REGION}:{ACCOUNT}:trailkeeper-{tells}"]


ROLES_OF_HEAL = [
    f"arn:aws:iam::{ACCOUNT}:role/trailkeeper-{name}-{REGION}"
    for name in ("heal", "alert", "schedule", "deliveries")
]
BOUNDARIES_OF_HEAL = [
    f"arn:aws:iam::{ACCOUNT}:policy/trailkeeper-{name}-boundary-{REGION}"
    for name in ("heal", "alert", "schedule", "deliveries")
]
# Of whichever regions the settings name: one by one there would be no room for them.
SATELLITE_ROLES = f"arn:aws:iam::{ACCOUNT}:role/trailkeeper-satellite-*"
SATELLITES_BOUND = f"arn:aws:iam::{ACCOUNT}:policy/trailkeeper-satellite-boundary-*"


def test_no_right_of_the_watcher_leads_to_more_rights(watcher: Deployed) -> None:
    """What could is tied to roles of ours inside the boundaries that were deployed."""
    own = watcher.one(ROLES, RoleName=f"trailkeeper-watcher-{REGION}")
    rights = allowed([policy["PolicyDocument"] for policy in own["Policies"]])

    over = {
        action: (each["Resource"], each.get("Condition", {}))
        for each in rights
        for action in each["Action"]
        if action.startswith(ESCALATES)
    }
    passed = {
        each["Condition"]["StringEquals"]["iam:PassedToService"]: each["Resource"]
        for each in rights
        if each["Action"] == ["iam:PassRole"]
    }
    assert passed == {
        "scheduler.amazonaws.com": [f"arn:aws:iam::{ACCOUNT}:role/trailkeeper-schedule-{REGION}"],
        "events.amazonaws.com": [SATELLITE_ROLES],
    }
    roles, boundaries = [*ROLES_OF_HEAL, SATELLITE_ROLES], [*BOUNDARIES_OF_HEAL, SATELLITES_BOUND]
    bounded = {"ArnEquals": {"iam:PermissionsBoundary": boundaries}}
    assert over == {
        "iam:PutRolePolicy": (roles, bounded),
        "iam:PutRolePermissionsBoundary": (roles, bounded),
        "iam:UpdateAssumeRolePolicy": (roles, {}),
        "iam:AttachRolePolicy": (
            [ROLES_OF_HEAL[0]],
            {
                "ArnEquals": {
                    "iam:PolicyARN": [
                        f"arn:aws:iam::{ACCOUNT}:policy/trailkeeper-heal-watch-{REGION}"
                    ],
                    "iam:PermissionsBoundary": BOUNDARIES_OF_HEAL[0],
                }
            },
        ),
        "ssm:GetParameter": ([KEY_PARAMETER], {}),
        "ssm:PutParameter": ([KEY_PARAMETER], {}),
    }
    without_resource = {
        action for each in rights if each["Resource"] == ["*"] for action in each["Action"]
    }
    assert without_resource == {
        "cloudtrail:LookupEvents",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricStatistics",
        "events:ListRules",
        "logs:DescribeLogGroups",
        "lambda:CreateEventSourceMapping",
        "lambda:GetAccountSettings",
        "lambda:ListEventSourceMappings",
        *("sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes"),
    }


@pytest.mark.parametrize("name", ["heal", "alert", "schedule"])
def test_no_boundary_lets_through_what_leads_to_administrator(
    full_response: Deployed, name: str
) -> None:
    own = full_response.one(
        "AWS::IAM::ManagedPolicy", ManagedPolicyName=f"trailkeeper-{name}-boundary-{REGION}"
    )
    everywhere = {
        action
        for each in allowed([own["PolicyDocument"]])
        if each["Resource"] == ["*"]
        for action in each["Action"]
    }
    assert everywhere
    assert not {each for each in everywhere if each.startswith((*ESCALATES[:-2], "iam:", "sts:"))}
    assert all("*" not in each for each in everywhere)


def test_it_is_on_unless_somebody_does_not_want_it(
    assembly: Callable[[str], Path], minimal_response: Deployed
) -> None:
    assert (assembly("nobody") / f"{WATCHER_STACK}.template.json").exists()
    assert not (assembly("minimum") / f"{WATCHER_STACK}.template.json").exists()
    assert "trailkeeper-guard-calls" not in minimal_response.text
