"""What policies see of a request: keys that the emulator lacks or answers otherwise than AWS.

Sources: IAM user guide, "AWS global condition context keys" (aws:PrincipalArn is the ARN of the
role, not of the session, and a service that acts for itself has none; aws:PrincipalIsAWSService is
there in every signed request); KMS developer guide, "kms:ResourceAliases"; Service Authorization
Reference, Lambda (lambda:FunctionArn of the calls about event source mappings).
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator
from ministack.services import iam, kms, lambda_svc

from embedded.adapter import gateway

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.iam_evaluator:EvalContext",
    "ministack.core.iam_evaluator:_resolve_condition_key(key, ctx)",
    "ministack.services.iam:_roles",
    "ministack.services.kms:_aliases",
    "ministack.services.kms:_resolve_key(key_id_or_arn)",
    "ministack.services.lambda_svc:_esms",
)

_OF_A_MAPPING = ":event-source-mapping:"


def install() -> None:
    """Let conditions see the role of a session, the names of a key, the function of a mapping.

    They also see whether a service of AWS acts.
    """
    resolve = iam_evaluator._resolve_condition_key

    def resolved(key: str, context: Any) -> Any:
        match key.lower():
            case "aws:principalarn":
                return None if _is_service(context) else _principal(context.principal_arn)
            case "aws:principalisawsservice":
                return str(_is_service(context)).lower()
            case "kms:resourcealiases":
                return _aliases(context.resource_arn)
            case "lambda:functionarn" if _OF_A_MAPPING in context.resource_arn:
                mapping = lambda_svc._esms.get(context.resource_arn.rpartition(":")[2]) or {}
                return mapping.get("FunctionArn")
        return resolve(key, context)

    iam_evaluator._resolve_condition_key = resolved


def _is_service(context: Any) -> bool:
    if context.principal_type == "Service":
        return True
    return gateway.is_by_service() and str(context.principal_arn).endswith(":root")


def _principal(arn: str) -> str:
    *_, account, resource = arn.split(":", 5) if arn.count(":") >= 5 else ("", arn)
    kind, _, rest = resource.partition("/")
    if kind != "assumed-role":
        return arn
    name = rest.partition("/")[0]
    role = iam._roles.get_scoped(account, None, name)
    return str(role["Arn"]) if role else f"arn:aws:iam::{account}:role/{name}"


def _aliases(arn: str) -> list[str] | None:
    """The names of the key that a request is about; a key without one has no such key."""
    record = kms._resolve_key(arn) if ":key/" in arn else None
    if record is None:
        return None
    named = [
        alias.partition(":alias/")[2]
        for alias, key_id in kms._aliases.items()
        if key_id == record["KeyId"]
    ]
    return [f"alias/{name}" for name in named] or None
