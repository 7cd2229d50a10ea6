"""Takes the rights of a principal that keeps stopping the trail; only if the settings say so."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from trailkeeper.events.event import Actor
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import CONTAINMENT_POLICY
from trailkeeper.evidence.permission import Permission

_PRINCIPAL = re.compile(
    r"arn:[a-z-]+:iam::(?P<account>\d{12}):(?P<kind>user|role)(?P<path>/(?:[\w+=,.@-]+/)*)"
    r"(?P<name>[\w+=,.@-]{1,64})"
)
_DENY_EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
}


@dataclass(frozen=True, slots=True)
class Principal:
    """A user or a role of this account that a policy can be attached to."""

    arn: str
    kind: Literal["user", "role"]
    name: str
    policy: str = CONTAINMENT_POLICY


def principal(actor: Actor, baseline: Baseline, break_glass: tuple[str, ...]) -> Principal | None:
    """Whom to contain, None for those who are never contained.

    Never root, one of our own roles, a role that AWS or IAM Identity Center owns, a break-glass
    principal, or anybody of another account.
    """
    found = _PRINCIPAL.fullmatch(actor.principal_arn)
    if found is None or found["account"] != baseline.account:
        return None
    if found["path"].startswith("/aws-") or actor.principal_arn in baseline.names.role_arns:
        return None
    if actor.principal_arn in break_glass or actor.arn in break_glass:
        return None
    kind: Literal["user", "role"] = "user" if found["kind"] == "user" else "role"
    return Principal(actor.principal_arn, kind, found["name"])


def contain(iam: Any, who: Principal) -> None:
    """Attach an inline policy that denies everything.

    Raises:
        ClientError, BotoCoreError: AWS refused the call, or could not be reached.
    """
    document = json.dumps(_DENY_EVERYTHING)
    if who.kind == "user":
        iam.put_user_policy(
            UserName=who.name, PolicyName=CONTAINMENT_POLICY, PolicyDocument=document
        )
    else:
        iam.put_role_policy(
            RoleName=who.name, PolicyName=CONTAINMENT_POLICY, PolicyDocument=document
        )


def _anybody(baseline: Baseline) -> tuple[str, str]:
    account = f"arn:{baseline.partition}:iam::{baseline.account}"
    return f"{account}:user/*", f"{account}:role/*"


PERMISSIONS = (
    Permission(
        ("iam:PutUserPolicy", "iam:PutRolePolicy"),
        _anybody,
        "Contain whoever fights over the trail; nobody knows in advance who that will be",
    ),
    Permission(
        ("iam:PutRolePolicy",),
        lambda baseline: (baseline.names.heal_role_arn, baseline.names.alert_role_arn),
        "Never write a policy of our own functions' roles, which would give itself any right",
        denied=True,
    ),
)
