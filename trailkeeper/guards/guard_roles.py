"""Guards the roles of the other side: what they may do, who may take them, and their boundaries.

Rights are only ever written inside the boundary that was deployed, so that this guard cannot be
used to gain any.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from trailkeeper.evidence import roles
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import canonical, canonical_policy
from trailkeeper.evidence.outcome import placed
from trailkeeper.evidence.permission import Permission
from trailkeeper.evidence.roles import ALERTS_KEY_POLICY, RoleRecord
from trailkeeper.guards import alerts_key
from trailkeeper.guards.each import WHOLE, Differing, of_each
from trailkeeper.guards.guard import Clients, Document, Guard, reading
from trailkeeper.guards.sides import Side

NAME = "guard-roles"
_ABSENT = frozenset({"NoSuchEntity"})
# Stands in the policies for the ARN of the key, which only AWS knows.
KEY = "ALERTS-KEY"

Policies = Callable[[Baseline], Mapping[str, Mapping[str, Any]]]
"""What is deployed: by the name of a role its inline policies, and by that of a boundary it."""


def nobody(_: Baseline) -> Mapping[str, Mapping[str, Any]]:
    """Where only the rights of the guard matter."""
    return {}


def guard(side: Side, policies: Policies) -> Guard:
    """The guard of one side's roles."""
    beyond = side.satellites

    def arns(baseline: Baseline) -> tuple[str, ...]:
        ours = tuple(each.arn(baseline.names) for each in side.roles)
        return (*ours, *([roles.every_satellite(baseline)] if beyond else []))

    def boundaries(baseline: Baseline) -> list[str]:
        ours = [each.boundary_arn(baseline.names) for each in side.roles]
        return [*ours, *([roles.every_satellite_boundary(baseline)] if beyond else [])]

    def managed(baseline: Baseline) -> tuple[str, ...]:
        every = roles.every_policy(baseline)
        return (every, *([roles.every_satellite_boundary(baseline)] if beyond else []))

    return Guard(
        name=NAME,
        documents=(
            *_documents(side.roles, policies),
            *(
                replace(document, name=placed(document.name, each.region))
                for each in beyond
                for document in _documents((each.role,), policies)
            ),
        ),
        resource=arns,
        why="Compare the roles of the other side with what is deployed, and restore them",
        also_needs=(
            Permission(
                (
                    *("iam:DeleteRolePolicy", "iam:DetachRolePolicy"),
                    *("iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"),
                ),
                arns,
                "Restore their rights, only ever inside the boundaries that were deployed",
                lambda baseline: {"ArnEquals": {"iam:PermissionsBoundary": boundaries(baseline)}},
            ),
            *(_attach_again(each) for each in side.roles if each.overflows),
            Permission(
                ("iam:GetPolicy", "iam:GetPolicyVersion"),
                managed,
                "See whether managed policies are still those that were deployed",
            ),
        ),
    )


def _documents(of: tuple[RoleRecord, ...], policies: Policies) -> tuple[Document, ...]:
    """What there is to compare of some roles."""
    records = {each.short: each for each in of}

    def wanted_policies(baseline: Baseline, record: RoleRecord) -> Mapping[str, Any]:
        return policies(baseline)[record.name(baseline.names)]

    def read_policies(clients: Clients, baseline: Baseline, record: RoleRecord) -> Any:
        """Of a role that is gone the document before this one tells."""
        found = reading(lambda: _inline(clients, baseline, record), _ABSENT)
        return wanted_policies(baseline, record) if found is None else found

    def restore_policies(
        clients: Clients, baseline: Baseline, record: RoleRecord, _: Differing
    ) -> None:
        name, wanted = record.name(baseline.names), wanted_policies(baseline, record)
        for policy, document in wanted.items():
            said = json.dumps(document)
            if KEY in said:
                said = said.replace(KEY, alerts_key.deployed_arn(clients, baseline))
            clients.iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=said)
        for policy in clients.iam.list_role_policies(RoleName=name)["PolicyNames"]:
            if policy not in wanted:
                clients.iam.delete_role_policy(RoleName=name, PolicyName=policy)

    return (
        # First the boundary: policies are only written under it.
        of_each(
            "trust",
            records,
            read=_role,
            wanted=lambda baseline, record: {
                "boundary": record.boundary_arn(baseline.names),
                "trust": record.trust(baseline),
            },
            reads=("iam:GetRole",),
            restore=_restore_role,
            writes=("iam:UpdateAssumeRolePolicy",),
            canonical=_canonical_role,
        ),
        of_each(
            "policies",
            records,
            read=read_policies,
            wanted=wanted_policies,
            reads=("iam:GetRolePolicy", "iam:ListRolePolicies"),
            restore=restore_policies,
            canonical=_canonical_policies,
        ),
        of_each(
            "attached-policies",
            records,
            read=_attached,
            wanted=_wanted_attached,
            reads=("iam:ListAttachedRolePolicies",),
            restore=_restore_attached,
        ),
        # Whoever may write a boundary may widen it, so we may not: people are told.
        of_each(
            "managed-policies",
            records,
            read=_managed,
            wanted=lambda baseline, record: {
                name: policies(baseline)[name] for name in _managed_names(baseline, record)
            },
            reads=(),
            canonical=_canonical_policies,
        ),
    )


