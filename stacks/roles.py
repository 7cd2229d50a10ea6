"""Roles with exactly the rights that the code asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from stacks.findings import acknowledge
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.permission import Permission
from trailkeeper.evidence.roles import NEEDS, RoleRecord
from trailkeeper.rights.boundary import boundary as bounds
from trailkeeper.rights.boundary import touches_iam


def own_role(
    scope: Construct,
    id_: str,
    *,
    record: RoleRecord,
    rights: Iterable[Permission],
    baseline: Baseline,
    description: str,
    beside: Iterable[Permission] = (),
    later: Iterable[Permission] = (),
) -> iam.Role:
    """The role of a function or schedule of ours, as its guard wants it, inside its boundary.

    `beside` are rights for which there is no room in the role's own policies, `later` those that
    another policy gives it.
    """
    rights, beside = tuple(rights), tuple(beside)
    bounded = (*rights, *beside, *later)
    boundary = iam.ManagedPolicy(
        scope,
        f"{id_}Boundary",
        managed_policy_name=record.boundary(baseline.names),
        description=f"{description}: the most that its role can ever do",
        document=iam.PolicyDocument(
            minimize=False,
            statements=[
                iam.PolicyStatement.from_json(each)
                for each in bounds(bounded, baseline)["Statement"]
            ],
        ),
    )
    acknowledge(
        boundary,
        "AwsSolutions-IAM5[Resource::*]",
        "A boundary has no room for every resource; the role's own policies name them.",
    )
    _answer(boundary, [each for each in bounded if touches_iam(each)], baseline)
    role = service_role(
        scope,
        id_,
        role_name=record.name(baseline.names),
        description=description,
        principal=iam.ServicePrincipal(
            record.service, conditions=record.conditions(baseline) if record.conditions else None
        ),
        rights=rights,
        baseline=baseline,
        boundary=boundary,
    )
    for name in record.attached(baseline.names) if beside else ():
        policy = iam.ManagedPolicy(
            scope,
            f"{id_}Watch",
            managed_policy_name=name,
            description=f"{description}: its rights over the other half of the guard",
            document=_document(beside, baseline),
            roles=[role],
        )
        _answer(policy, beside, baseline)
    return role


def _document(rights: Iterable[Permission], baseline: Baseline) -> iam.PolicyDocument:
    return iam.PolicyDocument(
        minimize=False,
        statements=[
            iam.PolicyStatement.from_json(each.statement(baseline))
            for each in rights
            if each.resources(baseline)
        ],
    )


def _answer(policy: IConstruct, rights: Iterable[Permission], baseline: Baseline) -> None:
    """Answer findings about wildcards by the reasons that stand in the permissions."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for each in rights:
        for resource in each.resources(baseline):
            if "*" in resource:
                reasons[f"AwsSolutions-IAM5[Resource::{resource}]"].append(each.why)
        for action in each.actions:
            if "*" in action:
                reasons[f"AwsSolutions-IAM5[Action::{action}]"].append(each.why)
    for rule, why in reasons.items():
        acknowledge(policy, rule, "; ".join(dict.fromkeys(why)))


def service_role(
    scope: Construct,
    id_: str,
    *,
    principal: iam.IPrincipal,
    rights: Iterable[Permission],
    baseline: Baseline,
    description: str,
    role_name: str | None = None,
    boundary: iam.IManagedPolicy | None = None,
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
        permissions_boundary=boundary,
        inline_policies={NEEDS: _document(rights, baseline)},
    )
    _answer(role, rights, baseline)
    return role
