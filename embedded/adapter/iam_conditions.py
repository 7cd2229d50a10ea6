"""The condition keys of actions of IAM and SNS, which the emulator leaves out of what policies see.

Source: the Service Authorization Reference, "Actions, resources, and condition keys for" IAM and
Amazon SNS.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from ministack.core import iam_actions
from ministack.services import iam

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.iam_actions:request_tag_context(service, iam_action, body, params)",
    "ministack.services.iam:_roles",
    "ministack.services.iam:_users",
)

_ATTACHES = frozenset(
    f"{verb}{kind}Policy" for verb in ("Attach", "Detach") for kind in ("Group", "Role", "User")
)
# Actions that name the boundary themselves, and those that see the one that is there.
_NAMES_BOUNDARY = frozenset(
    {"CreateRole", "CreateUser", "PutRolePermissionsBoundary", "PutUserPermissionsBoundary"}
)
_SEES_BOUNDARY = frozenset(
    {
        *("AttachRolePolicy", "AttachUserPolicy", "DeleteRolePermissionsBoundary"),
        *("DeleteRolePolicy", "DeleteUserPermissionsBoundary", "DeleteUserPolicy"),
        *("DetachRolePolicy", "DetachUserPolicy", "PutRolePolicy", "PutUserPolicy"),
    }
)


def install() -> None:
    """Let conditions see what is asked for: boundaries, policies, and who is subscribed."""
    tags = iam_actions.request_tag_context

    def context(service: str, iam_action: str, body: bytes, params: dict[str, Any]) -> Any:
        found = tags(service, iam_action, body, params)
        return {**found, **_keys(iam_action, body)} if service in {"iam", "sns"} else found

    iam_actions.request_tag_context = context


def _keys(iam_action: str, body: bytes) -> dict[str, str]:
    action = iam_action.partition(":")[2]
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    keys: dict[str, str | None] = {}
    if iam_action == "sns:Subscribe":
        keys = {f"sns:{name}": form.get(name) for name in ("Endpoint", "Protocol")}
    if action in _ATTACHES:
        keys["iam:PolicyARN"] = form.get("PolicyArn")
    if action in _NAMES_BOUNDARY:
        keys["iam:PermissionsBoundary"] = form.get("PermissionsBoundary")
    if action in _SEES_BOUNDARY:
        keys["iam:PermissionsBoundary"] = _boundary(form)
    return {name: value for name, value in keys.items() if value}


def _boundary(form: dict[str, str]) -> str | None:
    owner = iam._roles.get(form.get("RoleName")) or iam._users.get(form.get("UserName")) or {}
    found: str | None = owner.get("PermissionsBoundary")
    return found
