"""Guards the key of the alert topics, and its alias: without it every mail ends unsent.

It must work, and let CloudWatch publish.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift, canonical_policy
from trailkeeper.evidence.names import ALERTS_KEY_ALIAS
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards import alerts_key, side_documents
from trailkeeper.guards.guard import Clients, Document, Guard, error_code, reading
from trailkeeper.guards.sides import Side

NAME = "guard-key"
# EnableKey just after CancelKeyDeletion (KMS developer guide, "Eventual consistency").
_STILL_PENDING = frozenset({"KMSInvalidStateException"})
_NOT_FOUND = frozenset({"NotFoundException"})
_RIGHT = "the key that was deployed"


def guard(side: Side) -> Guard:
    """The guard of the key, if the topics have one."""

    def policy(baseline: Baseline) -> Any:
        return side_documents.key_policy(baseline, budgets=side.budgets_publish)

    def write_policy(clients: Clients, baseline: Baseline, _: Drift) -> None:
        clients.kms.put_key_policy(
            KeyId=_id(clients), PolicyName="default", Policy=json.dumps(policy(baseline))
        )

    return Guard(
        name=NAME,
        documents=(
            # First: the rights to put the others right hold for the key with this alias.
            Document(
                "alias",
                _read_alias,
                lambda _: {"TargetKey": _RIGHT},
                (),
                _write_alias,
            ),
            Document(
                "state",
                _read_state,
                lambda _: {"KeyState": "Enabled"},
                (),
                _write_state,
                not_yet=_STILL_PENDING,
            ),
            Document(
                "policy",
                lambda clients, _: clients.kms.get_key_policy(
                    KeyId=_id(clients), PolicyName="default"
                )["Policy"],
                policy,
                (),
                write_policy,
                canonical=canonical_policy,
            ),
            Document(
                "rotation",
                lambda clients, _: {
                    "KeyRotationEnabled": clients.kms.get_key_rotation_status(KeyId=_id(clients))[
                        "KeyRotationEnabled"
                    ]
                },
                lambda _: {"KeyRotationEnabled": True},
                (),
                lambda clients, *_: clients.kms.enable_key_rotation(KeyId=_id(clients)),
            ),
        ),
        resource=lambda baseline: baseline.names.arn("kms", ALERTS_KEY_ALIAS),
        why="",
        gone=_NOT_FOUND,
        also_needs=(
            *alerts_key.PERMISSIONS,
            Permission(
                ("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus"),
                # The alias, too: one that is gone names no key for which the call could be judged.
                lambda baseline: (
                    baseline.names.arn("kms", "key/*"),
                    baseline.names.arn("kms", ALERTS_KEY_ALIAS),
                ),
                "Compare the key of the alert topics with what is deployed",
            ),
            Permission(
                (
                    *("kms:CancelKeyDeletion", "kms:EnableKey", "kms:EnableKeyRotation"),
                    "kms:PutKeyPolicy",
                ),
                lambda baseline: baseline.names.arn("kms", "key/*"),
                "Make the key of the alert topics, which has its alias, usable again",
                lambda _: {"ForAnyValue:StringEquals": {"kms:ResourceAliases": ALERTS_KEY_ALIAS}},
            ),
            # Both calls are judged for the alias and for the keys (KMS developer guide,
            # "Controlling access to aliases"), so no other alias can be moved.
            Permission(
                ("kms:CreateAlias", "kms:UpdateAlias"),
                lambda baseline: (
                    baseline.names.arn("kms", ALERTS_KEY_ALIAS),
                    baseline.names.arn("kms", "key/*"),
                ),
                "Point the alias at the key of the alert topics again",
            ),
        ),
    )


def _id(clients: Clients) -> str:
    """The id of the key; most calls take no alias."""
    return alerts_key.deployed_id(clients)


def _named(clients: Clients) -> dict[str, Any] | None:
    """The key that the alias names, None for no key."""
    found = reading(lambda: clients.kms.describe_key(KeyId=ALERTS_KEY_ALIAS), _NOT_FOUND)
    return found["KeyMetadata"] if found else None


def _read_alias(clients: Clients, _: Baseline) -> Any:
    named = (_named(clients) or {}).get("KeyId")
    return {"TargetKey": _RIGHT if named == _id(clients) else named}


def _write_alias(clients: Clients, *_: Any) -> None:
    named = {"AliasName": ALERTS_KEY_ALIAS, "TargetKeyId": _id(clients)}
    try:
        clients.kms.update_alias(**named)
    except ClientError as error:
        if error_code(error) not in _NOT_FOUND:
            raise
        clients.kms.create_alias(**named)


def _read_state(clients: Clients, _: Baseline) -> Any:
    """As the alias shows it, for one call less, where that names the right key."""
    key, found = _id(clients), _named(clients)
    if found is None or found["KeyId"] != key:
        found = clients.kms.describe_key(KeyId=key)["KeyMetadata"]
    return {"KeyState": found["KeyState"]}


def _write_state(clients: Clients, _: Baseline, drift: Drift) -> None:
    """Cancelling a deletion leaves a key disabled (KMS API reference, CancelKeyDeletion)."""
    key = _id(clients)
    if any(change.before == "PendingDeletion" for change in drift.changes):
        try:
            clients.kms.cancel_key_deletion(KeyId=key)
        except ClientError as error:
            if error_code(error) not in _STILL_PENDING:
                raise
    clients.kms.enable_key(KeyId=key)
