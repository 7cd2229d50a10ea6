"""The policies of who deploys and who runs the command: current, short enough, and no wider."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from tools.deploy_policy.holders import page
from tools.deploy_policy.resource_names import UnknownResourceError
from tools.deploy_policy.rights import rights

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/deploy-policy.json").read_text(encoding="utf-8")
POLICIES: dict[str, list[dict[str, Any]]] = json.loads(PAGE)
TRAIL = "arn:aws:cloudtrail:REGION:ACCOUNT:trail/trailkeeper"
LOGS = "arn:aws:s3:::trailkeeper-logs-ACCOUNT-REGION"
BOOTSTRAPPED = "arn:aws:iam::ACCOUNT:role/cdk-hnb659fds"
SATELLITE = "arn:aws:cloudformation:eu-west-1:ACCOUNT:stack/TrailkeeperSatellite-eu-west-1/1"
TOOLKIT = "arn:aws:cloudformation:REGION:ACCOUNT:stack/CDKToolkit/1"
HEAL = "arn:aws:lambda:REGION:ACCOUNT:function:trailkeeper-heal"
SCHEDULES = "arn:aws:scheduler:REGION:ACCOUNT:schedule/default"
TABLE = "arn:aws:glue:REGION:ACCOUNT:table/trailkeeper/cloudtrail_logs"


def statements(who: str) -> Iterator[dict[str, Any]]:
    for policy in POLICIES[who]:
        yield from policy["Statement"]


def allows(who: str, action: str, resource: str) -> bool:
    """Whether somebody may; REGION in a policy is home, and so it is in `resource`."""
    return any(
        action in each["Action"] and any(fnmatchcase(resource, arn) for arn in each["Resource"])
        for each in statements(who)
    )


def test_the_file_is_current() -> None:
    assert page() == PAGE, (
        "run: .venv/bin/python -m tools.deploy_policy --write docs/deploy-policy.json"
    )


def test_each_fits_into_a_managed_policy_and_all_into_a_role() -> None:
    for who, policies in POLICIES.items():
        # IAM and STS quotas: 6,144 characters without white space, ten policies of a role.
        filled_in = [
            json.dumps(each).replace("ACCOUNT", "111122223333").replace("REGION", "ap-northeast-1")
            for each in policies
        ]
        sizes = [len(re.sub(r"\s", "", each)) for each in filled_in]
        assert max(sizes) <= 6144, (who, sizes)
        assert len(policies) <= 10


def test_no_action_is_a_pattern_and_only_nameless_resources_are_everything() -> None:
    everything = {
        action
        for who in POLICIES
        for each in statements(who)
        for action in each["Action"]
        if "*" in each["Resource"]
    }

    assert not [
        each for who in POLICIES for s in statements(who) for each in s["Action"] if "*" in each
    ]
    # AWS ties none of these to a resource that has a name.
    assert everything == {
        "athena:ListWorkGroups",
        "chatbot:CreateSlackChannelConfiguration",
        "chatbot:DescribeSlackChannelConfigurations",
        "chatbot:ListTagsForResource",
        "cloudtrail:DescribeTrails",
        "cloudtrail:ListPublicKeys",
        "cloudtrail:LookupEvents",
        "cloudwatch:GetMetricStatistics",
        "ec2:DescribeRegions",
        "kms:CreateKey",
        "kms:ListAliases",
        "lambda:CreateEventSourceMapping",
        "lambda:GetAccountSettings",
        "logs:DeleteQueryDefinition",
        "logs:DescribeAccountPolicies",
        "logs:DescribeLogGroups",
        "logs:DescribeQueryDefinitions",
        "logs:GetQueryResults",
        "logs:PutQueryDefinition",
        "logs:StopQuery",
        "s3:ListAllMyBuckets",
        # Doctor lists these without a name.
        "cloudformation:DescribeStacks",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetAlarmMuteRule",
        "cloudwatch:ListAlarmMuteRules",
    }


@pytest.mark.parametrize(
    ("who", "action", "resource"),
    [
        ("deployer", "sts:AssumeRole", f"{BOOTSTRAPPED}-deploy-role-ACCOUNT-REGION"),
        ("deployer", "iam:CreateRole", f"{BOOTSTRAPPED}-cfn-exec-role-ACCOUNT-REGION"),
        ("deployer", "cloudformation:ExecuteChangeSet", TOOLKIT),
        ("execution", "cloudtrail:UpdateTrail", TRAIL),
        ("execution", "s3:PutBucketPolicy", LOGS),
        ("execution", "lambda:UpdateAlias", f"{HEAL}:live"),
        ("execution", "lambda:PublishVersion", HEAL),
        ("execution", "iam:PassRole", "arn:aws:iam::ACCOUNT:role/trailkeeper-heal-REGION"),
        ("execution", "scheduler:CreateSchedule", f"{SCHEDULES}/trailkeeper-sweep"),
        ("execution", "glue:CreateTable", TABLE),
        ("execution", "sqs:SetQueueAttributes", "arn:aws:sqs:REGION:ACCOUNT:trailkeeper-alerts"),
        (
            "execution",
            "dynamodb:CreateTable",
            "arn:aws:dynamodb:REGION:ACCOUNT:table/trailkeeper-state",
        ),
        ("execution", "iam:CreateGroup", "arn:aws:iam::ACCOUNT:group/trailkeeper-readers-REGION"),
        (
            "execution",
            "cloudwatch:PutMetricAlarm",
            "arn:aws:cloudwatch:REGION:ACCOUNT:alarm:trailkeeper-cis-root-use",
        ),
        # In regions beyond home
        ("deployer", "cloudformation:UpdateTerminationProtection", SATELLITE),
        ("operator", "cloudformation:ListChangeSets", SATELLITE),
        ("operator", "cloudformation:ListStackResources", SATELLITE),
        ("deployer", "sts:AssumeRole", f"{BOOTSTRAPPED}-deploy-role-ACCOUNT-eu-west-1"),
        ("execution", "budgets:ModifyBudget", "arn:aws:budgets::ACCOUNT:budget/any"),
        (
            "execution",
            "cloudwatch:PutMetricAlarm",
            "arn:aws:cloudwatch:us-east-1:ACCOUNT:alarm:trailkeeper-billing",
        ),
        (
            "execution",
            "events:PutRule",
            "arn:aws:events:us-east-1:ACCOUNT:rule/trailkeeper-delivery-role-sent-home",
        ),
        ("execution", "iam:PassRole", "arn:aws:iam::ACCOUNT:role/trailkeeper-satellite-eu-west-1"),
        ("operator", "lambda:InvokeFunction", f"{HEAL}:live"),
        (
            "operator",
            "lambda:InvokeFunction",
            "arn:aws:lambda:REGION:ACCOUNT:function:trailkeeper-alert:live",
        ),
        ("operator", "events:DescribeRule", "arn:aws:events:REGION:ACCOUNT:rule/trailkeeper-trail"),
        ("operator", "cloudtrail:GetTrailStatus", TRAIL),
        ("drill", "cloudtrail:StopLogging", TRAIL),
        ("operator", "s3:GetObject", f"{LOGS}/AWSLogs/1/x.json.gz"),
    ],
)
def test_what_is_needed_is_allowed(who: str, action: str, resource: str) -> None:
    assert allows(who, action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:CreateUser", "arn:aws:iam::ACCOUNT:user/mallory"),
        ("iam:PutRolePolicy", "arn:aws:iam::ACCOUNT:role/Admin"),
        ("iam:PassRole", "arn:aws:iam::ACCOUNT:role/Admin"),
        ("iam:AttachUserPolicy", "arn:aws:iam::ACCOUNT:user/mallory"),
        ("iam:AddUserToGroup", "arn:aws:iam::ACCOUNT:group/trailkeeper-readers-REGION"),
        ("iam:CreateGroup", "arn:aws:iam::ACCOUNT:group/other"),
        ("cloudtrail:StopLogging", "arn:aws:cloudtrail:REGION:ACCOUNT:trail/other"),
        ("cloudwatch:PutMetricAlarm", "arn:aws:cloudwatch:REGION:ACCOUNT:alarm:other"),
        ("s3:DeleteObject", f"{LOGS}/AWSLogs/1/x.json.gz"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::other"),
        ("dynamodb:PutItem", "arn:aws:dynamodb:REGION:ACCOUNT:table/trailkeeper-state"),
        ("lambda:UpdateFunctionCode", "arn:aws:lambda:REGION:ACCOUNT:function:other"),
        ("kms:Decrypt", "arn:aws:kms:REGION:ACCOUNT:alias/other"),
        ("sqs:SendMessage", "arn:aws:sqs:REGION:ACCOUNT:trailkeeper-alerts"),
        ("sqs:ReceiveMessage", "arn:aws:sqs:REGION:ACCOUNT:trailkeeper-alerts-dead"),
        ("sqs:StartMessageMoveTask", "arn:aws:sqs:REGION:ACCOUNT:trailkeeper-alerts-dead"),
        ("logs:PutResourcePolicy", "*"),
        ("ec2:RunInstances", "*"),
        ("sts:AssumeRole", "arn:aws:iam::ACCOUNT:role/Admin"),
    ],
)
def test_nobody_may_do_what_is_not_needed(action: str, resource: str) -> None:
    assert [who for who in POLICIES if allows(who, action, resource)] == []


def test_only_a_drill_stops_the_trail() -> None:
    assert [who for who in POLICIES if allows(who, "cloudtrail:StopLogging", TRAIL)] == [
        "execution",
        "drill",
    ]


def test_the_operator_deletes_no_function() -> None:
    assert not allows("operator", "lambda:DeleteFunction", HEAL)
    assert allows("operator", "lambda:DeleteFunction", f"{HEAL}:7")


def test_a_resource_of_an_unknown_type_is_an_error() -> None:
    with pytest.raises(UnknownResourceError, match="AWS::EC2::Instance"):
        rights({"S": {"A": {"Type": "AWS::EC2::Instance"}}})
