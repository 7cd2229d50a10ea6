"""Somebody changes the role that CloudTrail writes to the log group with."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="delivery-role-changed",
    category="log-group",
    severity=Severity.CRITICAL,
    event_source="iam.amazonaws.com",
    events=(
        "DeleteRole",
        "PutRolePolicy",
        "DeleteRolePolicy",
        "AttachRolePolicy",
        "DetachRolePolicy",
        "UpdateAssumeRolePolicy",
        "PutRolePermissionsBoundary",
        "DeleteRolePermissionsBoundary",
        "CreatePolicyVersion",
        "SetDefaultPolicyVersion",
        "DeletePolicyVersion",
        "DeletePolicy",
    ),
    resource_fields=("roleName", "policyArn"),
    ours=resources.delivery_role,
    touches=("delivery-role.", "trail.settings"),
    subject={"en": "CloudTrail's delivery role changed", "ko": "CloudTrail 전송 역할 변경"},
    did={
        "en": "changed CloudTrail's delivery role {resource}",
        "ko": "CloudTrail 전송 역할({resource})을 변경했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

import json

from trailkeeper.detections.proof import (
    DISABLE_CLOUD_LOGS,
    Act,
    Attacker,
    Example,
    Limit,
    Proof,
    Technique,
    healed,
)
from trailkeeper.evidence.drift import ABSENT


def _role(
    id_: str,
    words: str,
    event: str,
    document: str,
    attack: Act,
    *,
    how: str = "The role has the baseline's rights again, and no others",
) -> Technique:
    return Technique(
        id=id_,
        words=words,
        events=(event,),
        documents=(f"delivery-role.{document}",),
        how=how,
        known_as=(DISABLE_CLOUD_LOGS,),
        attack=attack,
    )


def _document(statement: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _delete(a: Attacker) -> None:
    role = {"RoleName": a.delivery_role}

    def delete() -> None:
        for name in a.iam.list_role_policies(**role)["PolicyNames"]:
            a.iam.delete_role_policy(**role, PolicyName=name)
        a.iam.delete_role(**role)

    a.persist("the role to be deleted", delete)


def _boundary(a: Attacker) -> str:
    role = a.iam.get_role(RoleName=a.delivery_role)["Role"]
    return str(role["PermissionsBoundary"]["PermissionsBoundaryArn"])


def _widen_boundary(a: Attacker) -> None:
    anything = _document({"Effect": "Allow", "Action": "*", "Resource": "*"})
    a.iam.create_policy_version(PolicyArn=_boundary(a), PolicyDocument=anything, SetAsDefault=True)


def _restore_boundary(a: Attacker) -> None:
    policy = {"PolicyArn": _boundary(a)}
    first = a.iam.get_policy_version(**policy, VersionId="v1")["PolicyVersion"]["Document"]
    a.iam.create_policy_version(**policy, PolicyDocument=json.dumps(first), SetAsDefault=True)
    for each in a.iam.list_policy_versions(**policy)["Versions"]:
        if not each["IsDefaultVersion"]:
            a.iam.delete_policy_version(**policy, VersionId=each["VersionId"])


_DENY = _document({"Effect": "Deny", "Action": "logs:*", "Resource": "*"})
_EC2_MAY = _document(
    {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
)

PROOF = Proof(
    example=Example(
        {"roleName": "trailkeeper-delivery-us-east-1"},
        healed(
            "delivery-role.policies",
            "deliver.Statement[].Action[]",
            ABSENT,
            '["logs:PutLogEvents"]',
        ),
    ),
    techniques=(
        _role(
            "delivery-role-policy-deleted",
            "Take the role's right to write",
            "DeleteRolePolicy",
            "policies",
            lambda a: a.iam.delete_role_policy(RoleName=a.delivery_role, PolicyName="deliver"),
        ),
        _role(
            "delivery-role-denied",
            "Add a policy to the role that denies writing",
            "PutRolePolicy",
            "policies",
            lambda a: a.iam.put_role_policy(
                RoleName=a.delivery_role, PolicyName="deny", PolicyDocument=_DENY
            ),
        ),
        _role(
            "delivery-role-attached",
            "Attach a managed policy to the role",
            "AttachRolePolicy",
            "attached-policies",
            lambda a: a.iam.attach_role_policy(RoleName=a.delivery_role, PolicyArn=a.own_policy()),
        ),
        _role(
            "delivery-role-bounded",
            "Put a permissions boundary on the role",
            "PutRolePermissionsBoundary",
            "trust",
            lambda a: a.iam.put_role_permissions_boundary(
                RoleName=a.delivery_role, PermissionsBoundary=a.own_policy()
            ),
        ),
        _role(
            "delivery-role-unbounded",
            "Take the permissions boundary off the role",
            "DeleteRolePermissionsBoundary",
            "trust",
            lambda a: a.iam.delete_role_permissions_boundary(RoleName=a.delivery_role),
            how="The role has its boundary again",
        ),
        Technique(
            id="delivery-role-boundary-widened",
            words="Widen what the permissions boundary of the role allows",
            events=("CreatePolicyVersion",),
            documents=("delivery-role.boundary",),
            outcome="told",
            how="Nothing is touched: whoever may write the boundary may give the role any right, "
            "so Trailkeeper may not",
            known_as=(),
            attack=_widen_boundary,
            undo=_restore_boundary,
        ),
        _role(
            "delivery-role-trust-changed",
            "Let somebody else than CloudTrail take the role",
            "UpdateAssumeRolePolicy",
            "trust",
            lambda a: a.iam.update_assume_role_policy(
                RoleName=a.delivery_role, PolicyDocument=_EC2_MAY
            ),
            how="CloudTrail alone may take the role again",
        ),
        Technique(
            id="delivery-role-deleted",
            words="Delete the role",
            events=("DeleteRole", "DeleteRolePolicy"),
            documents=("delivery-role.trust", "delivery-role.policies"),
            how="The role is made again under the same ARN, with its rights",
            known_as=(DISABLE_CLOUD_LOGS,),
            recreates="delivery-role",
            attack=_delete,
        ),
    ),
    limits=(
        Limit(
            "Change the role when the home region is not us-east-1",
            "IAM's events reach EventBridge in us-east-1 only; elsewhere the schedule finds it",
        ),
    ),
)