def _attach_again(record: RoleRecord) -> Permission:
    return Permission(
        ("iam:AttachRolePolicy",),
        lambda baseline: record.arn(baseline.names),
        "Attach again the managed policy that was deployed, and no other",
        lambda baseline: {
            "ArnEquals": {
                "iam:PolicyARN": list(record.attached_arns(baseline.names)),
                "iam:PermissionsBoundary": record.boundary_arn(baseline.names),
            }
        },
    )


def _role(clients: Clients, baseline: Baseline, record: RoleRecord) -> Any:
    found = reading(lambda: clients.iam.get_role(RoleName=record.name(baseline.names)), _ABSENT)
    if found is None:
        return None
    role = found["Role"]
    return {
        "boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "trust": role["AssumeRolePolicyDocument"],
    }


def _canonical_role(document: Any) -> Any:
    return canonical({**document, "trust": canonical_policy(document["trust"])})


def _restore_role(
    clients: Clients, baseline: Baseline, record: RoleRecord, differing: Differing
) -> None:
    name = record.name(baseline.names)
    if WHOLE in differing:
        raise _gone(name)
    if "boundary" in differing:
        clients.iam.put_role_permissions_boundary(
            RoleName=name, PermissionsBoundary=record.boundary_arn(baseline.names)
        )
    if "trust" in differing:
        trust = json.dumps(record.trust(baseline))
        clients.iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)


def must_be_there(clients: Clients, baseline: Baseline, record: RoleRecord) -> None:
    """See that there is such a role.

    Raises:
        ClientError: there is none, or AWS did not say.
    """
    if _role(clients, baseline, record) is None:
        raise _gone(record.name(baseline.names))


def _gone(name: str) -> ClientError:
    """What runs by a role holds on to the id that is gone, so another of that name is no help."""
    words = f"the role {name} is gone; deploy the stacks again"
    return ClientError({"Error": {"Code": "NoSuchEntity", "Message": words}}, "GetRole")


def _inline(clients: Clients, baseline: Baseline, record: RoleRecord) -> Any:
    name = record.name(baseline.names)
    found = {
        policy: clients.iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        for policy in clients.iam.list_role_policies(RoleName=name)["PolicyNames"]
    }
    if ALERTS_KEY_POLICY in found:
        said = json.dumps(found[ALERTS_KEY_POLICY])
        if record.uses_key:
            said = said.replace(alerts_key.deployed_arn(clients, baseline), KEY)
        found[ALERTS_KEY_POLICY] = json.loads(said)
    return found


def _canonical_policies(document: Any) -> Any:
    return {name: canonical_policy(policy) for name, policy in document.items()}


def _wanted_attached(baseline: Baseline, record: RoleRecord) -> list[str]:
    return list(record.attached_arns(baseline.names))


def _attached(clients: Clients, baseline: Baseline, record: RoleRecord) -> list[str]:
    """Of a role that is gone another document tells."""
    name = record.name(baseline.names)
    answer = reading(lambda: clients.iam.list_attached_role_policies(RoleName=name), _ABSENT)
    if answer is None:
        return _wanted_attached(baseline, record)
    return [each["PolicyArn"] for each in answer["AttachedPolicies"]]


def _restore_attached(
    clients: Clients, baseline: Baseline, record: RoleRecord, _: Differing
) -> None:
    name, wanted = record.name(baseline.names), _wanted_attached(baseline, record)
    there = _attached(clients, baseline, record)
    for arn in wanted:
        if arn not in there:
            clients.iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    for arn in there:
        if arn not in wanted:
            clients.iam.detach_role_policy(RoleName=name, PolicyArn=arn)


def _managed_names(baseline: Baseline, record: RoleRecord) -> tuple[str, ...]:
    return (record.boundary(baseline.names), *record.attached(baseline.names))


def _managed(clients: Clients, baseline: Baseline, record: RoleRecord) -> Any:
    """What the boundary and other managed policies say; one that is gone allows nothing."""
    names = baseline.names
    account = f"arn:{names.partition}:iam::{names.account}"
    return {
        name: _document(clients, f"{account}:policy/{name}")
        for name in _managed_names(baseline, record)
    }


def _document(clients: Clients, arn: str) -> Any:
    policy = reading(lambda: clients.iam.get_policy(PolicyArn=arn), _ABSENT)
    if policy is None:
        return None
    version = policy["Policy"]["DefaultVersionId"]
    found = reading(
        lambda: clients.iam.get_policy_version(PolicyArn=arn, VersionId=version), _ABSENT
    )
    return found["PolicyVersion"]["Document"] if found else None
