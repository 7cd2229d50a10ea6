"""Guards the evidence key: a disabled key or a changed key policy stops the delivery of logs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift, canonical_policy
from trailkeeper.evidence.outcome import Outcome, Result
from trailkeeper.guards.guard import Clients, Document, Guard, Loss

NAME = "evidence-key"
STATE = "state"
POLICY = "policy"

_UNUSABLE = frozenset({"NotFoundException", "KMSInvalidStateException"})


def _key(baseline: Baseline) -> dict[str, str]:
    return {"KeyId": baseline.evidence_key_arn or ""}


def _read_state(clients: Clients, baseline: Baseline) -> Any:
    return {"KeyState": clients.kms.describe_key(**_key(baseline))["KeyMetadata"]["KeyState"]}


def _write_state(clients: Clients, baseline: Baseline, drift: Drift) -> None:
    """Cancelling a deletion leaves a key disabled (KMS API reference, CancelKeyDeletion)."""
    if any(change.before == "PendingDeletion" for change in drift.changes):
        clients.kms.cancel_key_deletion(**_key(baseline))
    clients.kms.enable_key(**_key(baseline))


def _read_policy(clients: Clients, baseline: Baseline) -> Any:
    return clients.kms.get_key_policy(**_key(baseline), PolicyName="default")["Policy"]


def _write_policy(clients: Clients, baseline: Baseline, _: Drift) -> None:
    policy = json.dumps(documents.evidence_key_policy(baseline))
    clients.kms.put_key_policy(**_key(baseline), PolicyName="default", Policy=policy)


def _read_rotation(clients: Clients, baseline: Baseline) -> Any:
    answer = clients.kms.get_key_rotation_status(**_key(baseline))
    return {"KeyRotationEnabled": answer["KeyRotationEnabled"]}


def _write_rotation(clients: Clients, baseline: Baseline, _: Drift) -> None:
    clients.kms.enable_key_rotation(**_key(baseline))


def _read_grants(clients: Clients, baseline: Baseline) -> Any:
    grants = clients.kms.list_grants(**_key(baseline))["Grants"]
    return [
        {"GranteePrincipal": each.get("GranteePrincipal"), "Operations": each.get("Operations")}
        for each in grants
    ]


GUARD = Guard(
    name=NAME,
    documents=(
        Document(
            STATE,
            _read_state,
            lambda _: {"KeyState": "Enabled"},
            ("kms:DescribeKey",),
            _write_state,
            ("kms:CancelKeyDeletion", "kms:EnableKey"),
        ),
        Document(
            POLICY,
            _read_policy,
            documents.evidence_key_policy,
            ("kms:GetKeyPolicy",),
            _write_policy,
            ("kms:PutKeyPolicy",),
            canonical=canonical_policy,
        ),
        Document(
            "rotation",
            _read_rotation,
            lambda _: {"KeyRotationEnabled": True},
            ("kms:GetKeyRotationStatus",),
            _write_rotation,
            ("kms:EnableKeyRotation",),
        ),
        Document("grants", _read_grants, lambda _: [], ("kms:ListGrants",)),
    ),
    resource=lambda baseline: (baseline.evidence_key_arn,) if baseline.evidence_key_arn else (),
    why="Compare the evidence key with the baseline and make it usable again",
    applies=lambda baseline: baseline.evidence_key_arn is not None,
)

PERMISSIONS = GUARD.permissions


def loss(_: Clients, baseline: Baseline, ended: Sequence[Outcome]) -> Loss | None:
    """Unencrypted logs beat none; a key that merely cannot be read is not given up."""
    lost = any(
        each.document in (STATE, POLICY)
        and (each.result is Result.FAILED or each.error.split(":", 1)[0] in _UNUSABLE)
        for each in ended
    )
    if not lost:
        return None
    said = Outcome(NAME, "use", Result.TOLD, reason="key_given_up")
    return Loss(baseline.without_key(), (said,))
