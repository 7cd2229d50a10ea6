"""Guards the evidence key: a disabled key or a changed key policy stops the delivery of logs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import ABSENT, Change, Drift, canonical_policy
from trailkeeper.evidence.names import EVIDENCE_KEY_ALIAS
from trailkeeper.evidence.outcome import Outcome, Report, Result
from trailkeeper.guards.guard import AWS_ERRORS, Clients, Document, Guard, Loss, error_code

NAME = "evidence-key"
STATE = "state"
POLICY = "policy"

_NOT_FOUND = "NotFoundException"
# EnableKey just after CancelKeyDeletion (KMS developer guide, "Eventual consistency").
_STILL_PENDING = frozenset({"KMSInvalidStateException"})


def is_ours(baseline: Baseline) -> bool:
    """Whether the key is of this account and region: another one is nobody's to encrypt with."""
    parts = (baseline.evidence_key_arn or "").split(":")
    return parts[3:5] == [baseline.region, baseline.account]


def _key(baseline: Baseline) -> dict[str, str]:
    return {"KeyId": baseline.evidence_key_arn or ""}


def _read_state(clients: Clients, baseline: Baseline) -> Any:
    return {"KeyState": clients.kms.describe_key(**_key(baseline))["KeyMetadata"]["KeyState"]}


def _write_state(clients: Clients, baseline: Baseline, drift: Drift) -> None:
    """Cancelling a deletion leaves a key disabled (KMS API reference, CancelKeyDeletion).

    A deletion that an earlier try cancelled cannot be cancelled again.
    """
    if any(change.before == "PendingDeletion" for change in drift.changes):
        try:
            clients.kms.cancel_key_deletion(**_key(baseline))
        except ClientError as error:
            if error_code(error) not in _STILL_PENDING:
                raise
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
            not_yet=_STILL_PENDING,
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
    applies=lambda baseline: baseline.evidence_key_arn is not None and is_ours(baseline),
)

PERMISSIONS = GUARD.permissions


def loss(
    clients: Clients,
    baseline: Baseline,
    ended: Sequence[Outcome],
    *,
    before: Callable[[], Report | None],
) -> Loss | None:
    """Unencrypted logs beat none, once this run and the one `before` it saw that the key is lost.

    One run is not enough, as KMS may take minutes to show what was repaired. A key that merely
    cannot be read is not given up. A key of another account or region, which only somebody who
    swapped the parameter can have put there, is never used: the trail keeps the key that it has.
    """
    if baseline.evidence_key_arn is not None and not is_ours(baseline):
        return _without_a_strangers(clients, baseline)
    if not _seen_lost(ended):
        return None
    earlier = before()
    if earlier is None or not _seen_lost(earlier.of(NAME)):
        return None
    said = Outcome(NAME, "use", Result.TOLD, reason="key_given_up")
    return Loss(baseline.without_key(), (said,))


def _without_a_strangers(clients: Clients, baseline: Baseline) -> Loss:
    arn = baseline.names.trail_arn
    change = Change("KmsKeyId", baseline.evidence_key_arn or ABSENT, EVIDENCE_KEY_ALIAS)
    said = Outcome(NAME, "use", Result.TOLD, (change,), reason="key_not_ours")
    try:
        trails = clients.cloudtrail.describe_trails(trailNameList=[arn])["trailList"]
    except AWS_ERRORS:
        trails = []
    found = next((each.get("KmsKeyId") for each in trails), None)
    kept = replace(baseline, evidence_key_arn=found)
    return Loss(kept if found and is_ours(kept) else baseline.without_key(), (said,))


def _seen_lost(ended: Sequence[Outcome]) -> bool:
    """Whether KMS answered, after all repairs, that the key is not there or cannot be used."""
    return any(_says_lost(each) for each in ended if each.document in (STATE, POLICY))


def _says_lost(outcome: Outcome) -> bool:
    if outcome.result is Result.FAILED:
        return bool(outcome.changes)
    return outcome.result is Result.UNREADABLE and outcome.error.startswith(f"{_NOT_FOUND}:")
