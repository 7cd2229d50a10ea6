"""The second half of the guard: its stack, its rights, and that both halves are as records say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.stacks.conftest import EVERYTHING, NOBODY, Synth, baseline
from tests.stacks.deployed import ACCOUNT, REGION, Deployed, allowed
from tests.stacks.responding import FUNCTIONS, ROLES, RULE, TOPICS
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.names import WATCHER_STACK
from trailkeeper.guards.sides import Side, heal_side, watcher_side

LAST_RESORT = f"arn:aws:sns:{REGION}:{ACCOUNT}:trailkeeper-last-resort"
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

    assert set(told) == {"trailkeeper-watcher", "trailkeeper-heal", "trailkeeper-alert"}
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


def test_the_second_way_has_no_key_and_its_own_people(watcher: Deployed) -> None:
    assert "KmsMasterKeyId" not in watcher.one(TOPICS)
    (mail,) = watcher.all("AWS::SNS::Subscription").values()
    assert (mail["Protocol"], mail["Endpoint"]) == ("email", "night@example.com")
    assert mail["TopicArn"] == LAST_RESORT


def test_that_nobody_calls_the_heal_function_is_told_by_the_second_way(watcher: Deployed) -> None:
    own = watcher.one("AWS::CloudWatch::Alarm")

    assert (own["Namespace"], own["MetricName"]) == ("AWS/Lambda", "Invocations")
    assert own["TreatMissingData"] == "breaching"
    assert own["AlarmActions"] == [LAST_RESORT]


def test_no_right_of_the_watcher_leads_to_more_rights(watcher: Deployed) -> None:
    own = watcher.one(ROLES, RoleName=f"trailkeeper-watcher-{REGION}")
    rights = allowed([policy["PolicyDocument"] for policy in own["Policies"]])

    for each in rights:
        for action in each["Action"]:
            assert not action.startswith(ESCALATES), action
            assert "*" not in action
        if "iam:PassRole" in each["Action"]:
            assert each["Resource"] == [
                f"arn:aws:iam::{ACCOUNT}:role/trailkeeper-schedule-{REGION}"
            ]
            assert each["Condition"] == {
                "StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}
            }
    without_resource = {
        action for each in rights if each["Resource"] == ["*"] for action in each["Action"]
    }
    assert without_resource == {
        "events:ListRules",
        "lambda:CreateEventSourceMapping",
        "lambda:ListEventSourceMappings",
        "sns:GetSubscriptionAttributes",
    }


def test_it_is_off_unless_somebody_wants_it(response: Deployed, synth: Synth) -> None:
    assert not (synth(NOBODY) / f"{WATCHER_STACK}.template.json").exists()
    assert "trailkeeper-guard-calls" not in response.text
