"""The IAM groups of people: CloudTrail's administrators, and those who read the evidence.

No user and no password is made. The policies have names of their own, so that a permission set of
IAM Identity Center can refer to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.findings import acknowledge
from stacks.settings import Settings
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.permission import Permission
from trailkeeper.evidence.regions import partition_of
from trailkeeper.policies import administrators, readers
from trailkeeper.policies.fitting import document


class Groups(Construct):
    """Both groups with their policies."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, baseline: Baseline
    ) -> None:
        super().__init__(scope, id_)
        # What fits is counted with names as long as those that CloudFormation will fill in.
        measured = replace(baseline, partition=partition_of(settings.home_region), account="0" * 12)
        names = baseline.names
        planned = {key for each in settings.expected_actors for key in each.tags}
        denied = administrators.policies(measured, planned=planned)
        _group(
            self,
            "Administrators",
            name=names.administrators,
            of_aws=_of_aws(baseline, administrators.AWS_POLICY),
            ours=_policies(self, "Denied", denied, baseline, "what no administrator may do"),
            why="Who administers CloudTrail needs AWS's whole policy for it; what would blind the "
            "evidence is denied by ours.",
        )
        rights = readers.policies(
            measured, kms=settings.kms, athena=settings.athena, dashboard=settings.dashboard
        )
        _group(
            self,
            "Readers",
            name=names.readers,
            of_aws=_of_aws(baseline, readers.AWS_POLICY),
            ours=_policies(self, "Allowed", rights, baseline, "what reading the evidence needs"),
            why="AWS's policy for reading CloudTrail follows CloudTrail's new calls by itself.",
        )


def _of_aws(baseline: Baseline, name: str) -> str:
    return f"arn:{baseline.partition}:iam::aws:policy/{name}"


def _policies(
    scope: Construct,
    id_: str,
    named: Mapping[str, tuple[Permission, ...]],
    baseline: Baseline,
    description: str,
) -> list[str]:
    """The ARNs of managed policies, made of the statements of each."""
    arns = []
    for number, (name, statements) in enumerate(named.items(), start=1):
        policy = iam.CfnManagedPolicy(
            scope,
            f"{id_}{number}",
            managed_policy_name=name,
            description=f"Trailkeeper: {description}",
            policy_document=document(statements, baseline),
        )
        arns.append(policy.ref)
        for each in statements:
            for resource in each.resources(baseline):
                if "*" in resource and not each.denied:
                    acknowledge(policy, f"AwsSolutions-IAM5[Resource::{resource}]", each.why)
    return arns


def _group(
    scope: Construct, id_: str, *, name: str, of_aws: str, ours: Iterable[str], why: str
) -> None:
    group = iam.CfnGroup(scope, id_, group_name=name, managed_policy_arns=[of_aws, *ours])
    acknowledge(group, f"AwsSolutions-IAM4[Policy::{of_aws}]", why)
    CfnOutput(
        Stack.of(scope),
        f"{id_}Group",
        value=group.ref,
        description="Add people with aws iam add-user-to-group",
    )
