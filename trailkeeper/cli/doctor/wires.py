"""Which service sends what to whom in a deployment, and the policy that must let it in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.policy import lets_in

CLOUDWATCH, EVENTS, SNS = "cloudwatch.amazonaws.com", "events.amazonaws.com", "sns.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Wire:
    """A service (`sender`) that does `actions` on `resource` for `source`, an ARN.

    `receiver` is what people call the resource whose `policy` decides.
    """

    sender: str
    source: str
    receiver: str
    resource: str
    policy: str | None
    actions: tuple[str, ...]
    sends_source: bool = True

    def is_open(self) -> bool:
        """Whether the policy lets every action through."""
        account = self.source.split(":")[4]
        context = {"aws:sourcearn": self.source, "aws:sourceaccount": account}
        return all(
            lets_in(
                self.policy,
                service=self.sender,
                action=action,
                resource=self.resource,
                context=context if self.sends_source else {},
            )
            for action in self.actions
        )


def wires(deployment: Deployment) -> Iterator[Wire]:
    """Every wire whose two ends are there."""
    for alarm in deployment.alarms:
        for action in alarm.get("AlarmActions", ()):
            yield from _to(deployment, CLOUDWATCH, alarm["AlarmArn"], action)
    for rule in deployment.rules:
        for target in rule["Targets"]:
            yield from _to(deployment, EVENTS, rule["Arn"], target["Arn"])
            yield from _to(deployment, EVENTS, rule["Arn"], _dead_letters(target))
    for topic in (deployment.names.alarms_topic_arn, deployment.names.alerts_topic_arn):
        for each in deployment.subscriptions_of(topic) or ():
            if each["Protocol"] in ("lambda", "sqs") and ":trailkeeper-" in each["Endpoint"]:
                yield from _to(deployment, SNS, topic, each["Endpoint"])


def _to(deployment: Deployment, sender: str, source: str, target: str) -> Iterator[Wire]:
    service = target.split(":")[2] if target.startswith("arn:") else ""
    name = target.rsplit(":", 1)[-1]
    if service == "sns" and (topic := deployment.topic(target)) is not None:
        receiver = f"the topic {name}"
        yield Wire(sender, source, receiver, target, topic.get("Policy"), ("sns:Publish",))
        key = topic.get("KmsMasterKeyId")
        if key and (policy := deployment.key_policy(key)) is not None:
            # EventBridge says nothing of itself to KMS (SNS developer guide, "Managing Amazon SNS
            # encryption keys and costs").
            actions = ("kms:GenerateDataKey", "kms:Decrypt")
            receiver = f"the key of the topic {name}"
            yield Wire(sender, source, receiver, "*", policy, actions, sender != EVENTS)
    elif service == "sqs" and (queue := deployment.queue(target)) is not None:
        receiver = f"the queue {name}"
        yield Wire(sender, source, receiver, target, queue.get("Policy"), ("sqs:SendMessage",))
    elif service == "lambda" and deployment.has_function(target):
        policy = deployment.function_policy(target)
        receiver = f"the function {target.split(':function:', 1)[-1]}"
        yield Wire(sender, source, receiver, target, policy, ("lambda:InvokeFunction",))


def _dead_letters(target: Mapping[str, Any]) -> str:
    return str(target.get("DeadLetterConfig", {}).get("Arn", ""))
