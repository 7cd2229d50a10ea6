"""Takes the rights of a principal that keeps stopping the trail; only if the settings say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from trailkeeper.events.event import Actor
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.iam_names import IamName, deny_all

_IDENTITY_CENTER = "/aws-reserved/sso.amazonaws.com/"
_NEVER = ("/aws-service-role/", _IDENTITY_CENTER)


@dataclass(frozen=True, slots=True)
class Principal:
    """A user or a role of this account that a policy can be attached to."""

    arn: str
    kind: Literal["user", "role"]
    name: str

    @property
    def policy(self) -> str:
        """AWS's own policy that denies everything, the only one that we may ever attach."""
        return deny_all(self.arn.split(":")[1])


def principal(actor: Actor, baseline: Baseline, break_glass: tuple[str, ...]) -> Principal | None:
    """Whom to contain, None for those who are never contained.

    Never root, one of our own roles, a role that AWS or IAM Identity Center owns, a break-glass
    principal, or anybody of another account.
    """
    found = IamName.parse(actor.principal_arn)
    if found is None or found.account != baseline.account:
        return None
    if found.path.startswith(_NEVER) or actor.principal_arn in baseline.names.role_arns:
        return None
    if actor.principal_arn in break_glass or actor.arn in break_glass:
        return None
    return Principal(actor.principal_arn, found.kind, found.name)


def why_never(actor: Actor) -> str:
    """Why nobody contains such a principal: a key of the text catalogue."""
    found = IamName.parse(actor.principal_arn)
    of_people = found is not None and found.path.startswith(_IDENTITY_CENTER)
    return "identity_center" if of_people else "protected"


def contain(iam: Any, who: Principal) -> None:
    """Attach AWSDenyAll, which beats everything that the principal may do.

    Raises:
        ClientError, BotoCoreError: AWS refused the call (LimitExceeded: as many policies are
            attached as may be), or could not be reached.
    """
    if who.kind == "user":
        iam.attach_user_policy(UserName=who.name, PolicyArn=who.policy)
    else:
        iam.attach_role_policy(RoleName=who.name, PolicyArn=who.policy)
