"""SNS and SQS in memory: queues, topics, and who is subscribed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.account import ACCOUNT, REGION, refused
from tests.chaos.guard_services import Paged, arn


class Sqs:
    """Queues by URL."""

    def __init__(self) -> None:
        self.queues: dict[str, dict[str, str]] = {}

    def _queue(self, url: str, operation: str) -> dict[str, str]:
        if url not in self.queues:
            raise refused("AWS.SimpleQueueService.NonExistentQueue", operation)
        return self.queues[url]

    def create_queue(self, *, QueueName: str, Attributes: Mapping[str, str]) -> Any:
        url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{QueueName}"
        self.queues[url] = dict(Attributes)
        return {"QueueUrl": url}

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> Any:
        return {"Attributes": self._queue(QueueUrl, "GetQueueAttributes")}

    def set_queue_attributes(self, *, QueueUrl: str, Attributes: Mapping[str, str]) -> None:
        queue = self._queue(QueueUrl, "SetQueueAttributes")
        for name, value in Attributes.items():
            if value:
                queue[name] = value
            else:
                queue.pop(name, None)

    def delete_queue(self, *, QueueUrl: str) -> None:
        self._queue(QueueUrl, "DeleteQueue")
        del self.queues[QueueUrl]


@dataclass
class Subscription:
    """A subscription as SNS keeps it."""

    protocol: str
    endpoint: str
    attributes: dict[str, str]


@dataclass
class Topic:
    """A topic as SNS keeps it."""

    attributes: dict[str, str]
    subscriptions: list[Subscription] = field(default_factory=list)


class Sns(Paged):
    """Topics by ARN."""

    def __init__(self) -> None:
        self.topics: dict[str, Topic] = {}

    def _topic(self, topic: str, operation: str) -> Topic:
        if topic not in self.topics:
            raise refused("NotFound", operation)
        return self.topics[topic]

    def create_topic(self, *, Name: str, Attributes: Mapping[str, str] | None = None) -> Any:
        self.topics.setdefault(arn("sns", Name), Topic(dict(Attributes or {})))
        return {"TopicArn": arn("sns", Name)}

    def subscribe(
        self,
        *,
        TopicArn: str,
        Protocol: str,
        Endpoint: str,
        Attributes: Mapping[str, str] | None = None,
    ) -> None:
        subscriptions = self._topic(TopicArn, "Subscribe").subscriptions
        made = Subscription(Protocol, Endpoint, dict(Attributes or {}))
        if (Protocol, Endpoint) not in {(each.protocol, each.endpoint) for each in subscriptions}:
            subscriptions.append(made)

    def get_topic_attributes(self, *, TopicArn: str) -> Any:
        return {"Attributes": self._topic(TopicArn, "GetTopicAttributes").attributes}

    def set_topic_attributes(
        self, *, TopicArn: str, AttributeName: str, AttributeValue: str
    ) -> None:
        self._topic(TopicArn, "SetTopicAttributes").attributes[AttributeName] = AttributeValue

    def list_subscriptions_by_topic(self, *, TopicArn: str) -> Any:
        subscriptions = self._topic(TopicArn, "ListSubscriptionsByTopic").subscriptions
        listed = [
            {
                "Protocol": each.protocol,
                "Endpoint": each.endpoint,
                "SubscriptionArn": f"{TopicArn}:{number}",
            }
            for number, each in enumerate(subscriptions)
        ]
        return {"Subscriptions": listed}

    def get_subscription_attributes(self, *, SubscriptionArn: str) -> Any:
        return {"Attributes": self._subscription(SubscriptionArn).attributes}

    def set_subscription_attributes(
        self, *, SubscriptionArn: str, AttributeName: str, AttributeValue: str
    ) -> None:
        self._subscription(SubscriptionArn).attributes[AttributeName] = AttributeValue

    def unsubscribe(self, *, SubscriptionArn: str) -> None:
        topic = self._topic(SubscriptionArn.rpartition(":")[0], "Unsubscribe")
        topic.subscriptions.remove(self._subscription(SubscriptionArn))

    def _subscription(self, subscription: str) -> Subscription:
        topic, _, number = subscription.rpartition(":")
        return self._topic(topic, "Subscription").subscriptions[int(number)]
