"""IAM documents and attachments that AWS refuses and ministack takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.services import iam

from embedded.adapter import gateway, managed_policies, policy_documents, principals

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.iam:_IAM_HANDLERS",
    "ministack.services.iam:_error(status, code, message, ns)",
    "ministack.services.iam:_p(params, key, default)",
    "ministack.services.iam:_groups",
    "ministack.services.iam:_policies",
    "ministack.services.iam:_roles",
    "ministack.services.iam:_seed_aws_managed_policies()",
    "ministack.services.iam:_users",
    "ministack.services.iam:store_policy",
)

Params = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]
Call = Callable[[Params], Response]

INLINE_LIMIT = 10_240
"""Characters in all inline policies of a role, white space not counted (IAM quotas)."""


ATTACHED_LIMIT = 10
"""Managed policies of a group, a role or a user (IAM quotas; AWS raises it when asked)."""

MANAGED_LIMIT = 6_144
"""Characters in a managed policy, white space not counted (IAM quotas)."""


def install() -> None:
    """Check trust policies, the size of policies, and what is attached; know more of AWS's."""
    seed = iam._seed_aws_managed_policies

    def seeded() -> None:
        seed()
        managed_policies.add()

    iam._seed_aws_managed_policies = seeded
    managed_policies.add()
    store = iam.store_policy

    def stored(arn: str, name: str, path: str, document: Any, **rest: Any) -> Any:
        problem = _managed_problem(document)
        if problem:
            raise ValueError(problem)
        return store(arn, name, path, document, **rest)

    iam.store_policy = stored
    refusals = {
        "AttachGroupPolicy": _attachment_refusal,
        "AttachRolePolicy": _attachment_refusal,
        "AttachUserPolicy": _attachment_refusal,
        "CreatePolicy": _managed_refusal,
        "CreatePolicyVersion": _managed_refusal,
        "CreateRole": _trust_refusal("AssumeRolePolicyDocument"),
        "PutRolePolicy": _size_refusal,
        "UpdateAssumeRolePolicy": _trust_refusal("PolicyDocument"),
    }
    for action, refusal in refusals.items():
        iam._IAM_HANDLERS[action] = _checked(iam._IAM_HANDLERS[action], refusal)


def _checked(call: Call, refusal: Callable[[Params], Response | None]) -> Call:
    def checked(params: Params) -> Response:
        return refusal(params) or call(params)

    return checked


def _trust_refusal(parameter: str) -> Callable[[Params], Response | None]:
    def refusal(params: Params) -> Response | None:
        problem = policy_documents.trust_policy_problem(_text(params, parameter), principals.exists)
        return _refused(400, "MalformedPolicyDocument", problem) if problem else None

    return refusal


def _size_refusal(params: Params) -> Response | None:
    name = _text(params, "RoleName")
    role = iam._roles.get(name)
    if role is None:
        return None
    documents = {**role["InlinePolicies"]}
    documents[_text(params, "PolicyName")] = _text(params, "PolicyDocument")
    size = sum(len("".join(_as_text(document).split())) for document in documents.values())
    if size <= INLINE_LIMIT:
        return None
    message = f"Maximum policy size of {INLINE_LIMIT} bytes exceeded for role {name}"
    return _refused(409, "LimitExceeded", message)


def _attachment_refusal(params: Params) -> Response | None:
    arn = _text(params, "PolicyArn")
    ours = arn.startswith(f"arn:aws:iam::{gateway.account()}:policy/")
    if not arn.startswith("arn:aws:iam::aws:policy/") and not (ours and arn in iam._policies):
        return _refused(404, "NoSuchEntity", f"Policy {arn} does not exist or is not attachable.")
    for kind, owners in (("Group", iam._groups), ("Role", iam._roles), ("User", iam._users)):
        attached = (owners.get(_text(params, f"{kind}Name")) or {}).get("AttachedPolicies", [])
        if len(attached) >= ATTACHED_LIMIT and arn not in attached:
            message = f"Cannot exceed quota for PoliciesPer{kind}: {ATTACHED_LIMIT}"
            return _refused(409, "LimitExceeded", message)
    return None


def _managed_refusal(params: Params) -> Response | None:
    problem = _managed_problem(_text(params, "PolicyDocument"))
    return _refused(409, "LimitExceeded", problem) if problem else None


def _managed_problem(document: Any) -> str:
    size = len("".join(_as_text(document).split()))
    return f"Cannot exceed quota for PolicySize: {MANAGED_LIMIT}" if size > MANAGED_LIMIT else ""


def _as_text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


def _text(params: Params, name: str) -> str:
    return iam._p(params, name) or ""


def _refused(status: int, code: str, message: str) -> Response:
    return iam._error(status, code, message)  # type: ignore[no-any-return]
