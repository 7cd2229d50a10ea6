"""Something that a stack of ours deployed is not there any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from trailkeeper.cli.doctor.deployment import Deployment, Resource, items
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.evidence.names import WORK_GROUP

Exists = Callable[[Deployment, Resource], Any]

_SHOWN = 3
# Their ids say nothing to anybody.
_NAMELESS = ("saved question", "saved query", "queue mapping", "subscription")


def _function(deployment: Deployment, resource: Resource) -> Any:
    return deployment.function(resource)


def _alias(deployment: Deployment, resource: Resource) -> Any:
    return deployment.has_function(resource.id)


def _mapping(deployment: Deployment, resource: Resource) -> Any:
    return deployment.mapping(resource)


def _topic(deployment: Deployment, resource: Resource) -> Any:
    return deployment.topic(resource.id) is not None


def _queue(deployment: Deployment, resource: Resource) -> Any:
    name = resource.id.rsplit("/", 1)[-1]
    return deployment.queue(deployment.names_in(resource.region).arn("sqs", name)) is not None


def _subscription(deployment: Deployment, resource: Resource) -> Any:
    """People's have findings of their own; they have no ARN before somebody confirms them."""
    topic = resource.id.rpartition(":")[0]
    if not topic.startswith("arn:") or topic == deployment.names.alerts_topic_arn:
        return True
    listed = deployment.subscriptions_of(topic)
    return listed is None or resource.id in {each["SubscriptionArn"] for each in listed}


def _table(deployment: Deployment, resource: Resource) -> Any:
    client = deployment.client("dynamodb", resource.region)
    return deployment.seen(
        f"table {resource}", lambda: client.describe_table(TableName=resource.id)
    )


def _glue_table(deployment: Deployment, _: Resource) -> Any:
    return deployment.trail_table


def _saved_question(deployment: Deployment, resource: Resource) -> Any:
    client = deployment.client("logs", resource.region)
    known = deployment.seen(
        f"saved questions {resource.region}",
        lambda: {each["queryDefinitionId"] for each in _definitions(client)},
    )
    return resource.id in (known or ())


def _definitions(client: Any) -> Iterator[Any]:
    token: dict[str, str] = {}
    while True:
        answer = client.describe_query_definitions(maxResults=1000, **token)
        yield from answer["queryDefinitions"]
        if not answer.get("nextToken"):
            return
        token = {"nextToken": answer["nextToken"]}


def _named_query(deployment: Deployment, resource: Resource) -> Any:
    client = deployment.client("athena", resource.region)
    known = deployment.seen(
        f"named queries {resource.region}",
        lambda: set(items(client, "list_named_queries", "NamedQueryIds", WorkGroup=WORK_GROUP)),
    )
    return resource.id in (known or ())


def _work_group(deployment: Deployment, resource: Resource) -> Any:
    client = deployment.client("athena", resource.region)
    listed = deployment.seen(
        f"work groups {resource.region}",
        lambda: {each["Name"] for each in client.list_work_groups()["WorkGroups"]},
    )
    return resource.id in (listed or ())


def _role(deployment: Deployment, resource: Resource) -> Any:
    return deployment.role(resource.id)


_KINDS: Mapping[str, tuple[str, str, Exists]] = {
    "AWS::Lambda::Function": ("function", "what it does is not done", _function),
    "AWS::Lambda::Alias": ("alias", "nobody can call the function", _alias),
    "AWS::IAM::Role": ("role", "whatever acts by it cannot act", _role),
    "AWS::Events::Rule": (
        "rule",
        "what it watches for is seen by the next sweep at best",
        lambda deployment, resource: deployment.rule(resource),
    ),
    "AWS::Scheduler::Schedule": (
        "schedule",
        "nobody looks when an event is lost",
        lambda deployment, resource: deployment.schedule(resource),
    ),
    "AWS::Lambda::EventSourceMapping": ("queue mapping", "alerts wait for ever", _mapping),
    "AWS::SQS::Queue": ("queue", "what should go through it is lost", _queue),
    "AWS::SNS::Topic": ("topic", "nobody hears what is sent to it", _topic),
    "AWS::SNS::Subscription": ("subscription", "nobody hears that way", _subscription),
    "AWS::DynamoDB::Table": ("table", "nothing is remembered between runs", _table),
    "AWS::CloudWatch::Alarm": (
        "alarm",
        "what it watches for goes untold",
        lambda deployment, resource: deployment.alarm(resource),
    ),
    "AWS::Logs::QueryDefinition": (
        "saved question",
        "people miss it in the console",
        _saved_question,
    ),
    "AWS::Athena::WorkGroup": ("work group", "Athena cannot be asked", _work_group),
    "AWS::Athena::NamedQuery": ("saved query", "people miss it in Athena", _named_query),
    "AWS::Glue::Table": ("table of Athena", "Athena cannot be asked", _glue_table),
}


def _look(deployment: Deployment) -> Iterator[Case]:
    for kind, (word, effect, exists) in _KINDS.items():
        gone: dict[str, list[str]] = {}
        for resource in deployment.resources(kind):
            if not exists(deployment, resource):
                gone.setdefault(resource.stack, []).append(resource.id)
        for stack, ids in gone.items():
            yield {"what": _named(word, ids), "effect": effect, "stack": stack}


def _named(word: str, ids: list[str]) -> str:
    if word in _NAMELESS:
        return f"a {word}" if len(ids) == 1 else f"{len(ids)} {_plural(word)}"
    if len(ids) == 1:
        return f"the {word} {_last(ids[0])}"
    shown = ", ".join(_last(each) for each in ids[:_SHOWN])
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return f"{len(ids)} {_plural(word)} ({shown}{more})"


def _plural(word: str) -> str:
    return f"{word.removesuffix('y')}ies" if word.endswith("query") else f"{word}s"


def _last(id_: str) -> str:
    """A name as people know it: of an ARN or a URL its end."""
    return id_.rsplit("/", 1)[-1] if id_.startswith("http") else id_.rsplit(":", 1)[-1]


FINDING = Finding(
    id="resource-gone",
    about="Deployed",
    checks="all that the stacks deployed",
    look=_look,
    words="what was deployed is GONE: {what}; {effect}",
    fix="npx cdk deploy {stack} --revert-drift",
    needs=(
        "cloudformation:DescribeStacks",
        "cloudformation:ListStackResources",
        "lambda:GetFunction",
        "lambda:GetEventSourceMapping",
        "iam:GetRole",
        "events:DescribeRule",
        "events:ListTargetsByRule",
        "scheduler:GetSchedule",
        "sqs:GetQueueUrl",
        "sqs:GetQueueAttributes",
        "sns:GetTopicAttributes",
        "sns:ListSubscriptionsByTopic",
        "dynamodb:DescribeTable",
        "cloudwatch:DescribeAlarms",
        "logs:DescribeQueryDefinitions",
        "athena:ListWorkGroups",
        "athena:ListNamedQueries",
        "glue:GetTable",
    ),
)
