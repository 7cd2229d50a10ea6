"""KMS keys as their users meet them: which key a reference means, its state and its policy."""

from __future__ import annotations

from dataclasses import dataclass

from ministack.core.responses import request_scope
from ministack.services import kms

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.responses:request_scope(account_id, region)",
    "ministack.services.kms:_resolve_key(key_id_or_arn)",
)


@dataclass(frozen=True)
class Key:
    """One KMS key; `state` is its KeyState, `policy` its key policy in JSON."""

    arn: str
    state: str
    policy: str


def find(account_id: str, region: str, reference: str) -> Key | None:
    """The key that an id, an alias or an ARN of either means in a region; None if there is none."""
    with request_scope(account_id, region):
        found = kms._resolve_key(reference)
    return Key(found["Arn"], found["KeyState"], found.get("Policy") or "") if found else None
