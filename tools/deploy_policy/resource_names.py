"""What the resource of each type of CloudFormation is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tools.deploy_policy.shapes import Properties, ResourceNames, Stacks
from tools.deploy_policy.templates import plain
from trailkeeper.evidence.names import DATABASE


class UnknownResourceError(ValueError):
    """When a template holds a resource of a type whose names are not known here."""


def _named(service: str, kind: str, *properties: str) -> Callable[[Properties, str], Any]:
    """The resource of a type by the property that names it, or by the stack that names it."""

    def name(own: Properties, stack: str) -> Iterator[tuple[str, str, str]]:
        given = next((str(own[each]) for each in properties if own.get(each)), f"{stack}-*")
        yield service, kind, given

    return name


def _part_of(service: str) -> Callable[[Properties, str], Any]:
    """A resource that is a part of others of its service, which stand in the template, too."""
    return lambda own, stack: iter(((service, "", ""),))


def _layer(_: Properties, stack: str) -> Iterator[tuple[str, str, str]]:
    """CloudFormation names a layer after its logical id."""
    yield "lambda", "layer", "Dependencies*"
    yield "lambda", "layerversion", "Dependencies*"


def _function(own: Properties, _: str) -> Iterator[tuple[str, str, str]]:
    """A function with its versions and aliases."""
    yield "lambda", "function", str(own["FunctionName"])
    yield "lambda", "function", f"{own['FunctionName']}:*"


def _database(own: Properties, _: str) -> Iterator[tuple[str, str, str]]:
    yield "glue", "catalog", ""
    yield "glue", "database", str(own["DatabaseInput"]["Name"])


def _table(own: Properties, _: str) -> Iterator[tuple[str, str, str]]:
    yield "glue", "table", f"{DATABASE}/{own.get('TableInput', {}).get('Name', '*')}"


def _rule(own: Properties, stack: str) -> Iterator[tuple[str, str, str]]:
    yield "events", "rule-on-default-event-bus", str(own.get("Name", f"{stack}-*"))


NAMES: Mapping[str, Callable[[Properties, str], Any]] = {
    "AWS::Athena::NamedQuery": _part_of("athena"),
    "AWS::Athena::WorkGroup": _named("athena", "workgroup", "Name"),
    # CloudFormation makes up its name.
    "AWS::Budgets::Budget": lambda own, stack: iter((("budgets", "budget", "*"),)),
    "AWS::Chatbot::SlackChannelConfiguration": lambda own, stack: iter(
        (("chatbot", "chatbotconfiguration", f"slack-channel/{own['ConfigurationName']}"),)
    ),
    "AWS::CloudTrail::Trail": _named("cloudtrail", "trail", "TrailName"),
    "AWS::CloudWatch::Alarm": _named("cloudwatch", "alarm", "AlarmName"),
    "AWS::CloudWatch::Dashboard": _named("cloudwatch", "dashboard", "DashboardName"),
    "AWS::DynamoDB::Table": _named("dynamodb", "table", "TableName"),
    "AWS::ECR::Repository": _named("ecr", "repository", "RepositoryName"),
    "AWS::Events::Rule": _rule,
    "AWS::Glue::Database": _database,
    "AWS::Glue::Table": _table,
    "AWS::IAM::Group": _named("iam", "group", "GroupName"),
    "AWS::IAM::ManagedPolicy": _named("iam", "policy", "ManagedPolicyName"),
    "AWS::IAM::Policy": _part_of("iam"),
    "AWS::IAM::Role": _named("iam", "role", "RoleName"),
    "AWS::KMS::Alias": _named("kms", "alias", "AliasName"),
    # A key has no name; its policy says who may do what with it.
    "AWS::KMS::Key": lambda own, stack: iter((("kms", "key", "*"),)),
    "AWS::Lambda::Alias": _part_of("lambda"),
    "AWS::Lambda::EventInvokeConfig": _part_of("lambda"),
    "AWS::Lambda::EventSourceMapping": lambda own, stack: iter(
        (("lambda", "eventsourcemapping", "*"),)
    ),
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::LayerVersion": _layer,
    "AWS::Lambda::Permission": _part_of("lambda"),
    "AWS::Lambda::Version": _part_of("lambda"),
    "AWS::Logs::LogGroup": _named("logs", "log-group", "LogGroupName"),
    "AWS::Logs::MetricFilter": _part_of("logs"),
    "AWS::Logs::QueryDefinition": _part_of("logs"),
    "AWS::Logs::SubscriptionFilter": _part_of("logs"),
    "AWS::S3::Bucket": _named("s3", "bucket", "BucketName"),
    "AWS::S3::BucketPolicy": _part_of("s3"),
    "AWS::SNS::Subscription": _part_of("sns"),
    "AWS::SNS::Topic": _named("sns", "topic", "TopicName"),
    "AWS::SNS::TopicPolicy": _part_of("sns"),
    "AWS::SQS::Queue": _named("sqs", "queue", "QueueName"),
    "AWS::SQS::QueuePolicy": _part_of("sqs"),
    "AWS::SSM::Parameter": _named("ssm", "parameter", "Name"),
    "AWS::Scheduler::Schedule": lambda own, stack: iter(
        (("scheduler", "schedule", f"default/{own.get('Name', f'{stack}-*')}"),)
    ),
}
_WITHOUT_RIGHTS = frozenset({"AWS::CDK::Metadata"})


def names_of(stacks: Stacks) -> ResourceNames:
    """What the resources of stacks are called, by service and kind.

    Raises:
        UnknownResourceError: a resource is of a type that is not known here.
    """
    names: ResourceNames = defaultdict(lambda: defaultdict(set))
    for kind, own, stack in resources_of(stacks):
        for service, resource, name in NAMES[kind](own, stack):
            if resource:
                names[service][resource].add(name)
    return names


def resources_of(stacks: Stacks) -> Iterator[tuple[str, Properties, str]]:
    """Type, properties and stack of each resource that rights are needed for.

    Raises:
        UnknownResourceError: a resource is of a type that is not known here.
    """
    for stack, own in stacks.items():
        for each in own.values():
            kind = each["Type"]
            if kind in _WITHOUT_RIGHTS:
                continue
            if kind not in NAMES:
                message = f"nobody said how a {kind} is named; known are {', '.join(NAMES)}"
                raise UnknownResourceError(message)
            yield kind, plain(each.get("Properties", {})), stack
