"""The account stack: two groups, whose policies AWS takes and a person has read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.policies.evaluation import denies
from tests.stacks.conftest import MINIMUM, Synth
from tests.stacks.deployed import ACCOUNT, REGION, Deployed
from trailkeeper.evidence.names import ACCOUNT_STACK, SEARCH_STACK

NOTHING = {**MINIMUM, "athena": False}


def groups(account: Deployed) -> dict[str, list[Any]]:
    """The policies of each group, ours by what they are."""
    ours = {
        f"arn:aws:iam::{ACCOUNT}:policy/{own['ManagedPolicyName']}": own
        for own in account.all("AWS::IAM::ManagedPolicy").values()
    }
    return {
        own["GroupName"]: [ours.get(each, each) for each in own["ManagedPolicyArns"]]
        for own in account.all("AWS::IAM::Group").values()
    }


def size(document: Any) -> int:
    return len(json.dumps(document, separators=(",", ":")))


def test_each_group_has_the_policy_of_aws_and_ours(account: Deployed) -> None:
    found = {
        name: [each if isinstance(each, str) else each["ManagedPolicyName"] for each in policies]
        for name, policies in groups(account).items()
    }

    assert found == {
        f"trailkeeper-administrators-{REGION}": [
            "arn:aws:iam::aws:policy/AWSCloudTrail_FullAccess",
            f"trailkeeper-administrators-{REGION}-without-mfa-1",
            f"trailkeeper-administrators-{REGION}-without-mfa-2",
            f"trailkeeper-administrators-{REGION}-without-tag-1",
            f"trailkeeper-administrators-{REGION}-without-tag-2",
        ],
        f"trailkeeper-readers-{REGION}": [
            "arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess",
            f"trailkeeper-readers-{REGION}-1",
        ],
    }


def test_every_policy_is_of_a_size_that_iam_takes(account: Deployed) -> None:
    policies = account.all("AWS::IAM::ManagedPolicy").values()
    sizes = {each["ManagedPolicyName"]: size(each["PolicyDocument"]) for each in policies}

    assert ACCOUNT in json.dumps(list(policies))
    assert {name: each for name, each in sizes.items() if each > 6144} == {}


def test_nobody_is_made_and_nobody_is_in_a_group(account: Deployed) -> None:
    assert account.types() == {"AWS::IAM::Group", "AWS::IAM::ManagedPolicy"}


def test_a_reader_of_what_is_not_deployed_has_no_right_to_it(synth: Synth) -> None:
    bare = {**MINIMUM, "groups": True, "athena": False}
    account = Deployed(synth(bare), ACCOUNT_STACK)
    (_, readers) = groups(account)[f"trailkeeper-readers-{REGION}"]

    services = {
        action.partition(":")[0]
        for each in readers["PolicyDocument"]["Statement"]
        for action in each["Action"]
    }
    assert services == {"s3", "logs", "ec2"}


def test_stacks_whose_parts_are_all_off_are_empty_and_synth_goes_on(synth: Synth) -> None:
    assembly: Path = synth(NOTHING)

    for stack in (ACCOUNT_STACK, SEARCH_STACK):
        template = json.loads((assembly / f"{stack}.template.json").read_text(encoding="utf-8"))
        assert template.get("Resources", {}) == {}


HOME = f"{REGION}:{ACCOUNT}"
# How a resource of each type is lost, and what IAM calls it; None where its loss takes nothing.
LOST: dict[str, tuple[str, Callable[[str, dict[str, Any]], str]] | None] = {
    # What the account costs is not what happened in it.
    "AWS::Budgets::Budget": None,
    "AWS::CDK::Metadata": None,
    "AWS::Chatbot::SlackChannelConfiguration": (
        "chatbot:DeleteSlackChannelConfiguration",
        lambda _, own: (
            f"arn:aws:chatbot::{ACCOUNT}:chat-configuration/slack-channel/"
            f"{own['ConfigurationName']}"
        ),
    ),
    "AWS::CloudTrail::Trail": (
        "cloudtrail:DeleteTrail",
        lambda _, own: f"arn:aws:cloudtrail:{HOME}:trail/{own['TrailName']}",
    ),
    "AWS::CloudWatch::Alarm": (
        "cloudwatch:DeleteAlarms",
        lambda _, own: f"arn:aws:cloudwatch:{HOME}:alarm:{own['AlarmName']}",
    ),
    "AWS::DynamoDB::Table": (
        "dynamodb:DeleteTable",
        lambda _, own: f"arn:aws:dynamodb:{HOME}:table/{own['TableName']}",
    ),
    "AWS::Events::Rule": (
        "events:DeleteRule",
        lambda _, own: f"arn:aws:events:{HOME}:rule/{own['Name']}",
    ),
    "AWS::IAM::Group": (
        "iam:DeleteGroup",
        lambda _, own: f"arn:aws:iam::{ACCOUNT}:group/{own['GroupName']}",
    ),
    "AWS::IAM::ManagedPolicy": (
        "iam:DeletePolicy",
        lambda _, own: f"arn:aws:iam::{ACCOUNT}:policy/{own['ManagedPolicyName']}",
    ),
    "AWS::IAM::Policy": (
        "iam:DeleteRolePolicy",
        lambda _, own: f"arn:aws:iam::{ACCOUNT}:role/{own['Roles'][0]}",
    ),
    # CloudFormation names what has no name by the stack and the logical id.
    "AWS::IAM::Role": (
        "iam:DeleteRole",
        lambda id_, own: (
            f"arn:aws:iam::{ACCOUNT}:role/{own.get('RoleName', f'TrailkeeperResponse-{id_}-A1B2')}"
        ),
    ),
    "AWS::KMS::Alias": (
        "kms:DeleteAlias",
        lambda _, own: f"arn:aws:kms:{HOME}:{own['AliasName']}",
    ),
    "AWS::KMS::Key": ("kms:ScheduleKeyDeletion", lambda id_, _: f"arn:aws:kms:{HOME}:key/{id_}"),
    "AWS::Lambda::Alias": (
        "lambda:DeleteAlias",
        lambda _, own: f"arn:aws:lambda:{HOME}:function:{own['FunctionName']}",
    ),
    "AWS::Lambda::EventInvokeConfig": (
        "lambda:DeleteFunctionEventInvokeConfig",
        lambda _, own: f"arn:aws:lambda:{HOME}:function:{own['FunctionName']}",
    ),
    "AWS::Lambda::EventSourceMapping": ("lambda:DeleteEventSourceMapping", lambda *_: "*"),
    "AWS::Lambda::Function": (
        "lambda:DeleteFunction",
        lambda _, own: f"arn:aws:lambda:{HOME}:function:{own['FunctionName']}",
    ),
    # Functions keep the layer that they were deployed with.
    "AWS::Lambda::LayerVersion": None,
    "AWS::Lambda::Permission": (
        "lambda:RemovePermission",
        lambda _, own: str(own["FunctionName"]),
    ),
    "AWS::Lambda::Version": (
        "lambda:DeleteFunction",
        lambda _, own: f"arn:aws:lambda:{HOME}:function:{own['FunctionName']}:1",
    ),
    "AWS::Logs::LogGroup": (
        "logs:DeleteLogGroup",
        lambda _, own: f"arn:aws:logs:{HOME}:log-group:{own['LogGroupName']}",
    ),
    "AWS::Logs::MetricFilter": (
        "logs:DeleteMetricFilter",
        lambda _, own: f"arn:aws:logs:{HOME}:log-group:{own['LogGroupName']}",
    ),
    "AWS::Logs::SubscriptionFilter": (
        "logs:DeleteSubscriptionFilter",
        lambda _, own: f"arn:aws:logs:{HOME}:log-group:{own['LogGroupName']}",
    ),
    "AWS::S3::Bucket": ("s3:DeleteBucket", lambda _, own: f"arn:aws:s3:::{own['BucketName']}"),
    "AWS::S3::BucketPolicy": (
        "s3:DeleteBucketPolicy",
        lambda _, own: f"arn:aws:s3:::{own['Bucket']}",
    ),
    "AWS::SNS::Subscription": ("sns:Unsubscribe", lambda *_: "*"),
    "AWS::SNS::Topic": ("sns:DeleteTopic", lambda _, own: f"arn:aws:sns:{HOME}:{own['TopicName']}"),
    "AWS::SNS::TopicPolicy": ("sns:SetTopicAttributes", lambda _, own: str(own["Topics"][0])),
    "AWS::SQS::Queue": ("sqs:DeleteQueue", lambda _, own: f"arn:aws:sqs:{HOME}:{own['QueueName']}"),
    "AWS::SQS::QueuePolicy": (
        "sqs:SetQueueAttributes",
        lambda _, own: f"arn:aws:sqs:{HOME}:{own['Queues'][0].rpartition('/')[2]}",
    ),
    "AWS::SSM::Parameter": (
        "ssm:DeleteParameter",
        lambda _, own: f"arn:aws:ssm:{HOME}:parameter{own['Name']}",
    ),
    "AWS::Scheduler::Schedule": (
        "scheduler:DeleteSchedule",
        lambda _, own: f"arn:aws:scheduler:{HOME}:schedule/default/{own['Name']}",
    ),
}


def denied_without(account: Deployed, missing: str) -> list[dict[str, Any]]:
    """What is denied to administrators who have no MFA, or not the tag."""
    return [
        statement
        for own in account.all("AWS::IAM::ManagedPolicy").values()
        if f"-without-{missing}-" in own["ManagedPolicyName"]
        for statement in own["PolicyDocument"]["Statement"]
    ]


@pytest.fixture(scope="module")
def deployed(
    full_evidence: Deployed,
    full_response: Deployed,
    account: Deployed,
    charges: Deployed,
    assembly: Callable[[str], Path],
) -> tuple[Deployed, ...]:
    """Every stack without which somebody could not guard or tell; a search can be made again."""
    instances = Deployed(assembly("everything"), "TrailkeeperSatellite-eu-west-1")
    return full_evidence, full_response, account, charges, instances


@pytest.mark.parametrize("missing", ["mfa", "tag"])
def test_no_administrator_can_delete_a_resource_that_guards_or_tells(
    account: Deployed, deployed: tuple[Deployed, ...], missing: str
) -> None:
    """Of a type that is not here somebody has to say how it is lost, and deny that.

    What is in another region is named as at home: every region is denied alike.
    """
    denied = denied_without(account, missing)
    can = set()
    for stack in deployed:
        for type_ in stack.types():
            lost = LOST[type_]
            if lost is None:
                continue
            action, name = lost
            can |= {
                f"{action} {name(id_, own)}"
                for id_, own in stack.all(type_).items()
                if not denies(denied, action, name(id_, own))
            }

    assert can == set()


@pytest.mark.parametrize("missing", ["mfa", "tag"])
def test_no_administrator_gives_a_role_the_tags_of_planned_changes(
    assembly: Callable[[str], Path], missing: str
) -> None:
    denied = denied_without(Deployed(assembly("everything"), ACCOUNT_STACK), missing)

    (tagging,) = (each for each in denied if "iam:TagRole" in each["Action"])
    assert tagging["Resource"] == ["*"]
    assert {"iam:TagRole", "iam:TagUser", "iam:UntagRole", "iam:UntagUser"} == set(
        tagging["Action"]
    )
    assert tagging["Condition"]["ForAnyValue:StringEqualsIgnoreCase"] == {
        "aws:TagKeys": ["pipeline", "trailkeeper-break-glass"]
    }


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1", "ap-northeast-2"])
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("events:DisableRule", "arn:aws:events:{}:%s:rule/trailkeeper-instances-sent-home"),
        ("cloudwatch:DeleteAlarms", "arn:aws:cloudwatch:{}:%s:alarm:trailkeeper-billing"),
        ("sns:DeleteTopic", "arn:aws:sns:{}:%s:trailkeeper-billing"),
        ("cloudformation:DeleteStack", "arn:aws:cloudformation:{}:%s:stack/Trailkeeper{}/1"),
    ],
)
def test_every_region_is_denied_alike(
    account: Deployed, region: str, action: str, resource: str
) -> None:
    arn = (resource % ACCOUNT).replace("{}", region)

    assert denies(denied_without(account, "mfa"), action, arn)
