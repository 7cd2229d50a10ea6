"""Who is behind an access key, and what policies let a service or a role do."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ministack.core import iam_evaluator, responses
from ministack.services import iam, sts

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.responses:get_account_id()",
    "ministack.core.responses:get_region()",
    "ministack.core.iam_evaluator:AmbiguousAccessKeyError",
    "ministack.core.iam_evaluator:CredentialResolutionError",
    "ministack.core.iam_evaluator:EvalContext",
    "ministack.core.iam_evaluator:evaluate",
    "ministack.core.iam_evaluator:evaluate_resource_policy",
    "ministack.core.iam_evaluator:_is_root_key(access_key_id)",
    "ministack.core.iam_evaluator:_verified_key",
    "ministack.core.iam_evaluator:enforce"
    "(access_key_id, iam_action, service, region, resource_arn, service_context)",
    "ministack.core.iam_evaluator:is_root_access_key(access_key_id)",
    "ministack.core.iam_evaluator:find_iam_access_key_account(access_key_id)",
    "ministack.core.iam_evaluator:resolve_credential",
    "ministack.core.iam_evaluator:_gather_role_policies(role_name, account_id)",
    "ministack.core.iam_evaluator:_permissions_boundary(store, name, account_id)",
    "ministack.services.iam:_roles",
    "ministack.services.sts:_sessions",
    "ministack.services.sts:is_root_access_key(access_key_id)",
)


@dataclass(frozen=True)
class Role:
    """The IAM role that a session was made from."""

    arn: str
    role_id: str
    name: str


@dataclass(frozen=True)
class Caller:
    """The principal that signed a request.

    `kind` is Root, User, AssumedRole or FederatedUser; `role` and `since` only for a session.
    """

    kind: str
    arn: str
    principal_id: str
    account_id: str
    access_key_id: str
    user_name: str = ""
    role: Role | None = None
    since: datetime | None = None


def believe_only_signatures() -> None:
    """Let only the configured key be root's, and check root's signatures like anybody's.

    The emulator takes any account id and the key `test` for root, and never checks root's secret.
    """
    configured = os.environ["AWS_ACCESS_KEY_ID"]

    def is_root(access_key_id: str) -> bool:
        return not access_key_id or access_key_id == configured

    iam_evaluator.is_root_access_key = is_root
    sts.is_root_access_key = is_root
    # What this names is exempt from the check of signatures: unsigned requests alone.
    iam_evaluator._is_root_key = lambda access_key_id: not access_key_id


def caller(access_key_id: str) -> Caller | None:
    """The principal that owns an access key; None when nobody (any longer) does."""
    try:
        account_id = iam_evaluator.find_iam_access_key_account(access_key_id)
    except iam_evaluator.AmbiguousAccessKeyError:
        return None
    session = sts._sessions.get(access_key_id) or {}
    if session:
        account_id = session.get("AccountId") or session["Arn"].split(":")[4]
    credential = iam_evaluator.resolve_credential(
        access_key_id, account_id or responses.get_account_id()
    )
    if isinstance(credential, iam_evaluator.CredentialResolutionError):
        return None
    role = _role(credential.principal_arn) if credential.principal_type == "AssumedRole" else None
    principal_id = credential.principal_id
    if role is not None:
        # A function's own session carries the role's name where AWS puts the role's id.
        principal_id = f"{role.role_id}:{credential.principal_arn.rsplit('/', 1)[-1]}"
    since = session.get("IssuedAt")
    return Caller(
        kind=credential.principal_type,
        arn=credential.principal_arn,
        principal_id=principal_id,
        account_id=credential.account_id,
        access_key_id=access_key_id,
        user_name=credential.principal_name,
        role=role,
        since=datetime.fromtimestamp(since, UTC) if since else None,
    )


def service_is_allowed(
    policy: str | Mapping[str, Any] | None,
    *,
    service: str,
    action: str,
    resource: str,
    region: str,
    account_id: str,
    conditions: Mapping[str, str],
) -> bool:
    """Whether a resource's own policy lets an AWS service act on it.

    `service` is a principal such as `cloudtrail.amazonaws.com`; `conditions` are the request's
    condition keys, such as `aws:SourceArn`.
    """
    if not policy:
        return False
    context = _context(service, account_id, action, resource, region=region, given=conditions)
    verdict = iam_evaluator.evaluate_resource_policy(policy, context, service=service)
    return bool(verdict.decision == "Allow")


def caller_may_pass(role_arn: str, service: str) -> str:
    """Why whoever signed the request being served may not pass a role to a service, or ""."""
    access_key_id = iam_evaluator._verified_key.get()
    if not access_key_id:
        return ""
    refused = iam_evaluator.enforce(
        access_key_id,
        "iam:PassRole",
        "iam",
        responses.get_region(),
        resource_arn=role_arn,
        service_context={"iam:PassedToService": service},
    )
    if refused is None:
        return ""
    who = getattr(refused, "principal_arn", access_key_id)
    return f"User: {who} is not authorized to perform: iam:PassRole on resource: {role_arn}"


def role_exists(role_arn: str) -> bool:
    """Whether an ARN names a role of its account."""
    return _stored_role(role_arn) is not None


def role_trusts(role_arn: str, service: str) -> bool:
    """Whether a role's trust policy lets an AWS service assume it."""
    stored = _stored_role(role_arn)
    if stored is None:
        return False
    document = json.loads(stored.get("AssumeRolePolicyDocument") or "{}")
    statements = document.get("Statement", [])
    if isinstance(statements, dict):
        statements = [statements]
    # A trust policy names no resource, but the evaluator matches none without one.
    anywhere = {"Statement": [{**statement, "Resource": "*"} for statement in statements]}
    account_id = role_arn.split(":")[4]
    context = _context(service, account_id, "sts:AssumeRole", role_arn)
    verdict = iam_evaluator.evaluate_resource_policy(anywhere, context, service=service)
    return bool(verdict.decision == "Allow")


def role_is_allowed(role_arn: str, *, action: str, resource: str, region: str) -> bool:
    """Whether a role's own policies, and its boundary, allow an action on a resource."""
    if _stored_role(role_arn) is None:
        return False
    account_id = role_arn.split(":")[4]
    name = role_arn.rsplit("/", 1)[-1]
    policies = iam_evaluator._gather_role_policies(name, account_id)
    limits = iam_evaluator._permissions_boundary(iam._roles, name, account_id)
    context = _context(role_arn, account_id, action, resource, region=region)
    return bool(iam_evaluator.evaluate(context, policies, *limits).decision == "Allow")


def _context(
    principal: str,
    account_id: str,
    action: str,
    resource: str,
    *,
    region: str = "",
    given: Mapping[str, str] | None = None,
) -> Any:
    return iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole" if ":role/" in principal else "Service",
        principal_account=account_id,
        action=action,
        resource_arn=resource,
        region=region,
        source_ip="",
        secure_transport=True,
        service_context={name.lower(): value for name, value in (given or {}).items()},
    )


def _role(session_arn: str) -> Role | None:
    _, _, _, _, account_id, resource = session_arn.split(":", 5)
    name = resource.split("/")[1]
    stored = iam._roles.get_scoped(account_id, None, name)
    return Role(stored["Arn"], stored["RoleId"], name) if stored else None


def _stored_role(role_arn: str) -> dict[str, Any] | None:
    parts = role_arn.split(":")
    if len(parts) < 6 or not parts[5].startswith("role/"):
        return None
    found = iam._roles.get_scoped(parts[4], None, role_arn.rsplit("/", 1)[-1])
    return found if found and found["Arn"] == role_arn else None
