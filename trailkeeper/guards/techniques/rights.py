"""Against the rights of the functions: policies, boundaries and trust of their roles."""

from __future__ import annotations

from typing import Any

from trailkeeper.evidence import roles
from trailkeeper.evidence.functions import HEAL
from trailkeeper.evidence.roles import NEEDS, RoleRecord
from trailkeeper.guards.techniques.technique import (
    EITHER,
    Act,
    Intruder,
    Technique,
    allow,
    deny,
    policy,
)

_POLICIES = ("guard-roles.policies",)
_TRUST = ("guard-roles.trust",)
_WRITTEN = "The other half writes the role's policies as they were deployed, inside its boundary"


def _role(a: Intruder) -> RoleRecord:
    """The role of the half's function."""
    return a.side.roles[0]


def _schedules(a: Intruder) -> str:
    """The role of the half's schedules."""
    return a.side.schedule_role_arn.rpartition("/")[2]


def _put(name: Any, *statements: dict[str, Any]) -> Act:
    return lambda a: a.iam.put_role_policy(
        RoleName=name(a), PolicyName="more", PolicyDocument=policy(*statements)
    )


def _own(a: Intruder) -> str:
    return _role(a).name(a.names)


def _alert(a: Intruder) -> str:
    return roles.ALERT.name(a.names)


def _take_over(a: Intruder) -> None:
    trust = allow("sts:AssumeRole", Principal={"AWS": a.me})
    del trust["Resource"]
    a.iam.update_assume_role_policy(RoleName=_own(a), PolicyDocument=policy(trust))


def _delete(a: Intruder) -> None:
    name = _own(a)
    for each in a.iam.list_role_policies(RoleName=name)["PolicyNames"]:
        a.iam.delete_role_policy(RoleName=name, PolicyName=each)
    for each in a.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        a.iam.detach_role_policy(RoleName=name, PolicyArn=each["PolicyArn"])
    a.iam.delete_role(RoleName=name)


def _widen(a: Intruder) -> None:
    a.iam.create_policy_version(
        PolicyArn=_role(a).boundary_arn(a.names),
        PolicyDocument=policy(allow("*")),
        SetAsDefault=True,
    )


# Runs as the heal role and says which of its calls were carried out.
_ESCALATION = """
import botocore.session

def handler(event, context):
    iam = botocore.session.get_session().create_client("iam", region_name=event["region"])
    done = []
    for name, arguments in event["calls"]:
        try:
            getattr(iam, name)(**arguments)
            done.append(name)
        except Exception as error:
            pass
    return done
"""


def _escalate(a: Intruder) -> None:
    """Use the heal role's own rights to become administrator."""
    everything = policy(allow("*"))
    delivery = a.names.delivery_role
    calls = [
        (
            "put_user_policy",
            {"UserName": "mallory", "PolicyName": "x", "PolicyDocument": everything},
        ),
        ("create_role", {"RoleName": "mallorys", "AssumeRolePolicyDocument": everything}),
        ("delete_role_permissions_boundary", {"RoleName": delivery}),
        (
            "attach_role_policy",
            {
                "RoleName": delivery,
                "PolicyArn": f"arn:{a.names.partition}:iam::aws:policy/AdministratorAccess",
            },
        ),
        (
            "create_policy_version",
            {
                "PolicyArn": a.names.delivery_boundary_arn,
                "PolicyDocument": everything,
                "SetAsDefault": True,
            },
        ),
    ]
    a.functions.update_function_code(FunctionName=HEAL.name, ZipFile=a.code(_ESCALATION))
    a.functions.update_function_configuration(FunctionName=HEAL.name, Handler="index.handler")
    done = a.call(f"{HEAL.name}:$LATEST", {"region": a.names.region, "calls": calls})
    assert done == [], done


