"""The one way a function is made: its role, its log group, its package."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambdas.core.baseline import Baseline
from lambdas.core.permission import Permission
from stacks import packaging
from stacks.findings import acknowledge
from stacks.settings import SettingsError

# The functions' logs tell how Trailkeeper worked; the evidence itself is in the trail.
LOG_RETENTION = logs.RetentionDays.ONE_YEAR

# Lambda quotas: 4 KB for all variables of a function together.
_ENVIRONMENT_BYTES = 4096


@dataclass(frozen=True)
class Package:
    """The code that all functions share, and the layer with what it imports."""

    code: lambda_.Code
    layer: lambda_.LayerVersion

    @classmethod
    def of(cls, scope: Construct) -> Package:
        """Pack the functions for one stack."""
        layer = lambda_.LayerVersion(
            scope,
            "Dependencies",
            code=packaging.dependencies(),
            description="What Trailkeeper's functions import",
            compatible_runtimes=[packaging.RUNTIME],
        )
        return cls(packaging.code(), layer)


def own_permissions(name: str, dead_letters_arn: str) -> tuple[Permission, ...]:
    """What every function needs, whatever it does."""
    return (
        Permission(
            ("logs:CreateLogStream", "logs:PutLogEvents"),
            lambda baseline: baseline.names.arn("logs", f"log-group:/aws/lambda/{name}:*"),
            "Lambda names the log streams of the function's own log group.",
        ),
        Permission(
            ("sqs:SendMessage",),
            lambda _: dead_letters_arn,
            "An invocation that failed for good is kept in the dead-letter queue.",
        ),
    )


def function_role(
    scope: Construct,
    id_: str,
    *,
    role_name: str,
    permissions: Iterable[Permission],
    baseline: Baseline,
) -> iam.Role:
    """A role with exactly these permissions; none for what is not deployed.

    A finding about a wildcard is answered by the reason that stands in the permission; the stack
    tests list which wildcards there may be.
    """
    permissions = tuple(each for each in permissions if each.resources(baseline))
    role = iam.Role(
        scope,
        id_,
        role_name=role_name,
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        inline_policies={
            "needs": iam.PolicyDocument(
                minimize=False,
                statements=[
                    iam.PolicyStatement.from_json(each.statement(baseline)) for each in permissions
                ],
            )
        },
    )
    reasons: dict[str, list[str]] = defaultdict(list)
    for each in permissions:
        for resource in each.resources(baseline):
            if "*" in resource:
                reasons[f"AwsSolutions-IAM5[Resource::{resource}]"].append(each.why)
        for action in each.actions:
            if "*" in action:
                reasons[f"AwsSolutions-IAM5[Action::{action}]"].append(each.why)
    for rule, why in reasons.items():
        acknowledge(role, rule, "; ".join(dict.fromkeys(why)))
    return role


def handler_function(
    scope: Construct,
    id_: str,
    *,
    name: str,
    description: str,
    handler: str,
    package: Package,
    role: iam.IRole,
    environment: Mapping[str, str],
    timeout: Duration,
    dead_letters: sqs.IQueue,
) -> lambda_.Function:
    """A function whose failed invocations end in a dead-letter queue.

    Raises:
        SettingsError: the settings are too long for a function's environment.
    """
    size = sum(len(each.encode()) for pair in environment.items() for each in pair)
    if size > _ENVIRONMENT_BYTES:
        message = (
            f"The settings that {name} needs make {size:,} bytes; Lambda allows "
            f"{_ENVIRONMENT_BYTES:,} of environment. Shorten the lists and tags in the settings."
        )
        raise SettingsError(message)
    group = logs.LogGroup(
        scope,
        f"{id_}Logs",
        log_group_name=f"/aws/lambda/{name}",
        retention=LOG_RETENTION,
        removal_policy=RemovalPolicy.DESTROY,
    )
    function = lambda_.Function(
        scope,
        id_,
        function_name=name,
        description=description,
        runtime=packaging.RUNTIME,
        architecture=lambda_.Architecture.ARM_64,
        code=package.code,
        layers=[package.layer],
        handler=handler,
        environment=dict(environment),
        # Lambda gives CPU by memory, and a cold start is nearly all CPU.
        memory_size=512,
        timeout=timeout,
        # The role already says all; CDK would add statements of its own.
        role=role.without_policy_updates() if isinstance(role, iam.Role) else role,
        log_group=group,
        retry_attempts=2,
        max_event_age=Duration.hours(6),
        on_failure=destinations.SqsDestination(dead_letters),
    )
    acknowledge(
        function.node.default_child or function,
        "AwsSolutions-L1",
        "Python 3.13 is supported by AWS until October 2029 and is the newest that the tests run "
        "on; the embedded account and the bytecode need the same version here.",
    )
    return function
