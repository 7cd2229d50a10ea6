"""Turns a rule of the catalogue into one of EventBridge."""

from __future__ import annotations

from typing import cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks import cfn_shapes
from trailkeeper.detections.catalogue import Rule


def to_function(
    scope: Construct, rule: Rule, *, function: lambda_.IFunction, dead_letters: sqs.IQueue
) -> events.Rule:
    """A rule that calls a function.

    An event is a hint that the next scheduled run makes up for, so an hour of retries is enough.
    """
    made = _made(scope, rule)
    made.add_target(
        targets.LambdaFunction(
            function,
            dead_letter_queue=dead_letters,
            retry_attempts=20,
            max_event_age=Duration.hours(1),
        )
    )
    _permit_first(made, rule.name)
    return made


def _permit_first(rule: events.Rule, name: str) -> None:
    """Have the function permit the rule before the rule calls it.

    CDK takes the rule's ARN from the rule, so that an event between the two would be refused, and
    what is refused is not tried again (EventBridge user guide, "How EventBridge retries").
    """
    source = Stack.of(rule).format_arn(service="events", resource="rule", resource_name=name)
    for each in rule.node.find_all():
        if isinstance(each, lambda_.CfnPermission):
            each.source_arn = source
            cast("events.CfnRule", rule.node.default_child).add_resource_dependency(each)


def to_queue(
    scope: Construct, rule: Rule, *, queue: sqs.IQueue, dead_letters: sqs.IQueue
) -> events.Rule:
    """A rule that fills a queue; nothing makes up for an event that is lost here."""
    made = _made(scope, rule)
    made.add_target(
        targets.SqsQueue(
            queue,
            dead_letter_queue=dead_letters,
            retry_attempts=185,
            max_event_age=Duration.hours(24),
        )
    )
    return made


def to_bus(scope: Construct, rule: Rule, *, bus: events.IEventBus, role: iam.IRole) -> events.Rule:
    """A rule that sends what arises in a region to the bus of another."""
    made = _made(scope, rule)
    made.add_target(targets.EventBus(bus, role=role))
    return made


def _made(scope: Construct, rule: Rule) -> events.Rule:
    return events.Rule(
        scope,
        rule.name,
        rule_name=rule.name,
        description=rule.description,
        event_pattern=cfn_shapes.event_pattern(rule.pattern),
    )
