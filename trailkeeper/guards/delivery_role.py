"""Guards the role through which CloudTrail writes to the log group."""

from __future__ import annotations

import json
from typing import Any

from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.documents import DELIVERY_POLICY_NAME
from trailkeeper.evidence.drift import Drift, canonical, canonical_policy
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards.guard import Clients, Document, Guard, reading

NAME = "delivery-role"


def _role(baseline: Baseline) -> dict[str, str]:
    return {"RoleName": baseline.names.delivery_role}


def _read_role(clients: Clients, baseline: Baseline) -> Any:
    role = clients.iam.get_role(**_role(baseline))["Role"]
    boundary = role.get("PermissionsBoundary", {})
    return {
        "trust": role["AssumeRolePolicyDocument"],
        "boundary": boundary.get("PermissionsBoundaryArn"),
    }


def _desired_role(baseline: Baseline) -> Any:
    return {
        "trust": documents.delivery_role_trust(baseline),
        "boundary": baseline.names.delivery_boundary_arn,
    }


def _canonical_role(document: Any) -> Any:
    return canonical({**document, "trust": canonical_policy(document["trust"])})


def _write_role(clients: Clients, baseline: Baseline, drift: Drift) -> None:
    if drift.touches("boundary"):
        clients.iam.put_role_permissions_boundary(
            **_role(baseline), PermissionsBoundary=baseline.names.delivery_boundary_arn
        )
    if drift.touches("trust"):
        trust = json.dumps(documents.delivery_role_trust(baseline))
        clients.iam.update_assume_role_policy(**_role(baseline), PolicyDocument=trust)


def _read_policies(clients: Clients, baseline: Baseline) -> Any:
    """Each inline policy by name: an added one with a Deny is as bad as a missing one."""
    named = clients.iam.list_role_policies(**_role(baseline))["PolicyNames"]
    return {
        name: clients.iam.get_role_policy(**_role(baseline), PolicyName=name)["PolicyDocument"]
        for name in named
    }


def _canonical_policies(document: Any) -> Any:
    return {name: canonical_policy(policy) for name, policy in document.items()}


def _desired_policies(baseline: Baseline) -> Any:
    return {DELIVERY_POLICY_NAME: documents.delivery_role_policy(baseline)}


def _write_policies(clients: Clients, baseline: Baseline, drift: Drift) -> None:
    policy = json.dumps(documents.delivery_role_policy(baseline))
    clients.iam.put_role_policy(
        **_role(baseline), PolicyName=DELIVERY_POLICY_NAME, PolicyDocument=policy
    )
    for name in clients.iam.list_role_policies(**_role(baseline))["PolicyNames"]:
        if name != DELIVERY_POLICY_NAME:
            clients.iam.delete_role_policy(**_role(baseline), PolicyName=name)


def _read_attached(clients: Clients, baseline: Baseline) -> Any:
    answer = clients.iam.list_attached_role_policies(**_role(baseline))
    return [each["PolicyArn"] for each in answer["AttachedPolicies"]]


def _write_attached(clients: Clients, baseline: Baseline, _: Drift) -> None:
    for arn in _read_attached(clients, baseline):
        clients.iam.detach_role_policy(**_role(baseline), PolicyArn=arn)


def _read_boundary(clients: Clients, baseline: Baseline) -> Any:
    """What the boundary allows; one that is gone allows nothing."""
    gone = frozenset({"NoSuchEntity"})
    arn = baseline.names.delivery_boundary_arn
    policy = reading(lambda: clients.iam.get_policy(PolicyArn=arn), gone)
    if policy is None:
        return None
    version = policy["Policy"]["DefaultVersionId"]
    found = reading(lambda: clients.iam.get_policy_version(PolicyArn=arn, VersionId=version), gone)
    return found["PolicyVersion"]["Document"] if found else None


def create(clients: Clients, baseline: Baseline) -> None:
    """Make the role again under the same ARN and with our tags; its policies follow."""
    trust = json.dumps(documents.delivery_role_trust(baseline))
    clients.iam.create_role(
        **_role(baseline),
        AssumeRolePolicyDocument=trust,
        Description=documents.DELIVERY_ROLE_DESCRIPTION,
        PermissionsBoundary=baseline.names.delivery_boundary_arn,
        **({"Tags": documents.tags(baseline)} if baseline.tags else {}),
    )


GUARD = Guard(
    name=NAME,
    documents=(
        Document(
            "trust",
            _read_role,
            _desired_role,
            ("iam:GetRole",),
            _write_role,
            ("iam:UpdateAssumeRolePolicy",),
            canonical=_canonical_role,
        ),
        Document(
            "policies",
            _read_policies,
            _desired_policies,
            ("iam:ListRolePolicies", "iam:GetRolePolicy"),
            _write_policies,
            ("iam:DeleteRolePolicy",),
            canonical=_canonical_policies,
        ),
        Document(
            "attached-policies",
            _read_attached,
            lambda _: [],
            ("iam:ListAttachedRolePolicies",),
            _write_attached,
            ("iam:DetachRolePolicy",),
        ),
        # Whoever may write the boundary may widen it, so we may not: people are told.
        Document(
            "boundary",
            _read_boundary,
            documents.delivery_boundary,
            (),
            canonical=canonical_policy,
        ),
    ),
    resource=lambda baseline: baseline.names.delivery_role_arn,
    why="Compare CloudTrail's delivery role with the baseline and restore it",
    gone=frozenset({"NoSuchEntity"}),
    create=create,
    also_needs=(
        Permission(
            ("iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"),
            lambda baseline: baseline.names.delivery_role_arn,
            "Make the delivery role again and give it its rights, only ever inside its boundary",
            lambda baseline: {
                "StringEquals": {"iam:PermissionsBoundary": baseline.names.delivery_boundary_arn}
            },
        ),
        Permission(
            ("iam:TagRole",),
            lambda baseline: baseline.names.delivery_role_arn if baseline.tags else (),
            "Give the delivery role the tags of the settings when it is made again",
        ),
        Permission(
            ("iam:GetPolicy", "iam:GetPolicyVersion"),
            lambda baseline: baseline.names.delivery_boundary_arn,
            "See whether the boundary is still the one that was deployed",
        ),
        Permission(
            ("iam:PassRole",),
            lambda baseline: baseline.names.delivery_role_arn,
            "Name the delivery role in CreateTrail and UpdateTrail",
            lambda _: {"StringEquals": {"iam:PassedToService": "cloudtrail.amazonaws.com"}},
        ),
    ),
)

PERMISSIONS = GUARD.permissions
