"""IAM in memory: roles, their policies and their boundaries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.account import ACCOUNT, refused


@dataclass
class Role:
    """A role as IAM keeps it."""

    trust: Any
    boundary: str = ""
    inline: dict[str, Any] = field(default_factory=dict)
    attached: list[str] = field(default_factory=list)


class Iam:
    """Roles, managed policies, and who was denied everything."""

    def __init__(self, decode: Callable[[str], Any]) -> None:
        self._decode = decode
        self.roles: dict[str, Role] = {}
        self.policies: dict[str, Any] = {}
        self.contained: list[str] = []

    def _role(self, name: str, operation: str) -> Role:
        if name not in self.roles:
            raise refused("NoSuchEntity", operation)
        return self.roles[name]

    def create_role(
        self,
        *,
        RoleName: str,
        AssumeRolePolicyDocument: str,
        PermissionsBoundary: str = "",
        Description: str = "",
        Tags: tuple[Any, ...] = (),
    ) -> None:
        if RoleName in self.roles:
            raise refused("EntityAlreadyExists", "CreateRole")
        self.roles[RoleName] = Role(self._decode(AssumeRolePolicyDocument), PermissionsBoundary)

    def delete_role(self, *, RoleName: str) -> None:
        role = self._role(RoleName, "DeleteRole")
        if role.inline or role.attached:
            raise refused("DeleteConflict", "DeleteRole")
        del self.roles[RoleName]

    def get_role(self, *, RoleName: str) -> Any:
        role = self._role(RoleName, "GetRole")
        described: dict[str, Any] = {"RoleName": RoleName, "AssumeRolePolicyDocument": role.trust}
        if role.boundary:
            described["PermissionsBoundary"] = {"PermissionsBoundaryArn": role.boundary}
        return {"Role": described}

    def update_assume_role_policy(self, *, RoleName: str, PolicyDocument: str) -> None:
        self._role(RoleName, "UpdateAssumeRolePolicy").trust = self._decode(PolicyDocument)

    def put_role_permissions_boundary(self, *, RoleName: str, PermissionsBoundary: str) -> None:
        self._role(RoleName, "PutRolePermissionsBoundary").boundary = PermissionsBoundary

    def delete_role_permissions_boundary(self, *, RoleName: str) -> None:
        self._role(RoleName, "DeleteRolePermissionsBoundary").boundary = ""

    def list_role_policies(self, *, RoleName: str) -> Any:
        return {"PolicyNames": sorted(self._role(RoleName, "ListRolePolicies").inline)}

    def get_role_policy(self, *, RoleName: str, PolicyName: str) -> Any:
        inline = self._role(RoleName, "GetRolePolicy").inline
        if PolicyName not in inline:
            raise refused("NoSuchEntity", "GetRolePolicy")
        return {"PolicyDocument": inline[PolicyName]}

    def put_role_policy(self, *, RoleName: str, PolicyName: str, PolicyDocument: str) -> None:
        inline = self._role(RoleName, "PutRolePolicy").inline
        inline[PolicyName] = self._decode(PolicyDocument)

    def delete_role_policy(self, *, RoleName: str, PolicyName: str) -> None:
        inline = self._role(RoleName, "DeleteRolePolicy").inline
        if inline.pop(PolicyName, None) is None:
            raise refused("NoSuchEntity", "DeleteRolePolicy")

    def list_attached_role_policies(self, *, RoleName: str) -> Any:
        attached = self._role(RoleName, "ListAttachedRolePolicies").attached
        return {"AttachedPolicies": [{"PolicyArn": each} for each in attached]}

    def attach_role_policy(self, *, RoleName: str, PolicyArn: str) -> None:
        if PolicyArn.endswith("/AWSDenyAll"):
            self.contained.append(RoleName)
        else:
            self._role(RoleName, "AttachRolePolicy").attached.append(PolicyArn)

    def attach_user_policy(self, *, UserName: str, PolicyArn: str) -> None:
        self.contained.append(UserName)

    def detach_role_policy(self, *, RoleName: str, PolicyArn: str) -> None:
        attached = self._role(RoleName, "DetachRolePolicy").attached
        if PolicyArn not in attached:
            raise refused("NoSuchEntity", "DetachRolePolicy")
        attached.remove(PolicyArn)

    def create_policy(self, *, PolicyName: str, PolicyDocument: str) -> Any:
        arn = f"arn:aws:iam::{ACCOUNT}:policy/{PolicyName}"
        self.policies[arn] = self._decode(PolicyDocument)
        return {"Policy": {"Arn": arn}}

    def get_policy(self, *, PolicyArn: str) -> Any:
        if PolicyArn not in self.policies:
            raise refused("NoSuchEntity", "GetPolicy")
        return {"Policy": {"Arn": PolicyArn, "DefaultVersionId": "v1"}}

    def get_policy_version(self, *, PolicyArn: str, VersionId: str) -> Any:
        return {"PolicyVersion": {"Document": self.policies[PolicyArn]}}
