"""Guards the role through which CloudTrail writes to the log group."""

from __future__ import annotations

import json
from typing import Any

from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.documents import DELIVERY_POLICY_NAME
from trailkeeper.evidence.drift import Drift, canonical, canonical_policy
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards.guard import Clients, Document, Guard

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
    return {"trust": documents.delivery_role_trust(baseline), "boundary": None}


def _canonical_role(document: Any) -> Any:
    return canonical({**document, "trust": canonical_policy(document["trust"])})


def _write_role(clients: Clients, baseline: Baseline, drift: Drift) -> None:
    if drift.touches("trust"):
        trust = json.dumps(documents.delivery_role_trust(baseline))
        clients.iam.update_assume_role_policy(**_role(baseline), PolicyDocument=trust)
    if drift.touches("boundary"):
        clients.iam.delete_role_permissions_boundary(**_role(baseline))


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


def create(clients: Clients, baseline: Baseline) -> None:
    """Make the role again under the same ARN and with our tags; its policies follow."""
    trust = json.dumps(documents.delivery_role_trust(baseline))
    clients.iam.create_role(
        **_role(baseline),
        AssumeRolePolicyDocument=trust,
        Description=documents.DELIVERY_ROLE_DESCRIPTION,
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
            ("iam:UpdateAssumeRolePolicy", "iam:DeleteRolePermissionsBoundary"),
            canonical=_canonical_role,
        ),
        Document(
            "policies",
            _read_policies,
            _desired_policies,
            ("iam:ListRolePolicies", "iam:GetRolePolicy"),
            _write_policies,
            ("iam:PutRolePolicy", "iam:DeleteRolePolicy"),
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
    ),
    resource=lambda baseline: baseline.names.delivery_role_arn,
    why="Compare CloudTrail's delivery role with the baseline and restore it",
    gone=frozenset({"NoSuchEntity"}),
    create=create,
    also_needs=(
        Permission(
            ("iam:CreateRole",),
            lambda baseline: baseline.names.delivery_role_arn,
            "Make the delivery role again after a deletion",
        ),
        Permission(
            ("iam:TagRole",),
            lambda baseline: baseline.names.delivery_role_arn if baseline.tags else (),
            "Give the delivery role the tags of the settings when it is made again",
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