TECHNIQUES = (
    Technique(
        id="role-without-rights",
        words="Take the function's rights",
        rights=("iam:DeleteRolePolicy",),
        against=EITHER,
        documents=_POLICIES,
        how=_WRITTEN,
        attack=lambda a: a.iam.delete_role_policy(RoleName=_own(a), PolicyName=NEEDS),
    ),
    Technique(
        id="role-denied-everything",
        words="Deny the function everything",
        rights=("iam:PutRolePolicy",),
        against=EITHER,
        documents=_POLICIES,
        how=_WRITTEN,
        attack=_put(_own, deny("*")),
    ),
    Technique(
        id="alert-role-denied-everything",
        words="Deny the alert function everything",
        rights=("iam:PutRolePolicy",),
        documents=_POLICIES,
        how=_WRITTEN,
        attack=_put(_alert, deny("*")),
    ),
    Technique(
        id="alert-role-denied-state",
        words="Deny the alert function its memory",
        rights=("iam:PutRolePolicy",),
        documents=_POLICIES,
        how=_WRITTEN,
        attack=_put(_alert, deny("dynamodb:*")),
    ),
    Technique(
        id="schedule-role-denied-everything",
        words="Deny everything to the role by which the schedules call",
        rights=("iam:PutRolePolicy",),
        against=EITHER,
        documents=_POLICIES,
        how=_WRITTEN,
        attack=_put(_schedules, deny("*")),
    ),
    Technique(
        id="role-bounded-by-another",
        words="Bound the function's role by a policy that lets it read only",
        rights=("iam:PutRolePermissionsBoundary",),
        against=EITHER,
        documents=_TRUST,
        how="The other half puts the boundary back that was deployed",
        attack=lambda a: a.iam.put_role_permissions_boundary(
            RoleName=_own(a),
            PermissionsBoundary=f"arn:{a.names.partition}:iam::aws:policy/ReadOnlyAccess",
        ),
    ),
    Technique(
        id="role-unbounded",
        words="Take the boundary off the function's role",
        rights=("iam:DeleteRolePermissionsBoundary",),
        against=EITHER,
        documents=_TRUST,
        how="The other half puts the boundary back; without it, it writes no right",
        attack=lambda a: a.iam.delete_role_permissions_boundary(RoleName=_own(a)),
    ),
    Technique(
        id="role-taken-over",
        words="Let the attacker, and nobody else, take the function's role",
        rights=("iam:UpdateAssumeRolePolicy",),
        against=EITHER,
        documents=_TRUST,
        how="The other half lets Lambda take it again, and nobody else",
        attack=_take_over,
    ),
    Technique(
        id="role-given-more",
        words="Attach a managed policy to the function's role",
        rights=("iam:AttachRolePolicy",),
        against=EITHER,
        documents=("guard-roles.attached-policies",),
        how="The other half detaches it; the boundary allows no more meanwhile",
        attack=lambda a: a.iam.attach_role_policy(RoleName=_own(a), PolicyArn=a.own_policy),
    ),
    Technique(
        id="role-deleted",
        words="Delete the function's role",
        rights=(
            *("iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy"),
            "iam:DeleteRolePermissionsBoundary",
        ),
        against=EITHER,
        ends="told",
        how="A role made again is another one; the other half starts the trail meanwhile",
        attack=_delete,
    ),
    Technique(
        id="boundary-widened",
        words="Widen the boundary of the function's role",
        rights=("iam:CreatePolicyVersion",),
        against=EITHER,
        ends="told",
        how="Whoever may write a boundary may widen it, so no machine of ours may",
        attack=_widen,
    ),
    Technique(
        id="rights-of-heal-role",
        words="Run other code as the heal role and try to become administrator by its rights",
        rights=(
            *("lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"),
            "lambda:InvokeFunction",
        ),
        ends="no effect",
        how=(
            "Every right to write policies is bound to boundaries that it cannot change; that the "
            "code was changed is told"
        ),
        attack=_escalate,
    ),
)
