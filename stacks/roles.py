"""Roles with exactly the rights that the code asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.findings import acknowledge
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.permission import Permission


def service_role(
    scope: Construct,
    id_: str,
    *,
    principal: iam.IPrincipal,
    rights: Iterable[Permission],
    baseline: Baseline,
    description: str,
    role_name: str | None = None,
) -> iam.Role:
    """A role of an AWS service; a right over what is not deployed is left out.

    A finding about a wildcard is answered by the reason that stands in the permission; the stack
    tests list which wildcards there may be.
    """
    rights = tuple(each for each in rights if each.resources(baseline))
    role = iam.Role(
        scope,
        id_,
        role_name=role_name,
        description=description,
        assumed_by=principal,
        inline_policies={
            "needs": iam.PolicyDocument(
                minimize=False,
                statements=[
                    iam.PolicyStatement.from_json(each.statement(baseline)) for each in rights
                ],
            )
        },
    )
    reasons: dict[str, list[str]] = defaultdict(list)
    for each in rights:
        for resource in each.resources(baseline):
            if "*" in resource:
                reasons[f"AwsSolutions-IAM5[Resource::{resource}]"].append(each.why)
        for action in each.actions:
            if "*" in action:
                reasons[f"AwsSolutions-IAM5[Action::{action}]"].append(each.why)
    for rule, why in reasons.items():
        acknowledge(role, rule, "; ".join(dict.fromkeys(why)))
    return role
