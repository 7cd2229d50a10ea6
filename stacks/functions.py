"""The one way a function is made: its package, its log group, its versions, its dead letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks import packaging
from stacks.findings import acknowledge
from stacks.settings import SettingsError
from trailkeeper.evidence.functions import (
    MAXIMUM_AGE_SECONDS,
    MEMORY_MB,
    RETRIES,
    FunctionRecord,
)
from trailkeeper.evidence.names import LAYER, LIVE

# LOG_RETENTION_DAYS, as CDK spells it.
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
        """Pack the functions for one stack.

        Raises:
            PackagingError: the dependencies cannot be installed.
        """
        if Stack.of(scope).bundling_required:
            # Here and not when CDK calls back, where an error drowns in jsii's traceback.
            packaging.installed()
        layer = lambda_.LayerVersion(
            scope,
            "Dependencies",
            layer_version_name=LAYER,
            code=packaging.dependencies(),
            description="What Trailkeeper's functions import",
            compatible_runtimes=[packaging.RUNTIME],
        )
        return cls(packaging.code(), layer)


@dataclass(frozen=True)
class Handler:
    """A function, and `live`, the alias through which everything calls a published version."""

    function: lambda_.Function
    live: lambda_.Alias


def handler_function(
    scope: Construct,
    id_: str,
    *,
    record: FunctionRecord,
    description: str,
    package: Package,
    role: iam.Role,
    environment: Mapping[str, str],
    dead_letters: sqs.IQueue,
    made_for: str = "",
    may_call_itself: bool = False,
) -> Handler:
    """A function that runs as it was published, and whose failed invocations are kept.

    Each deploy that changes code or settings publishes a version and points the alias to it; who
    changes the function itself changes nothing that runs. `made_for` is what of the environment is
    only known when CloudFormation deploys it: another value makes another version.

    Lambda ends every chain of a function that leads back to itself after about 16 rounds, unless it
    `may_call_itself` (Lambda developer guide, "Use Lambda recursive loop detection").

    Raises:
        SettingsError: the settings are too long for a function's environment.
    """
    size = sum(len(each.encode()) for pair in environment.items() for each in pair)
    if size > _ENVIRONMENT_BYTES:
        message = (
            f"The settings that {record.name} needs make {size:,} bytes; Lambda allows "
            f"{_ENVIRONMENT_BYTES:,} of environment. Shorten the lists and tags in the settings."
        )
        raise SettingsError(message)
    group = logs.LogGroup(
        scope,
        f"{id_}Logs",
        log_group_name=record.log_group,
        retention=LOG_RETENTION,
        removal_policy=RemovalPolicy.DESTROY,
    )
    function = lambda_.Function(
        scope,
        id_,
        function_name=record.name,
        description=description,
        runtime=packaging.RUNTIME,
        architecture=lambda_.Architecture.ARM_64,
        code=package.code,
        layers=[package.layer],
        handler=record.handler,
        environment=dict(environment),
        memory_size=MEMORY_MB,
        timeout=Duration.seconds(record.seconds),
        # The role already says all; CDK would add statements of its own.
        role=role.without_policy_updates(),
        log_group=group,
        current_version_options=lambda_.VersionOptions(
            description=made_for or None,
            # Old versions are there to go back to. One of a deploy that failed is removed, as
            # Lambda would not publish the same twice when the deploy is repeated.
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        ),
        recursive_loop=lambda_.RecursiveLoop.ALLOW if may_call_itself else None,
    )
    acknowledge(
        function.node.default_child or function,
        "AwsSolutions-L1",
        "Python 3.13 is a supported runtime and the newest that the tests run on; the next one "
        "comes when they do.",
    )
    live = lambda_.Alias(scope, f"{id_}Live", alias_name=LIVE, version=function.current_version)
    calls = lambda_.EventInvokeConfig(
        scope,
        f"{id_}Calls",
        function=function,
        qualifier=LIVE,
        retry_attempts=RETRIES,
        max_event_age=Duration.seconds(MAXIMUM_AGE_SECONDS),
        on_failure=destinations.SqsDestination(dead_letters),
    )
    calls.node.add_dependency(live)
    return Handler(function, live)
