"""Rules, schedules, topics and queues, read back."""

from __future__ import annotations

from collections.abc import Mapping

from embedded.fidelity.clients import Clients, Document, Reader, tag_list


def _rule(clients: Clients, name: str, declared: Document) -> Document:
    rules = clients("events")
    rule: Document = rules.describe_rule(Name=name)
    return {
        **rule,
        "Targets": rules.list_targets_by_rule(Rule=name)["Targets"],
        "Tags": rules.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"],
    }


def _schedule(clients: Clients, name: str, declared: Document) -> Document:
    group = declared.get("GroupName", "default")
    schedule: Document = clients("scheduler").get_schedule(Name=name, GroupName=group)
    return schedule


def _topic(clients: Clients, arn: str, declared: Document) -> Document:
    topics = clients("sns")
    return {
        **topics.get_topic_attributes(TopicArn=arn)["Attributes"],
        "TopicName": arn.rsplit(":", 1)[-1],
        "Tags": topics.list_tags_for_resource(ResourceArn=arn)["Tags"],
    }


def _topic_policy(clients: Clients, physical_id: str, declared: Document) -> Document:
    arns = declared["Topics"]
    answers = [clients("sns").get_topic_attributes(TopicArn=arn)["Attributes"] for arn in arns]
    return {"Topics": arns, "PolicyDocument": answers[0]["Policy"]}


def _subscription(clients: Clients, arn: str, declared: Document) -> Document:
    known: Document = clients("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    return known


def _queue(clients: Clients, url: str, declared: Document) -> Document:
    queues = clients("sqs")
    known = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    tags = queues.list_queue_tags(QueueUrl=url).get("Tags", {})
    return {**known, "QueueName": known["QueueArn"].rsplit(":", 1)[-1], "Tags": tag_list(tags)}


def _queue_policy(clients: Clients, physical_id: str, declared: Document) -> Document:
    urls = declared["Queues"]
    answers = [
        clients("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]) for url in urls
    ]
    policies = [answer.get("Attributes", {}).get("Policy") for answer in answers]
    return {"Queues": urls, "PolicyDocument": policies[0]}


READERS: Mapping[str, Reader] = {
    "AWS::Events::Rule": _rule,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::TopicPolicy": _topic_policy,
    "AWS::SQS::Queue": _queue,
    "AWS::SQS::QueuePolicy": _queue_policy,
    "AWS::Scheduler::Schedule": _schedule,
}
