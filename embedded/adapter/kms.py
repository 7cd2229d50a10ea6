"""KMS: who may use a key, and the checks of key state, rotation and policy that are missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Literal

from ministack.core import iam_evaluator
from ministack.core.responses import error_response_json, json_response
from ministack.core.router import extract_access_key_id
from ministack.services import kms

from embedded.adapter import gateway, policy_documents, principals

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.iam_evaluator:AuthError",
    "ministack.core.iam_evaluator:EvalContext",
    "ministack.core.iam_evaluator:enforce"
    "(access_key_id, iam_action, service, region, resource_arn, service_context)",
    "ministack.core.iam_evaluator:is_root_access_key(access_key_id)",
    "ministack.core.iam_evaluator:evaluate_resource_policy"
    "(doc, ctx, service, named_only, direct_only)",
    "ministack.core.responses:error_response_json",
    "ministack.core.responses:json_response",
    "ministack.core.router:extract_access_key_id(headers, query_params)",
    "ministack.services.kms:_cancel_key_deletion(data)",
    "ministack.services.kms:_disable_key(data)",
    "ministack.services.kms:_disable_key_rotation(data)",
    "ministack.services.kms:_enable_key(data)",
    "ministack.services.kms:_enable_key_rotation(data)",
    "ministack.services.kms:_get_key_policy(data)",
    "ministack.services.kms:_get_key_rotation_status(data)",
    "ministack.services.kms:_put_key_policy(data)",
    "ministack.services.kms:_resolve_key(key_id_or_arn)",
    "ministack.services.kms:_schedule_key_deletion(data)",
    "ministack.services.kms:handle_request(method, path, headers, body, query_params)",
)

Response = tuple[int, dict[str, str], bytes]
Call = Callable[[dict[str, Any]], Response]

PUBLISHING_ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")
"""What a publisher to an encrypted topic needs on the topic's key (Amazon SNS guide)."""

_ROTATION_DAYS = range(90, 2561)
_DELETING = frozenset({"PendingDeletion", "PendingReplicaDeletion"})
_NOT_USABLE = _DELETING | {"PendingImport"}

_signer: ContextVar[str] = ContextVar("kms_signer", default="")


def install() -> None:
    """Refuse what a key's state does not allow, and policies that AWS does not accept."""
    _remember_signer()
    kms._enable_key = _only_in(kms._enable_key, forbidden=_NOT_USABLE)
    kms._disable_key = _only_in(kms._disable_key, forbidden=_NOT_USABLE)
    kms._schedule_key_deletion = _only_in(kms._schedule_key_deletion, forbidden=_DELETING)
    kms._cancel_key_deletion = _cancellation(kms._cancel_key_deletion)
    kms._enable_key_rotation = _rotation(kms._enable_key_rotation)
    kms._disable_key_rotation = _rotation(kms._disable_key_rotation)
    kms._get_key_rotation_status = _rotation_status
    kms._put_key_policy = _put_key_policy
    kms._get_key_policy = _named_policy(kms._get_key_policy)


def problem_using(
    key: str, access_key_id: str, actions: Iterable[str], *, service: str
) -> tuple[Literal["NotFound", "Disabled", "InvalidState", "AccessDenied"], str] | None:
    """Why somebody cannot use a key by way of a service for all of these actions, or None."""
    record = kms._resolve_key(key)
    if record is None:
        return "NotFound", f"Invalid keyId {key}"
    if record["KeyState"] == "Disabled":
        return "Disabled", f"{record['Arn']} is disabled."
    if record["KeyState"] != "Enabled":
        return "InvalidState", f"{record['Arn']} is in state {record['KeyState']}."
    for action in actions:
        denied = iam_evaluator.enforce(
            access_key_id,
            action,
            "kms",
            gateway.region(),
            resource_arn=record["Arn"],
            service_context={"kms:ViaService": f"{service}.{gateway.region()}.amazonaws.com"},
        )
        if denied is not None:
            caller = getattr(denied, "principal_arn", "") or "The caller"
            return (
                "AccessDenied",
                f"User: {caller} is not authorized to perform: {action} "
                f"on resource: {record['Arn']}",
            )
    return None


def service_may_use(
    key: str,
    service: str,
    *,
    source_arn: str = "",
    encryption_context: Mapping[str, str] = MappingProxyType({}),
) -> bool:
    """Whether the key's policy lets an AWS service encrypt and decrypt.

    Without a source ARN the request carries no aws:Source* keys, so that a statement with such a
    condition does not count.
    """
    record = kms._resolve_key(key)
    if record is None or record["KeyState"] != "Enabled":
        return False
    known = {
        f"kms:encryptioncontext:{name.lower()}": value for name, value in encryption_context.items()
    }
    if source_arn:
        known |= {"aws:sourcearn": source_arn, "aws:sourceaccount": gateway.account()}
    return all(
        iam_evaluator.evaluate_resource_policy(
            record["Policy"],
            iam_evaluator.EvalContext(
                principal_arn="*",
                principal_type="Service",
                principal_account="",
                action=action,
                resource_arn=record["Arn"],
                region=gateway.region(),
                source_ip="",
                secure_transport=True,
                service_context=known,
            ),
            service=service,
        ).decision
        == "Allow"
        for action in PUBLISHING_ACTIONS
    )


