"""Which service sends what to whom in a deployment, and the policy that must let it in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.policy import lets_in
from trailkeeper.evidence.names import RESPONSE_STACK

CLOUDWATCH, EVENTS, SNS = "cloudwatch.amazonaws.com", "events.amazonaws.com", "sns.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Wire:
    """A service (`sender`) that does `actions` on `resource` for `source`, an ARN.

    `receiver` is what people call the resource whose `policy` decides, `stack` what deployed it.
    """

    sender: str
    source: str
    receiver: str
    resource: str
    policy: str | None
    actions: tuple[str, ...]
    stack: str
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
            yield from _to(deployment, CLOUDWATCH, alarm["AlarmArn"], action, alarm["Stack"])
    for rule in deployment.rules:
        for target in rule["Targets"]:
            for receiver in (target["Arn"], _dead_letters(target)):
                yield from _to(deployment, EVENTS, rule["Arn"], receiver, rule["Stack"])
    for topic in deployment.resources("AWS::SNS::Topic"):
        for each in deployment.subscriptions_of(topic.id) or ():
            if each["Protocol"] in ("lambda", "sqs") and ":trailkeeper-" in each["Endpoint"]:
                # Whatever sends them, ours are received at home.
                yield from _to(deployment, SNS, topic.id, each["Endpoint"], RESPONSE_STACK)


def _to(
    deployment: Deployment, sender: str, source: str, target: str, stack: str
) -> Iterator[Wire]:
    service = target.split(":")[2] if target.startswith("arn:") else ""
    name = target.rsplit(":", 1)[-1]
    if service == "sns" and (topic := deployment.topic(target)) is not None:
        receiver = f"the topic {name}"
        yield Wire(sender, source, receiver, target, topic.get("Policy"), ("sns:Publish",), stack)
        key = topic.get("KmsMasterKeyId")
        if key and (policy := deployment.key_policy(key)) is not None:
            # EventBridge says nothing of itself to KMS (SNS developer guide, "Managing Amazon SNS
            # encryption keys and costs").
            actions = ("kms:GenerateDataKey", "kms:Decrypt")
            receiver = f"the key of the topic {name}"
            yield Wire(sender, source, receiver, "*", policy, actions, stack, sender != EVENTS)
    elif service == "sqs" and (queue := deployment.queue(target)) is not None:
        receiver = f"the queue {name}"
        yield Wire(
            sender, source, receiver, target, queue.get("Policy"), ("sqs:SendMessage",), stack
        )
    elif service == "lambda" and deployment.has_function(target):
        policy = deployment.function_policy(target)
        receiver = f"the function {target.split(':function:', 1)[-1]}"
        yield Wire(sender, source, receiver, target, policy, ("lambda:InvokeFunction",), stack)


def _dead_letters(target: Mapping[str, Any]) -> str:
    return str(target.get("DeadLetterConfig", {}).get("Arn", ""))