def _remember_signer() -> None:
    plain = kms.handle_request

    async def handle_request(
        method: str,
        path: str,
        headers: dict[str, Any],
        body: bytes,
        query_params: dict[str, Any],
    ) -> Response:
        _signer.set(extract_access_key_id(headers, query_params) or "")
        answered: Response = await plain(method, path, headers, body, query_params)
        return answered

    kms.handle_request = handle_request


def _only_in(call: Call, *, forbidden: frozenset[str]) -> Call:
    def checked(data: dict[str, Any]) -> Response:
        record = kms._resolve_key(data.get("KeyId", ""))
        if record is not None and record["KeyState"] in forbidden:
            return _invalid_state(record)
        return call(data)

    return checked


def _cancellation(cancel: Call) -> Call:
    def checked(data: dict[str, Any]) -> Response:
        record = kms._resolve_key(data.get("KeyId", ""))
        if record is not None and record["KeyState"] not in _DELETING:
            return _refused("KMSInvalidStateException", f"{record['Arn']} is not pending deletion.")
        return cancel(data)

    return checked


def _rotation(call: Call) -> Call:
    def checked(data: dict[str, Any]) -> Response:
        record = kms._resolve_key(data.get("KeyId", ""))
        if record is None:
            return call(data)
        if record["Origin"] != "AWS_KMS" or record["KeySpec"] != "SYMMETRIC_DEFAULT":
            return _refused(
                "UnsupportedOperationException",
                f"{record['Arn']} does not support automatic rotation.",
            )
        if record["KeyState"] == "Disabled":
            return _refused("DisabledException", f"{record['Arn']} is disabled.")
        if record["KeyState"] in _NOT_USABLE:
            return _invalid_state(record)
        if data.get("RotationPeriodInDays", 365) not in _ROTATION_DAYS:
            return _refused(
                "ValidationException",
                f"RotationPeriodInDays is {data['RotationPeriodInDays']}, "
                f"it must be from {_ROTATION_DAYS[0]} to {_ROTATION_DAYS[-1]}.",
            )
        return call(data)

    return checked


def _rotation_status(data: dict[str, Any]) -> Response:
    """A key does not rotate while its deletion is pending; it does again when that is cancelled."""
    record = kms._resolve_key(data.get("KeyId", ""))
    if record is None:
        return _not_found(data)
    enabled = record.get("KeyRotationEnabled", False) and record["KeyState"] not in _DELETING
    status = {"KeyId": record["Arn"], "KeyRotationEnabled": enabled}
    if enabled:
        status["RotationPeriodInDays"] = record.get("RotationPeriodInDays", 365)
    return json_response(status)  # type: ignore[no-any-return]


def _put_key_policy(data: dict[str, Any]) -> Response:
    record = kms._resolve_key(data.get("KeyId", ""))
    if record is None:
        return _not_found(data)
    if record["KeyState"] in _DELETING:
        return _invalid_state(record)
    if data.get("PolicyName", "default") != "default":
        return _refused("NotFoundException", "No such policy exists")
    policy = data.get("Policy", "")
    problem = policy_documents.key_policy_problem(policy, principals.exists)
    if problem:
        return _refused("MalformedPolicyDocumentException", problem)
    before, record["Policy"] = record["Policy"], policy
    if not data.get("BypassPolicyLockoutSafetyCheck") and _locks_out(record):
        record["Policy"] = before
        return _refused(
            "MalformedPolicyDocumentException",
            "The new key policy will not allow you to update the key policy in the future.",
        )
    return json_response({})  # type: ignore[no-any-return]


def _locks_out(record: dict[str, Any]) -> bool:
    denied = iam_evaluator.enforce(
        _signer.get(), "kms:PutKeyPolicy", "kms", gateway.region(), resource_arn=record["Arn"]
    )
    if denied is not None:
        return True
    root = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:iam::{gateway.account()}:root",
        principal_type="Root",
        principal_account=gateway.account(),
        action="kms:PutKeyPolicy",
        resource_arn=record["Arn"],
        region=gateway.region(),
    )
    is_root = iam_evaluator.is_root_access_key(_signer.get())
    decision = iam_evaluator.evaluate_resource_policy(record["Policy"], root).decision
    return bool(is_root and decision != "Allow")


def _named_policy(call: Call) -> Call:
    def checked(data: dict[str, Any]) -> Response:
        if data.get("PolicyName", "default") != "default":
            return _refused("NotFoundException", "No such policy exists")
        return call(data)

    return checked


def _invalid_state(record: dict[str, Any]) -> Response:
    state = {"PendingImport": "pending import"}.get(record["KeyState"], "pending deletion")
    return _refused("KMSInvalidStateException", f"{record['Arn']} is {state}.")


def _not_found(data: dict[str, Any]) -> Response:
    return _refused("NotFoundException", f"Key '{data.get('KeyId', '')}' does not exist")


def _refused(code: str, message: str) -> Response:
    return error_response_json(code, message, 400)  # type: ignore[no-any-return]
